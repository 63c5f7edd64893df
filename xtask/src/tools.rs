//! What the machine must have: checked, and installed where that is ours to do.
//!
//! Called by every task for just what it needs. On Debian as root the missing packages are installed; anywhere else the one
//! line that installs them is the error. Nothing is downloaded from anywhere but package registries.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::WASM_TARGET;

const APT_LIMIT: Duration = Duration::from_secs(15 * 60);
const RUSTUP_LIMIT: Duration = Duration::from_secs(10 * 60);
const OLDEST_JAVA: u32 = 17;
const OLDEST_NODE: u32 = 18;

/// Something a task cannot do without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// A C compiler, pkg-config and OpenSSL's headers: librdkafka is built from source.
    NativeBuild,
    /// The standard library for the browser.
    WasmTarget,
    /// A JDK, for Kafka and the MongoDB stand-in.
    Java,
    /// Maven, for their jars.
    Maven,
    /// Postgres' server programs.
    Postgres,
    /// Node and npm, for the browser tests.
    Node,
    /// A browser, and a font that has Korean.
    Browser,
}

impl Tool {
    fn is_there(self) -> bool {
        match self {
            Self::NativeBuild => {
                process::find_program(&["cc"]).is_some()
                    && process::find_program(&["c++"]).is_some()
                    && process::find_program(&["make"]).is_some()
                    && process::answers("pkg-config", &["--exists", "openssl"])
            }
            Self::WasmTarget => has_wasm_target(),
            Self::Java => {
                java_version().is_some_and(|version| version >= OLDEST_JAVA) && process::answers("javac", &["-version"])
            }
            Self::Maven => process::answers("mvn", &["-version"]),
            Self::Postgres => postgres_folder().is_some(),
            Self::Node => {
                node_version().is_some_and(|version| version >= OLDEST_NODE) && process::answers("npm", &["--version"])
            }
            Self::Browser => browser().is_some() && has_korean_font(),
        }
    }

    fn name(self) -> String {
        match self {
            Self::NativeBuild => "a C and C++ compiler, make, pkg-config and OpenSSL's headers".to_owned(),
            Self::WasmTarget => format!("the Rust target {WASM_TARGET}"),
            Self::Java => format!("a JDK {OLDEST_JAVA} or newer"),
            Self::Maven => "Maven".to_owned(),
            Self::Postgres => "Postgres' server programs (initdb, postgres)".to_owned(),
            Self::Node => format!("Node {OLDEST_NODE} or newer with npm"),
            Self::Browser => "Chromium and a font with Korean".to_owned(),
        }
    }

    /// Debian's packages; none for what rustup brings.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::NativeBuild => &["build-essential", "pkg-config", "libssl-dev"],
            Self::WasmTarget => &[],
            Self::Java => &["openjdk-17-jdk-headless"],
            Self::Maven => &["maven"],
            Self::Postgres => &["postgresql"],
            Self::Node => &["nodejs", "npm"],
            Self::Browser => &["chromium", "fonts-noto-cjk", "fontconfig"],
        }
    }
}

/// Makes sure that all of these are there, or says in one sentence what is missing and how to get it.
pub(crate) fn require(tools: &[Tool]) -> Result<()> {
    let mut missing: Vec<Tool> = tools.iter().copied().filter(|tool| !tool.is_there()).collect();
    if missing.contains(&Tool::WasmTarget) {
        add_wasm_target()?;
    }
    missing.retain(|tool| *tool != Tool::WasmTarget);
    if missing.is_empty() {
        return Ok(());
    }
    let packages: BTreeSet<&str> = missing.iter().flat_map(|tool| tool.packages()).copied().collect();
    let packages: Vec<&str> = packages.into_iter().collect();
    if !may_install() {
        bail!("{} missing; install with: {}", names(&missing), install_line(&packages));
    }
    apt_install(&packages)?;
    missing.retain(|tool| !tool.is_there());
    if missing.is_empty() {
        Ok(())
    } else {
        bail!("{} still missing after installing {}", names(&missing), packages.join(", "))
    }
}

/// The folder with `initdb` and `postgres`: on the `PATH`, or where Debian puts the newest version.
pub(crate) fn postgres_folder() -> Option<PathBuf> {
    let on_path = process::find_program(&["initdb"]).and_then(|file| file.parent().map(Path::to_path_buf));
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok().and_then(|versions| {
        versions
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
            .max()
            .map(|newest| PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin")))
    });
    on_path
        .into_iter()
        .chain(installed)
        .find(|folder| folder.join("postgres").is_file() && folder.join("initdb").is_file())
}

/// The browser the tests drive: what `NARU_CHROMIUM` names, or the first one on the `PATH`.
pub(crate) fn browser() -> Option<PathBuf> {
    env::var_os("NARU_CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| process::find_program(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]))
}

/// Whether we are root, which Postgres refuses to run as.
pub(crate) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn may_install() -> bool {
    is_root() && Path::new("/etc/debian_version").exists() && process::find_program(&["apt-get"]).is_some()
}

fn apt_install(packages: &[&str]) -> Result<()> {
    eprintln!("Installing {}", packages.join(", "));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y"]).args(arguments);
        process::run_within(&mut command, APT_LIMIT)
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

fn add_wasm_target() -> Result<()> {
    if process::find_program(&["rustup"]).is_none() {
        bail!("{} missing, and there is no rustup to add it with", Tool::WasmTarget.name());
    }
    process::run_within(Command::new("rustup").args(["target", "add", WASM_TARGET]), RUSTUP_LIMIT)
}

/// Asks the compiler where its libraries are: true of any installation, whether rustup made it or not.
fn has_wasm_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    process::output(Command::new(rustc).args(["--print", "target-libdir", "--target", WASM_TARGET]))
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn java_version() -> Option<u32> {
    // `java --version` begins with "openjdk 17.0.15 2025-04-15".
    let printed = process::output(Command::new("java").arg("--version")).ok()?;
    printed.split_whitespace().nth(1)?.split(['.', '-', '+']).next()?.parse().ok()
}

fn node_version() -> Option<u32> {
    let printed = process::output(Command::new("node").arg("--version")).ok()?;
    printed.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn has_korean_font() -> bool {
    process::output(Command::new("fc-list").args([":lang=ko", "family"])).is_ok_and(|fonts| !fonts.trim().is_empty())
}

fn install_line(packages: &[&str]) -> String {
    if Path::new("/etc/debian_version").exists() {
        format!("sudo apt-get install --no-install-recommends {}", packages.join(" "))
    } else {
        format!("your package manager (Debian calls them {})", packages.join(", "))
    }
}

fn names(tools: &[Tool]) -> String {
    let names: Vec<String> = tools.iter().map(|tool| tool.name()).collect();
    format!("{} {}", names.join("; "), if names.len() == 1 { "is" } else { "are" })
}
