//! The checked-in answers of Postgres to every query: none is left over from a query that is gone.
//!
//! That none is missing, the compiler tells: everything here is built with `SQLX_OFFLINE`. Whether they fit the migrations, the
//! tests tell, which run the queries.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Note;
use crate::workspace::Workspace;

pub(super) fn check(workspace: &Workspace) -> Result<Note> {
    let sources = sources(&workspace.path("server"))?;
    let mut count = 0;
    let mut stale = Vec::new();
    for folder in [workspace.path(".sqlx"), workspace.path("server/.sqlx")] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for file in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            count += 1;
            let text = fs::read_to_string(&file).with_context(|| format!("Cannot read {}", file.display()))?;
            let answer: Value = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
            let query = answer["query"].as_str().with_context(|| format!("{} has no query", file.display()))?;
            if !sources.iter().any(|source| source.contains(query)) {
                stale.push(format!("{}: {}", file.display(), query.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
    }
    if !stale.is_empty() {
        bail!("Left over from queries that are gone, delete them:\n{}", stale.join("\n"));
    }
    if count == 0 && sources.iter().any(|source| source.contains("sqlx::query")) {
        bail!("There are queries, but no .sqlx/: see migrations/README.md");
    }
    Ok(Some(format!("{count} answers, each with its query")))
}

/// The text of every Rust file below a folder.
fn sources(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files
        .iter()
        .map(|file| fs::read_to_string(file).with_context(|| format!("Cannot read {}", file.display())))
        .collect()
}

pub(super) fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("Cannot read {}", folder.display()))? {
        let path = entry.with_context(|| format!("Cannot read {}", folder.display()))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
