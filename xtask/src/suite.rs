//! `cargo xtask test`: every test there is, on services of its own.
//!
//! Rust's tests, the comparison with the official connector, the tests of crashes and outages, and the browser tests, one after
//! the other; the last line sums them up. Each phase has a limit, and all together have one, so that this never hangs.

mod tally;

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::stack::{self, Addresses, Options as StackOptions};
use crate::tools::{self, Tool};
use crate::workspace::{CI_PROFILE, Workspace};
use crate::{npm, process, site};

use tally::Tally;

/// For everything from the first line to the last.
const WHOLE_LIMIT: Duration = Duration::from_secs(62 * 60);
const BUILD_LIMIT: Duration = Duration::from_secs(45 * 60);
const NPM_LIMIT: Duration = Duration::from_secs(5 * 60);
const RUST_LIMIT: Duration = Duration::from_secs(20 * 60);
const PROGRAM_LIMIT: Duration = Duration::from_secs(12 * 60);
const BROWSER_LIMIT: Duration = Duration::from_secs(20 * 60);

/// What is built and tested. The server can be told where to die: `bench history` does.
const ALL_BUT_US: &[&str] = &["--workspace", "--exclude", "xtask", "--features", "server/failpoints"];

/// The programs that are one test each: a name, and what `bench` is told.
const PROGRAMS: &[(&str, &str)] =
    &[("oracle", "oracle"), ("history", HISTORY), ("once", ONCE), ("control", CONTROL), ("outage", OUTAGE)];

/// A short one: six kills, then a death at each step between reading and having committed.
const HISTORY: &str = "history --documents 20000 --updates 10000 --kills 6 \
    --failpoints position-loaded=abort,source-opened=abort,read=abort@5,handed-over=abort@5,encoded=abort@300,\
topic-asked=abort,topic-ready=abort,unsent=abort@300,queued=abort@300,delivered=abort@5,commit-begun=abort@3,commit-done=abort@3";

/// The same for exactly once, with an owner that is frozen and wakes, and commits that come late.
const ONCE: &str = "history --exactly-once --documents 5000 --updates 3000 --kills 3 --zombies 1 --late-commits 6 \
    --failpoints unsent=abort@300,queued=abort@300,commit-begun=abort@2,commit-done=abort@2";

/// Late commits must be found to do harm where a server is told not to mind them.
const CONTROL: &str = "history --exactly-once --documents 500 --updates 500 --kills 0 --late-commits 6 --must-fail";

/// What is quick; with `--away-s 60` and the rounds left to the program it is the whole test.
const OUTAGE: &str = "outage --rounds kafka-killed,postgres-killed,mongodb-frozen --away-s 5";

#[derive(Args)]
pub(crate) struct Options {
    /// Only tests whose name has this in it
    #[arg(long)]
    filter: Option<String>,
    /// Leave out the browser tests, which need Node.js and Chromium
    #[arg(long)]
    no_browser: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let has_browser_tests = !options.no_browser;
    require(has_browser_tests)?;
    let was_up = stack::is_up(workspace);
    let addresses = stack::up(workspace, &StackOptions::with_peer())?;
    let suite = Suite { workspace, options, addresses, deadline: Instant::now() + WHOLE_LIMIT };
    let outcome = suite.run(has_browser_tests);
    if !was_up {
        stack::down(workspace)?;
    }
    let tally = outcome?;
    println!("\n{tally}");
    if tally.is_good() { Ok(()) } else { bail!("Not all tests passed") }
}

fn require(has_browser_tests: bool) -> Result<()> {
    let mut tools = vec![Tool::NativeBuild, Tool::WasmTarget, Tool::Java, Tool::Maven, Tool::Postgres];
    if has_browser_tests {
        tools.extend([Tool::Node, Tool::Browser]);
    }
    tools::require(&tools)
}

struct Suite<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    addresses: Addresses,
    deadline: Instant,
}

impl Suite<'_> {
    fn run(&self, has_browser_tests: bool) -> Result<Tally> {
        if has_browser_tests {
            // Before the site is built: one of the packages makes its wasm smaller.
            npm::install(self.workspace)?;
        }
        self.build(has_browser_tests)?;
        let mut tally = Tally::default();
        tally.add("rust", self.rust(ALL_BUT_US)?);
        tally.add("xtask", self.rust(&["-p", "xtask"])?);
        for (name, line) in PROGRAMS {
            if self.is_wanted(name) {
                tally.add(name, self.program(name, line)?);
            }
        }
        if has_browser_tests {
            tally.add("browser", self.browser()?);
        }
        Ok(tally)
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.options.filter.as_deref().is_none_or(|filter| name.contains(filter))
    }

    /// What is left of a phase's own limit and of the whole one.
    fn limit(&self, own: Duration) -> Duration {
        own.min(self.deadline.saturating_duration_since(Instant::now()))
    }

    /// Binaries and tests at once: cargo gives both the same features, and no dependency is built twice.
    fn build(&self, has_browser_tests: bool) -> Result<()> {
        let mut cargo = self.workspace.cargo();
        cargo.args(["build", "--profile", CI_PROFILE, "--lib", "--bins", "--tests"]);
        cargo.args(ALL_BUT_US);
        process::run_within(&mut cargo, self.limit(BUILD_LIMIT)).context("Cannot build the tests")?;
        if has_browser_tests {
            site::build(self.workspace, &self.workspace.site(CI_PROFILE))?;
        }
        Ok(())
    }

    fn rust(&self, packages: &[&str]) -> Result<Tally> {
        println!("\n== cargo test {}", packages.join(" "));
        let mut cargo = self.workspace.cargo();
        cargo.arg("test").args(packages).args(["--profile", CI_PROFILE, "--no-fail-fast"]);
        cargo.args(self.options.filter.as_deref()).envs(self.addresses.variables());
        self.count(&mut cargo, RUST_LIMIT, Tally::read_cargo)
    }

    /// A program that is one test by itself.
    fn program(&self, name: &str, line: &str) -> Result<Tally> {
        println!("\n== {name}");
        let mut command = Command::new(self.workspace.binary(CI_PROFILE, "bench"));
        command.args(line.split_whitespace()).arg("--naru").arg(self.workspace.binary(CI_PROFILE, "naru"));
        command.arg("--naru-log").arg(self.workspace.stack().join(format!("logs/naru-{name}.log")));
        command.envs(self.addresses.variables());
        // Those who make faults have us hurt the services we started.
        command.env("NARU_STACK_RULER", env::current_exe().context("Cannot tell which program this is")?);
        let is_good = process::run_reading(&mut command, self.limit(PROGRAM_LIMIT), |_| {});
        Ok(Tally::of_one(self.told(is_good)))
    }

    fn browser(&self) -> Result<Tally> {
        println!("\n== browser tests");
        let mut npm = self.in_e2e("npm");
        npm.args(["run", "check"]);
        let has_types = process::run_within(&mut npm, self.limit(NPM_LIMIT));
        let mut npm = self.in_e2e("npm");
        npm.arg("test");
        if let Some(filter) = &self.options.filter {
            npm.args(["--", "--pass-with-no-tests", "-g", filter]);
        }
        let mut tally = self.count(&mut npm, BROWSER_LIMIT, Tally::read_playwright)?;
        tally.add("types", Tally::of_one(self.told(has_types.map(|()| true))));
        Ok(tally)
    }

    fn in_e2e(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let workspace = self.workspace;
        command
            .current_dir(workspace.path("e2e"))
            .envs(self.addresses.variables())
            .env("CI", "1")
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .env("NARU_E2E_BINARY", workspace.binary(CI_PROFILE, "naru"))
            .env("NARU_SITE_DIR", workspace.site(CI_PROFILE));
        if let Some(browser) = tools::browser().as_deref().map(Path::as_os_str) {
            command.env("NARU_CHROMIUM", browser);
        }
        command
    }

    /// Runs tests and counts what their runner says. A runner that fails without a failed test is one failure.
    fn count(&self, command: &mut Command, limit: Duration, read: fn(&mut Tally, &str)) -> Result<Tally> {
        let mut tally = Tally::default();
        let ended = process::run_reading(command, self.limit(limit), |line| read(&mut tally, line));
        let is_good = self.told(ended);
        if !is_good && tally.is_good() {
            tally.add("runner", Tally::of_one(false));
        }
        Ok(tally)
    }

    /// A phase that could not be run, or not to its end, is a failed one; the others are still run.
    fn told(&self, ended: Result<bool>) -> bool {
        ended.unwrap_or_else(|error| {
            println!("{error:#}");
            false
        })
    }
}
