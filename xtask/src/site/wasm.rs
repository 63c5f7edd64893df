//! The browser's part: compiled by cargo, bound by wasm-bindgen, shrunk by wasm-opt where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::workspace::{WASM_PROFILE, WASM_TARGET, Workspace};

const LIMIT: Duration = Duration::from_secs(30 * 60);
const NAME: &str = "naru";

/// What a browser loads.
pub(super) struct Module {
    pub(super) js: String,
    pub(super) wasm: Vec<u8>,
    /// Scripts that crates bring along, with their paths from the main script.
    pub(super) snippets: Vec<(String, Vec<u8>)>,
}

pub(super) fn build(workspace: &Workspace) -> Result<Module> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "-p", "app", "--lib"]).args(hydrate_flags(workspace));
    process::run_within(&mut cargo, LIMIT).context("Cannot build the browser's part")?;
    let compiled = workspace.wasm_target().join(WASM_TARGET).join(WASM_PROFILE).join("app.wasm");

    let bound = workspace.wasm_target().join("bound");
    if bound.exists() {
        fs::remove_dir_all(&bound).with_context(|| format!("Cannot empty {}", bound.display()))?;
    }
    let optimiser = optimiser(workspace);
    bind(&compiled, &bound, optimiser.is_some())?;
    let wasm = bound.join(format!("{NAME}_bg.wasm"));
    if let Some(optimiser) = optimiser {
        shrink(&optimiser, &wasm)?;
    }
    Ok(Module {
        js: fs::read_to_string(bound.join(format!("{NAME}.js"))).context("wasm-bindgen made no script")?,
        wasm: fs::read(&wasm).context("wasm-bindgen made no module")?,
        snippets: snippets(&bound.join("snippets"), "snippets")?,
    })
}

/// What tells cargo to compile `app` for a browser, in a folder of its own.
pub(crate) fn hydrate_flags(workspace: &Workspace) -> Vec<String> {
    let mut flags: Vec<String> =
        ["--target", WASM_TARGET, "--no-default-features", "--features", "hydrate", "--profile", WASM_PROFILE]
            .map(str::to_owned)
            .to_vec();
    flags.push("--target-dir".to_owned());
    flags.push(workspace.wasm_target().display().to_string());
    flags
}

fn bind(compiled: &Path, to: &Path, has_names: bool) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(NAME)
        .typescript(false)
        .remove_name_section(!has_names)
        .remove_producers_section(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(to)).map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

/// wasm-opt of Binaryen: from the browser tests' packages, else installed by somebody. Without it the site works just as well.
fn optimiser(workspace: &Workspace) -> Option<PathBuf> {
    let installed = workspace.path("e2e/node_modules/.bin/wasm-opt");
    Some(installed).filter(|path| path.exists()).or_else(|| process::find_program(&["wasm-opt"]))
}

/// Chosen by what is left after compression, not by bytes: `-Os` saves a tenth of them and costs a tenth in brotli. Functions in
/// the order of their names lie beside their like, which compresses better; the names are read for that and then left out.
const PASSES: [&str; 9] = [
    "-O1",
    "--duplicate-function-elimination",
    "--dae",
    "--dce",
    "--vacuum",
    "--coalesce-locals",
    "--reorder-locals",
    "--vacuum",
    "--reorder-functions-by-name",
];

/// What the compiler uses anyway; without these the module would be refused, and with all there are a browser refuses it.
const FEATURES: [&str; 6] =
    ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

fn shrink(optimiser: &Path, wasm: &Path) -> Result<()> {
    let mut command = Command::new(optimiser);
    command.args(FEATURES.map(|feature| format!("--enable-{feature}"))).args(PASSES);
    command.arg("-o").arg(wasm).arg(wasm);
    process::run_within(&mut command, LIMIT).context("Cannot shrink the wasm module")
}

fn snippets(folder: &Path, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(found) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = format!("{prefix}/{name}");
        if file.is_dir() {
            found.extend(snippets(&file, &path)?);
        } else {
            found.push((path, fs::read(&file).with_context(|| format!("Cannot read {}", file.display()))?));
        }
    }
    Ok(found)
}
