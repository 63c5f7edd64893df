//! The server as a child of a task: `dev` and `demo` run it in front of a person, `demo --check` for a while.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::build::Built;
use crate::stack::{Addresses, port};
use crate::workspace::Workspace;
use crate::{http, process};

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(15);
const PORTAL_PORT: u16 = 3000;
const CONNECT_PORT: u16 = 8083;
const ADMIN_PORT: u16 = 9464;

/// Where the server's output goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Here,
    Log,
}

/// A running server; it is stopped when this is dropped.
pub(crate) struct Naru {
    child: Child,
    portal_port: u16,
    connect_port: u16,
}

impl Naru {
    /// Brings the database up to date, starts the server on its usual ports where they are free, and waits until it is ready.
    pub(crate) fn start(workspace: &Workspace, built: &Built, stack: &Addresses, output: Output) -> Result<Self> {
        let (portal_port, connect_port) = (usual_or_free(PORTAL_PORT)?, usual_or_free(CONNECT_PORT)?);
        let admin_port = usual_or_free(ADMIN_PORT)?;
        let key = key_file(workspace)?;
        let log = workspace.stack().join("logs/naru.log");
        let command = |task: &str| {
            let mut command = Command::new(&built.naru);
            command
                .arg(task)
                .envs(stack.variables())
                .env("NARU_PORTAL_LISTEN", port::local(portal_port).to_string())
                .env("NARU_CONNECT_LISTEN", port::local(connect_port).to_string())
                .env("NARU_ADMIN_LISTEN", port::local(admin_port).to_string())
                .env("NARU_SECRET_KEY_FILE", &key)
                .env("NARU_SITE_DIR", &built.site)
                .stdin(Stdio::null());
            command
        };
        process::run(&mut command("migrate")).context("Cannot bring the database up to date")?;
        let mut serve = command("serve");
        if output == Output::Log {
            let file = File::create(&log).with_context(|| format!("Cannot write {}", log.display()))?;
            serve.stderr(file.try_clone().context("Cannot write the server's log")?).stdout(file);
        }
        let child = serve.spawn().with_context(|| format!("Cannot start {}", built.naru.display()))?;
        let mut naru = Self { child, portal_port, connect_port };
        process::wait_for("naru", START_LIMIT, || {
            if let Some(status) = naru.child.try_wait().context("Cannot wait for naru")? {
                bail!("naru ended with {status} before it was ready; its log is {}", log.display());
            }
            let answer = http::get(port::local(admin_port), "/health/ready");
            Ok(answer.is_ok_and(|(status, _)| status == 200).then_some(()))
        })?;
        Ok(naru)
    }

    pub(crate) fn portal_url(&self) -> String {
        format!("http://{}", port::local(self.portal_port))
    }

    pub(crate) fn connect_url(&self) -> String {
        format!("http://{}", port::local(self.connect_port))
    }

    /// Waits until somebody ends it.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        self.child.wait().context("Cannot wait for naru")
    }
}

impl Drop for Naru {
    fn drop(&mut self) {
        let Ok(None) = self.child.try_wait() else { return };
        process::signal(self.child.id(), "TERM");
        let ended = process::wait_for("the end of naru", STOP_LIMIT, || Ok(self.child.try_wait()?.map(drop)));
        if ended.is_err() {
            // Gone already is fine.
            let _ended = self.child.kill().and_then(|()| self.child.wait());
        }
    }
}

fn usual_or_free(usual: u16) -> Result<u16> {
    let is_free = TcpListener::bind((Ipv4Addr::LOCALHOST, usual)).is_ok();
    if is_free { Ok(usual) } else { port::choose(None) }
}

/// The key that seals secrets, made once.
fn key_file(workspace: &Workspace) -> Result<std::path::PathBuf> {
    let file = workspace.stack().join("secret.key");
    if !file.exists() {
        let key = process::output(Command::new("sh").args(["-c", "head -c 32 /dev/urandom | base64"]))?;
        let mut options = fs::OpenOptions::new();
        let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(&file)?;
        std::io::Write::write_all(&mut out, key.as_bytes())
            .with_context(|| format!("Cannot write {}", file.display()))?;
    }
    Ok(file)
}
