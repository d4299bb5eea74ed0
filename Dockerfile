# docker build --tag latchkey .
# docker run --publish 127.0.0.1:8080:8080 --volume latchkey:/data --read-only latchkey

FROM rust:1.95-slim-bookworm AS build
# The OpenSSL of the distribution, so that its security updates come with a newer base image.
ENV OPENSSL_NO_VENDOR=1
RUN apt-get update && apt-get install --yes --no-install-recommends libssl-dev pkg-config
WORKDIR /source
COPY . .
RUN cargo build --locked --profile dist --bin latchkey

FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin latchkey \
    && install --directory --mode 0700 --owner latchkey --group latchkey /data
COPY --from=build /source/target/dist/latchkey /usr/local/bin/latchkey
# SQLite puts large sorts into TMPDIR, and the root file system may be read-only.
ENV LATCHKEY_BIND=0.0.0.0:8080 LATCHKEY_DATA_DIR=/data TMPDIR=/data
VOLUME /data
EXPOSE 8080
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["latchkey", "health"]
ENTRYPOINT ["latchkey"]
CMD ["serve"]
