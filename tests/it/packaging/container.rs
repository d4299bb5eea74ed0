//! The container image. Docker is not available in most test environments, so the tests check its parts.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::read;
use crate::support::program::free_port;

/// What the image debian:bookworm-slim has. With `OPENSSL_NO_VENDOR=1` the image installs libssl3 besides.
const LIBRARIES: [&str; 5] = ["linux-vdso", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-"];

/// Starts the server as the image does: as user 10001, on a file system that is read-only but for the data directory.
const IN_A_CONTAINER: &str = r#"
set -eu
mount --make-rprivate /
mount --bind "$LATCHKEY_DATA_DIR" "$LATCHKEY_DATA_DIR"
# Each mount has a flag of its own.
cut -d " " -f 5 /proc/self/mountinfo | while read -r point; do
  [ "$point" = "$LATCHKEY_DATA_DIR" ] || mount -o remount,bind,ro "$point" 2>/dev/null || true
done
unprivileged="setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set -all --inh-caps -all --no-new-privs"
if touch "$LATCHKEY_DATA_DIR/../written" 2>/dev/null; then exit 9; fi
$unprivileged "$1" serve &
server=$!
trap 'kill -KILL $server 2>/dev/null || true' EXIT
tries=0
until $unprivileged "$1" health 2>/dev/null; do
  kill -0 $server
  tries=$((tries + 1))
  [ $tries -lt 200 ]
  sleep 0.05
done
kill -TERM $server
wait $server
"#;

#[test]
fn a_read_only_file_system_and_a_user_without_rights_are_enough() {
    let may_mount = Command::new("unshare").args(["--mount", "true"]).output();
    if !may_mount.is_ok_and(|output| output.status.success()) {
        eprintln!("only root may mount: the read-only file system was not tried");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let data = directory.path().join("data");
    fs::create_dir(&data).unwrap();
    std::os::unix::fs::chown(&data, Some(10001), Some(10001)).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", IN_A_CONTAINER, "sh", env!("CARGO_BIN_EXE_latchkey")])
        .env("LATCHKEY_DATA_DIR", &data)
        .env("TMPDIR", &data)
        .env("LATCHKEY_BIND", format!("0.0.0.0:{}", free_port()))
        .env("LATCHKEY_DRAIN_SECONDS", "0")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(data.join("secret.key").exists() && data.join("latchkey.db").exists());
    assert!(!directory.path().join("written").exists());
}

#[test]
fn the_program_needs_no_library_that_the_image_does_not_have() {
    let output = Command::new("ldd").arg(env!("CARGO_BIN_EXE_latchkey")).output().unwrap();
    let libraries = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(libraries.contains("libc.so.6"), "{libraries}");
    for line in libraries.lines() {
        let is_there = |library: &&str| line.contains(*library);
        assert!(LIBRARIES.iter().chain(&["libssl.so.3", "libcrypto.so.3"]).any(is_there), "{line}");
    }
}

#[test]
fn the_image_brings_the_openssl_that_its_build_links() {
    let text = read("Dockerfile");
    let (build, image) = text.split_once("FROM debian:").unwrap();
    assert!(build.contains("ENV OPENSSL_NO_VENDOR=1") && build.contains("libssl-dev pkg-config"));
    assert!(image.contains(" libssl3 "), "{image}");
}

/// The files of this repository that the compiler read when it built the library the last time.
fn sources() -> Vec<PathBuf> {
    let built = Path::new(env!("CARGO_BIN_EXE_latchkey")).parent().unwrap().join("deps");
    let lists = fs::read_dir(built).unwrap().map(|entry| entry.unwrap().path());
    let lists = lists.filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("latchkey-")
            && name.ends_with(".d")
            && fs::read_to_string(path).unwrap().contains(" src/lib.rs")
    });
    let newest = lists.max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(newest).unwrap();
    let files = text.split_whitespace().filter_map(|path| root.join(path).canonicalize().ok());
    let files = files.filter_map(|path| path.strip_prefix(root).map(Path::to_path_buf).ok());
    // Clippy reads its settings, too.
    files.filter(|path| path != Path::new(".clippy.toml")).collect()
}

#[test]
fn the_build_in_the_image_gets_every_file_that_it_reads() {
    let ignored = read(".dockerignore");
    let allowed: Vec<_> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let sources = sources();
    for folder in ["migrations", "src", "static", "templates"] {
        assert!(sources.iter().any(|path| path.starts_with(folder)), "{folder}: {sources:?}");
    }
    let is_allowed = |path: &PathBuf| allowed.iter().any(|folder| path.starts_with(folder));
    let missing: Vec<_> = sources.iter().filter(|path| !is_allowed(path) && !path.starts_with("target")).collect();
    assert!(missing.is_empty(), "add to .dockerignore: {missing:?}");
    for needed in ["Cargo.toml", "Cargo.lock", ".cargo", "tests/load/*.rs"] {
        assert!(allowed.contains(&needed), "{needed}");
    }
}

#[test]
fn the_image_runs_the_program_itself_so_that_it_gets_the_signals() {
    let dockerfile = read("Dockerfile");
    let line = |start: &str| dockerfile.lines().find(|line| line.starts_with(start)).unwrap();
    assert_eq!(line("ENTRYPOINT"), r#"ENTRYPOINT ["latchkey"]"#);
    assert_eq!(line("CMD"), r#"CMD ["serve"]"#);
    assert!(line("HEALTHCHECK").ends_with(r#"CMD ["latchkey", "health"]"#));
    assert_eq!(line("USER"), "USER 10001:10001");
    assert!(dockerfile.contains("--profile dist") && dockerfile.contains("VOLUME /data"));
    assert!(line("ENV LATCHKEY_BIND").contains(" TMPDIR=/data"), "nothing else can be written to");
    let oldest = minor_version(&read("Cargo.toml"), "rust-version = \"1.");
    assert!(minor_version(&dockerfile, "FROM rust:1.") >= oldest, "the image builds with a Rust that is too old");
}

/// The number that follows these words.
fn minor_version(text: &str, words: &str) -> u32 {
    let (_, rest) = text.split_once(words).unwrap();
    rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
}
