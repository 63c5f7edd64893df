//! How long our files are: long ones are named, very long ones are a fault.

use std::fs;

use anyhow::{Context as _, Result, bail};

use super::{Note, queries};
use crate::workspace::Workspace;

const CRATES: [&str; 5] = ["app", "bench", "connect", "server", "xtask"];
/// What a file should stay under.
const LONG: usize = 300;
/// What no file may exceed, tests included.
const TOO_LONG: usize = 600;

pub(super) fn check(workspace: &Workspace) -> Result<Note> {
    let mut files = Vec::new();
    for name in CRATES {
        queries::collect(&workspace.path(name), &mut files)?;
    }
    let mut long = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("Cannot read {}", file.display()))?;
        let lines = text.lines().count();
        if lines > LONG {
            let path = file.strip_prefix(workspace.root()).unwrap_or(file);
            long.push((lines, path.display().to_string()));
        }
    }
    long.sort_by(|left, right| right.cmp(left));
    for (lines, path) in &long {
        println!("{lines:5} {path}");
    }
    let too_long = long.iter().filter(|(lines, _)| *lines > TOO_LONG).count();
    if too_long > 0 {
        bail!("{too_long} files have more than {TOO_LONG} lines");
    }
    Ok(Some(format!("{} of {} files have more than {LONG} lines", long.len(), files.len())))
}
