//! Where things are in the repository, and how cargo is called in it.
//!
//! Used by every task. Knows paths and names; starts nothing by itself.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

/// The profile of tests, clippy and the server of the browser tests: dependencies are compiled once for all three.
pub(crate) const CI_PROFILE: &str = "ci";
/// The profile of what is shipped; cargo puts it into `target/dist`.
pub(crate) const DIST_PROFILE: &str = "dist";
/// The profile of the browser's part: small before fast.
pub(crate) const WASM_PROFILE: &str = "wasm-release";
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The repository this binary was built in.
#[derive(Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the repository above `xtask/`.
    pub(crate) fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("The folder xtask/ has no parent")?.to_path_buf();
        Ok(Self { root })
    }

    /// The folder that holds `Cargo.toml`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the repository, from its root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's output folder.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |dir| self.root.join(dir))
    }

    /// Where the browser's part is compiled, apart from the rest so that neither build locks or invalidates the other.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target().join("wasm")
    }

    /// Everything of the stack that is not checked in: jars, data, logs, process ids.
    pub(crate) fn stack(&self) -> PathBuf {
        self.target().join("stack")
    }

    /// A binary of ours as the profile leaves it.
    pub(crate) fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target().join(profile).join(name)
    }

    /// The site that belongs to a profile: the shipped one lies beside its binary.
    pub(crate) fn site(&self, profile: &str) -> PathBuf {
        if profile == DIST_PROFILE { self.target().join(profile).join("site") } else { self.target().join("site") }
    }

    /// Cargo in the repository's root. Queries are checked against `.sqlx/`, never against whatever database is up.
    pub(crate) fn cargo(&self) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.current_dir(&self.root).env("SQLX_OFFLINE", "true");
        command
    }
}
