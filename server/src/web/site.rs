//! The built site: hashed files that may be kept for ever, a few files with fixed names, and where pages find them.
//!
//! The build writes `manifest.json` beside them. Without a site the portal still works, unstyled and without script, so that
//! the server can be run on its own.

use std::path::{Path, PathBuf};

use app::shell::Assets;
use axum::Router;
use axum::http::{HeaderValue, header};
use serde::Deserialize;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// A site on disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    folder: Option<PathBuf>,
    assets: Assets,
    /// Names of the files that lie directly in the folder.
    fixed: Vec<String>,
}

/// Why a folder is no site.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SiteError {
    /// A file cannot be read.
    #[error("Cannot read {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest is not what the build writes.
    #[error("The site's manifest is not valid")]
    Manifest(#[source] serde_json::Error),
    /// A path in the manifest is not one that the build writes.
    #[error("The site's manifest names an impossible file")]
    Path,
}

#[derive(Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
}

impl Site {
    /// No site: pages without style and script.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// The site in a folder.
    ///
    /// # Errors
    /// When the folder, or its manifest, cannot be read or makes no sense.
    pub(crate) fn load(folder: &Path) -> Result<Self, SiteError> {
        let manifest_path = folder.join("manifest.json");
        let text = std::fs::read_to_string(&manifest_path)
            .map_err(|source| SiteError::Read { path: manifest_path.clone(), source })?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(SiteError::Manifest)?;
        let assets = Assets {
            script: asset_path(&manifest.js)?,
            wasm: asset_path(&manifest.wasm)?,
            style: asset_path(&manifest.css)?,
        };
        let read = |source| SiteError::Read { path: folder.to_owned(), source };
        let mut fixed = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(read)? {
            let entry = entry.map_err(read)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_served = entry.path().is_file()
                && name != "manifest.json"
                && !name.ends_with(".br")
                && !name.ends_with(".gz")
                && is_plain(&name);
            if is_served {
                fixed.push(name);
            }
        }
        Ok(Self { folder: Some(folder.to_owned()), assets, fixed })
    }

    /// What a page links to.
    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Routes of the site's files.
    pub(super) fn router(&self) -> Router {
        let mut router = Router::new();
        let Some(folder) = &self.folder else { return router };
        let hashed = ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, FOREVER))
            .service(ServeDir::new(folder.join("pkg")).precompressed_br().precompressed_gzip());
        router = router.nest_service("/pkg", hashed);
        for name in &self.fixed {
            let file = ServiceBuilder::new()
                .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, AN_HOUR))
                .service(ServeFile::new(folder.join(name)).precompressed_br().precompressed_gzip());
            router = router.route_service(&format!("/{name}"), file);
        }
        router
    }
}

/// A path of the manifest as a URL. Its characters end up inside quotes in a script, so they are held to what a build writes.
fn asset_path(path: &str) -> Result<String, SiteError> {
    let is_good = path.split('/').all(is_plain) && path.starts_with("pkg/");
    is_good.then(|| format!("/{path}")).ok_or(SiteError::Path)
}

fn is_plain(segment: &str) -> bool {
    !segment.is_empty()
        && !segment.starts_with('.')
        && segment.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_cannot_leave_the_quotes_it_is_written_into() {
        for path in ["pkg/\"+alert(1)+\".js", "../naru.js", "pkg/../x.js", "naru.js", "pkg//x.js", ""] {
            assert!(asset_path(path).is_err(), "{path}");
        }
        assert_eq!(asset_path("pkg/naru_bg.0a1b.wasm").ok().as_deref(), Some("/pkg/naru_bg.0a1b.wasm"));
    }
}
