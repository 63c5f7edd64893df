//! The portal's files: `NARU_SITE_DIR`.

use std::path::PathBuf;

use clap::Args;

/// Where the built portal (wasm, glue, CSS, public files) is.
#[derive(Debug, Clone, Args)]
pub struct SiteConfig {
    /// A folder; `site` beside the binary when not given, or `target/site` of a working copy.
    #[arg(id = "site_dir", long = "site-dir", env = "NARU_SITE_DIR")]
    pub dir: Option<PathBuf>,
}

impl SiteConfig {
    /// The folder to serve. It may be missing: the portal then works without wasm and says so in the log.
    pub fn resolved_dir(&self) -> PathBuf {
        if let Some(dir) = &self.dir {
            return dir.clone();
        }
        let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(|folder| folder.join("site")));
        match beside {
            Some(site) if site.is_dir() => site,
            _ => PathBuf::from("target/site"),
        }
    }
}
