//! Static files: embedded in the binary, joined into one style sheet and one script, compressed once, cached forever.
//!
//! The path of every asset contains a digest of all of them. So browsers see an update at once, and files can refer to
//! each other by relative paths. Files are served as they are written: squeezing them first saves little once they are
//! compressed.

mod joined;

use std::{
    io::Write as _,
    sync::{LazyLock, OnceLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header as _},
    web,
};
use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use web::Bytes;

use super::routes::{self, Access, Route};
use crate::routes;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

const LIBRARY: &str = "vendor/htmx-4.0.1.min.js";

struct Asset {
    path: String,
    content_type: &'static str,
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

/// Brotli's best quality, and a window (the logarithm of its size) that holds any of the assets. The default of 22
/// would need 32 MiB of memory. Debug builds compress quickly, because each test starts a server.
const QUALITY: u32 = if cfg!(debug_assertions) { 5 } else { 11 };
const WINDOW: u32 = 17;

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let styles = joined::style_sheet(&text("css/app.css"), &|path| text(&format!("css/{path}")));
    let script = joined::script("app", &|module| text(&format!("js/{module}.js")));
    let mut assets = vec![
        Asset::new("app.css", "text/css; charset=utf-8", joined::without_comments(&styles).into_bytes()),
        Asset::new("app.js", "text/javascript; charset=utf-8", joined::without_comments(&script).into_bytes()),
        Asset::new(LIBRARY, "text/javascript; charset=utf-8", read(LIBRARY)),
    ];
    for path in Files::iter() {
        let content_type = match path.rsplit_once('.') {
            Some((_, "woff2")) => "font/woff2",
            Some((_, "svg")) => "image/svg+xml",
            _ => continue,
        };
        assets.push(Asset::new(&path, content_type, read(&path)));
    }
    assets
});

/// `/static/` and the digest of all assets. Usually a page is the first to need it, so the assets are compressed now: its
/// browser will soon ask for them. A server that only verifies keys compresses none.
static BASE: LazyLock<String> = LazyLock::new(|| {
    // Without a thread, the first request for each of them compresses it.
    drop(std::thread::Builder::new().spawn(compress_all));
    let mut digest = Sha256::new();
    for asset in ASSETS.iter() {
        digest.update(&asset.path);
        digest.update(&asset.plain);
    }
    format!("/static/{}", &HEXLOWER.encode(&digest.finalize())[..12])
});

/// The base path of this build's assets, without a trailing slash.
pub fn base() -> &'static str {
    &BASE
}

/// Runs in a thread of its own, so that the first visitor waits less.
fn compress_all() {
    for asset in ASSETS.iter().filter(|asset| asset.is_compressible()) {
        asset.brotli();
    }
}

pub const ROUTES: &[Route] = routes![
    GET "/static/{build}/{path:.*}" Access::Anyone, serve, body: 0;
];

pub fn configure(config: &mut web::ServiceConfig) {
    for resource in routes::resources(ROUTES) {
        config.service(resource);
    }
}

async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (build, path) = path.into_inner();
    let of_this_build = BASE.strip_prefix("/static/") == Some(build.as_str());
    let Some(asset) = ASSETS.iter().find(|asset| of_this_build && asset.path == path) else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("Not found\n");
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, asset.content_type));
    response.insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    if !asset.is_compressible() {
        return response.body(asset.plain.clone());
    }
    response.insert_header((header::VARY, "accept-encoding"));
    match encoding_for(&request) {
        encoding @ (ContentEncoding::Brotli | ContentEncoding::Gzip) => match asset.compressed(encoding).await {
            Some(body) => response.insert_header(encoding).body(body),
            None => response.body(asset.plain.clone()),
        },
        _ => response.body(asset.plain.clone()),
    }
}

/// The best encoding that the client accepts (RFC 9110 §12.5.3).
fn encoding_for(request: &HttpRequest) -> ContentEncoding {
    let Ok(accepted) = AcceptEncoding::parse(request) else { return ContentEncoding::Identity };
    // Browsers list everything they support, gzip first and without weights. The smallest encoding is used.
    let is_accepted = |encoding: &ContentEncoding| {
        let wanted = Encoding::Known(*encoding);
        accepted.negotiate([&wanted, &Encoding::identity()].into_iter()).as_ref() == Some(&wanted)
    };
    [ContentEncoding::Brotli, ContentEncoding::Gzip].into_iter().find(is_accepted).unwrap_or(ContentEncoding::Identity)
}

impl Asset {
    fn new(path: &str, content_type: &'static str, plain: Vec<u8>) -> Self {
        let plain = plain.into();
        Self { path: path.to_owned(), content_type, plain, brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    /// Fonts are already compressed.
    fn is_compressible(&self) -> bool {
        self.content_type != "font/woff2"
    }

    /// Compresses the asset in another thread if that is not done yet, so that verifications go on. None if that fails.
    async fn compressed(&'static self, encoding: ContentEncoding) -> Option<Bytes> {
        let is_brotli = encoding == ContentEncoding::Brotli;
        let known = if is_brotli { self.brotli.get() } else { self.gzip.get() };
        match known {
            Some(known) => Some(known.clone()),
            None => web::block(move || if is_brotli { self.brotli() } else { self.gzip() }).await.ok(),
        }
    }

    fn brotli(&self) -> Bytes {
        let compress = || {
            let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
            // Writing to memory cannot fail.
            drop(writer.write_all(&self.plain));
            writer.into_inner().into()
        };
        self.brotli.get_or_init(compress).clone()
    }

    fn gzip(&self) -> Bytes {
        let compress = || {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            drop(writer.write_all(&self.plain));
            writer.finish().unwrap_or_default().into()
        };
        self.gzip.get_or_init(compress).clone()
    }
}

fn text(path: &str) -> String {
    String::from_utf8_lossy(&read(path)).into_owned()
}

fn read(path: &str) -> Vec<u8> {
    Files::get(path).map(|file| file.data.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &str) -> Vec<String> {
        Files::iter().filter_map(|path| path.strip_prefix(folder).map(str::to_owned)).collect()
    }

    #[test]
    fn the_style_sheet_imports_every_file_on_disk_and_no_other() {
        let entry = text("css/app.css");
        let imports = entry.lines().filter_map(|line| line.strip_prefix("@import \"")?.split('"').next());
        let mut imports: Vec<_> = imports.map(str::to_owned).collect();
        let mut on_disk = names_in("css/");
        on_disk.retain(|name| name != "app.css");
        imports.sort();
        on_disk.sort();
        assert_eq!(imports, on_disk);
        assert!(!String::from_utf8_lossy(&ASSETS[0].plain).contains("@import"));
    }

    #[test]
    fn every_module_on_disk_is_in_the_script_after_its_imports() {
        let served = String::from_utf8(ASSETS[1].plain.to_vec()).unwrap();
        for line in served.lines() {
            assert!(!line.starts_with("import ") && !line.starts_with("export "), "{line}");
        }
        let modules = names_in("js/");
        let position = |file: &str| served.find(&format!("const {}Module = ", file.strip_suffix(".js").unwrap()));
        for file in &modules {
            let own = position(file).unwrap_or_else(|| panic!("nothing imports {file}"));
            for other in &modules {
                if text(&format!("js/{file}")).contains(&format!("\"./{other}\"")) {
                    assert!(position(other).unwrap() < own, "{file} and {other} import each other");
                }
            }
        }
    }

    #[test]
    fn the_library_is_there() {
        assert!(!read(LIBRARY).is_empty());
    }
}
