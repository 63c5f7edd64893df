//! What the first page makes a browser download, compressed.

use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Note;
use crate::workspace::{CI_PROFILE, Workspace};
use crate::{npm, site};

/// Kilobytes in brotli. The wasm's is a ratchet on the way to 350, where a phone on a bad line has the page in a second or two:
/// lower it with every step, never raise it.
const BUDGET_KB: [(&str, f64); 3] = [("wasm", 415.0), ("js", 12.0), ("css", 20.0)];

pub(super) fn check(workspace: &Workspace) -> Result<Note> {
    let folder = workspace.site(CI_PROFILE);
    npm::install_where_possible(workspace)?;
    site::build(workspace, &folder)?;
    let manifest = fs::read_to_string(folder.join("manifest.json")).context("The site has no manifest")?;
    let manifest: Value = serde_json::from_str(&manifest).context("The site's manifest")?;
    let mut sizes = Vec::new();
    let mut faults = Vec::new();
    for (kind, limit_kb) in BUDGET_KB {
        let path = manifest[kind].as_str().with_context(|| format!("The site has no {kind}"))?;
        let file = folder.join(format!("{path}.br"));
        let bytes = fs::metadata(&file).with_context(|| format!("{} is missing", file.display()))?.len();
        let size_kb = kilobytes(bytes);
        sizes.push(format!("{kind} {size_kb:.1} of {limit_kb:.0} KB"));
        if size_kb > limit_kb {
            faults.push(format!("{kind} has {size_kb:.1} KB in brotli, allowed are {limit_kb:.0}"));
        }
    }
    if faults.is_empty() { Ok(Some(sizes.join(", "))) } else { bail!("{}", faults.join("\n")) }
}

#[expect(clippy::cast_precision_loss, reason = "a file of the site is far below 2^52 bytes")]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}
