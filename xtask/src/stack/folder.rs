//! Folders and files a service starts with.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Copies a template, replacing each `@word@`.
pub(super) fn fill_in(template: &Path, to: &Path, words: &BTreeMap<&str, String>) -> Result<()> {
    let mut text = fs::read_to_string(template).with_context(|| format!("Cannot read {}", template.display()))?;
    for (word, value) in words {
        text = text.replace(&format!("@{word}@"), value);
    }
    fs::write(to, text).with_context(|| format!("Cannot write {}", to.display()))
}

/// Makes a folder that has nothing in it.
pub(super) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("Cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("Cannot make {}", folder.display()))
}
