//! The site: what the server hands to browsers, ready to be served from a folder.
//!
//! ```text
//! site/manifest.json            {"js": "pkg/naru.<hash>.js", "wasm": "pkg/naru_bg.<hash>.wasm", "css": "pkg/naru.<hash>.css"}
//! site/pkg/…                    names change with their content, so they may be cached for ever
//! site/…                        the files of public/
//! ```
//!
//! Beside each file lie its `.br` and `.gz` where that makes it smaller. The script takes the address of the wasm file as an
//! argument (`init({ module_or_path })`), so no name is written into another file.

mod asset;
mod style;
mod wasm;

pub(crate) use wasm::hydrate_flags;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::workspace::Workspace;

/// Builds the site into a folder, replacing what was there only when all of it is made.
pub(crate) fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    let module = wasm::build(workspace)?;
    let style = style::bundle(&workspace.path("style/main.css"))?;

    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("Cannot empty {}", unfinished.display()))?;
    }
    let js = asset::write_hashed(&unfinished, "pkg/naru", "js", module.js.as_bytes())?;
    let wasm = asset::write_hashed(&unfinished, "pkg/naru_bg", "wasm", &module.wasm)?;
    let css = asset::write_hashed(&unfinished, "pkg/naru", "css", style.as_bytes())?;
    for (path, text) in &module.snippets {
        asset::write(&unfinished, &format!("pkg/{path}"), text)?;
    }
    let public = workspace.path("public");
    if public.is_dir() {
        copy_public(&public, &unfinished, "")?;
    }
    let manifest = json!({ "js": js, "wasm": wasm, "css": css });
    fs::write(unfinished.join("manifest.json"), manifest.to_string()).context("Cannot write the site's manifest")?;

    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("Cannot replace {}", folder.display()))?;
    }
    fs::rename(&unfinished, folder).with_context(|| format!("Cannot put the site into {}", folder.display()))
}

fn copy_public(from: &Path, site: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("Cannot read {}", from.display()))? {
        let entry = entry.with_context(|| format!("Cannot read {}", from.display()))?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        if entry.path().is_dir() {
            copy_public(&entry.path(), site, &format!("{path}/"))?;
        } else {
            let content = fs::read(entry.path()).with_context(|| format!("Cannot read {}", entry.path().display()))?;
            asset::write(site, &path, &content)?;
        }
    }
    Ok(())
}
