//! Naru as a process of ours: started on free ports, killed as a power cut would, started again.

use std::fs::{self, File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::connect::Connect;
use crate::http;
use crate::wait::until;

/// The signal of a process that ended itself.
const ABORTED: i32 = 6;
const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(15);
/// A step that the server was told to die at comes within this time, or never.
const DEATH_LIMIT: Duration = Duration::from_secs(60);

/// Where the server is and what it stores its state in.
#[derive(Args, Clone, Debug)]
pub struct NaruOptions {
    /// The server to start
    #[arg(long, value_name = "FILE")]
    pub naru: Option<PathBuf>,
    /// Postgres, for the server that is started
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where the server's log goes
    #[arg(long, value_name = "FILE", default_value = "target/naru-bench.log")]
    pub naru_log: PathBuf,
}

/// A running server; it is killed when this is dropped.
pub struct Naru {
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    log: PathBuf,
    admin: String,
    connect: String,
    child: Child,
}

impl Naru {
    /// Brings the database up to date, starts the server and waits until it is ready.
    pub async fn start(options: &NaruOptions, kafka: &str) -> Result<Self> {
        Self::start_as(options, kafka, &[]).await
    }

    /// The same, with something more in its environment.
    pub async fn start_as(options: &NaruOptions, kafka: &str, more: &[(&'static str, &str)]) -> Result<Self> {
        let key_file = key_file(&options.naru_log)?;
        Self::start_with(options, kafka, &options.naru_log, key_file, more).await
    }

    /// Starts one more server on the same database, which logs beside the first.
    pub async fn start_beside(options: &NaruOptions, kafka: &str, name: &str) -> Result<Self> {
        let log = options.naru_log.with_extension(format!("{name}.log"));
        Self::start_with(options, kafka, &log, key_file(&options.naru_log)?, &[]).await
    }

    async fn start_with(
        options: &NaruOptions,
        kafka: &str,
        log: &Path,
        key_file: String,
        more: &[(&'static str, &str)],
    ) -> Result<Self> {
        let binary = options.naru.clone().context("--naru says which server to start")?;
        let database_url = options.database_url.clone().context("DATABASE_URL is not set")?;
        let [portal, connect, admin] = free_addresses()?;
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder).with_context(|| format!("Cannot make {}", folder.display()))?;
        }
        File::create(log).with_context(|| format!("Cannot write {}", log.display()))?;
        let mut environment = vec![
            ("DATABASE_URL", database_url),
            ("NARU_KAFKA_BOOTSTRAP_SERVERS", kafka.to_owned()),
            ("NARU_PORTAL_LISTEN", portal),
            ("NARU_CONNECT_LISTEN", connect.clone()),
            ("NARU_ADMIN_LISTEN", admin.clone()),
            ("NARU_SECRET_KEY_FILE", key_file),
        ];
        environment.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut migrate = command(&binary, "migrate", &environment, log)?;
        let status = migrate.status().with_context(|| format!("Cannot start {}", binary.display()))?;
        if !status.success() {
            bail!("naru migrate ended with {status}; see {}", log.display());
        }
        let child = serve(&binary, &environment, log)?;
        let mut naru = Self { binary, environment, log: log.to_owned(), admin, connect, child };
        naru.wait_ready().await?;
        Ok(naru)
    }

    /// Its Kafka Connect API.
    pub fn connect(&self) -> Connect {
        Connect::new(format!("http://{}", self.connect))
    }

    /// The status its readiness answers with: 200 when all it needs is there.
    pub(crate) async fn readiness(&self) -> Result<u16> {
        Ok(http::call(&format!("http://{}", self.admin), "GET", "/health/ready", None).await?.status)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as a power cut would: no signal handler runs, nothing is flushed.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().context("Cannot kill naru")?;
        self.child.wait().context("Cannot wait for naru")?;
        Ok(())
    }

    /// Starts it again as it was, and waits until it is ready.
    pub async fn restart(&mut self) -> Result<()> {
        self.child = serve(&self.binary, &self.environment, &self.log)?;
        self.wait_ready().await
    }

    /// Starts it again so that it dies at a step, as `NARU_FAILPOINTS` names it, and waits until it has.
    ///
    /// # Errors
    /// When it does not die in time, or dies otherwise: of a server without failpoints, too.
    pub(crate) async fn restart_to_die(&mut self, failpoint: &str) -> Result<()> {
        let mut command = command(&self.binary, "serve", &self.environment, &self.log)?;
        command.env("NARU_FAILPOINTS", failpoint);
        self.child = command.spawn().with_context(|| format!("Cannot start {}", self.binary.display()))?;
        let child = &mut self.child;
        let mut ended = || child.try_wait().context("Cannot wait for naru");
        let status = until("it dies", DEATH_LIMIT, || std::future::ready(ended())).await?;
        ensure!(status.signal() == Some(ABORTED), "naru ended with {status}; see {}", self.log.display());
        Ok(())
    }

    /// Sends it a signal by name.
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        let pid = self.child.id().to_string();
        let status = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &pid]).status();
        ensure!(status.context("Cannot signal naru")?.success(), "Cannot send {name} to naru");
        Ok(())
    }

    /// How many tasks it runs itself.
    pub(crate) async fn running_tasks(&self) -> Result<u32> {
        let answer = http::call(&format!("http://{}", self.admin), "GET", "/metrics", None).await?;
        let line = answer.text.lines().find_map(|line| line.strip_prefix("kafka_connect_worker_task_count "));
        line.and_then(|count| count.trim().parse().ok()).context("The metrics do not say how many tasks run")
    }

    /// Asks it to end and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        self.signal("TERM")?;
        let child = &mut self.child;
        let mut ended = || child.try_wait().context("Cannot wait for naru");
        let status = until("naru ends after SIGTERM", STOP_LIMIT, || std::future::ready(ended())).await?;
        if status.success() { Ok(()) } else { bail!("naru ended with {status}; see {}", self.log.display()) }
    }

    async fn wait_ready(&mut self) -> Result<()> {
        let admin = format!("http://{}", self.admin);
        let (child, log) = (&mut self.child, &self.log);
        let mut look = || match child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => bail!("naru ended with {status} before it was ready; see {}", log.display()),
            Err(error) => Err(error).context("Cannot wait for naru"),
        };
        until("naru is ready", START_LIMIT, || {
            let alive = look();
            let admin = admin.clone();
            async move {
                alive?;
                let answer = http::call(&admin, "GET", "/health/ready", None).await;
                Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
            }
        })
        .await
    }
}

impl Drop for Naru {
    fn drop(&mut self) {
        // Gone already is fine.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn serve(binary: &Path, environment: &[(&'static str, String)], log: &Path) -> Result<Child> {
    command(binary, "serve", environment, log)?.spawn().with_context(|| format!("Cannot start {}", binary.display()))
}

fn command(binary: &Path, task: &str, environment: &[(&'static str, String)], log: &Path) -> Result<Command> {
    let out = OpenOptions::new().append(true).open(log).with_context(|| format!("Cannot write {}", log.display()))?;
    let errors = out.try_clone().with_context(|| format!("Cannot write {}", log.display()))?;
    let mut command = Command::new(binary);
    command.arg(task).envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(out).stderr(errors);
    Ok(command)
}

/// Three addresses that were free a moment ago; all are held until the last is known, so they differ.
fn free_addresses() -> Result<[String; 3]> {
    let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("No free port");
    let listeners = [bind()?, bind()?, bind()?];
    let [first, second, third] =
        listeners.each_ref().map(|listener| listener.local_addr().map(|address| address.to_string()));
    Ok([first?, second?, third?])
}

/// A key to seal secrets with, kept beside the log so that a restart finds the same one.
fn key_file(log: &Path) -> Result<String> {
    let file = log.with_extension("key");
    if !file.exists() {
        fs::write(&file, format!("{}\n", base64(&rand::random::<[u8; 32]>()))).context("Cannot write a key")?;
    }
    Ok(file.display().to_string())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * position) & 63) as usize];
            text.push(if position <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_base64() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"M"), "TQ==");
    }
}
