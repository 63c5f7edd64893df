//! The real binary, as an operator runs it.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::app::key_file;
use super::client::Client;
use super::database::TestDatabase;

/// How long the binary may take to say that it is up, or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// `naru` with the environment of the tests, free ports, and nothing else.
pub(crate) fn naru(database_url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_naru"));
    command
        .args(arguments)
        .env("DATABASE_URL", database_url)
        .env("NARU_SECRET_KEY_FILE", key_file())
        .env("NARU_PORTAL_LISTEN", "127.0.0.1:0")
        .env("NARU_CONNECT_LISTEN", "127.0.0.1:0")
        .env("NARU_ADMIN_LISTEN", "127.0.0.1:0")
        .env("NARU_LOG", "info")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command that ends by itself.
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().expect("the binary runs")
}

/// A serving process, killed when it is dropped.
pub(crate) struct Serving {
    child: Child,
    /// Asks its Kafka Connect API.
    pub(crate) connect: Client,
    logged: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Serving {
    /// Starts one and waits until it says that it is up.
    pub(crate) fn start(database: &TestDatabase) -> Self {
        Self::start_logging(database, "info")
    }

    /// As [`Self::start`], with levels of its own.
    pub(crate) fn start_logging(database: &TestDatabase, levels: &str) -> Self {
        let mut child =
            naru(&database.url_text(), &["serve"]).env("NARU_LOG", levels).spawn().expect("the binary runs");
        let (sender, receiver) = mpsc::channel();
        let logged = Arc::<Mutex<Vec<String>>>::default();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
        let readers = outputs.map(|output| follow(output, logged.clone(), sender.clone())).into();
        let address = loop {
            let line = receiver.recv_timeout(PATIENCE).expect("naru says that it is up");
            let entry: serde_json::Value = serde_json::from_str(&line).expect("JSON logs where there is no terminal");
            if let Some(address) = entry["connect"].as_str() {
                break address.parse().expect("an address");
            }
        };
        Self { child, connect: Client::new(address), logged, readers }
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// The most memory it ever had resident.
    pub(crate) fn peak_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        kib.map(|kib: u64| kib / 1024).expect("Linux tells the peak")
    }

    /// Waits for the end: the exit status and how long it took.
    pub(crate) fn wait(&mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (status.code(), began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "naru does not end");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Waits for the end; every line that was written.
    pub(crate) fn lines_to_the_end(mut self) -> Vec<String> {
        self.wait();
        for reader in std::mem::take(&mut self.readers) {
            reader.join().expect("no panic");
        }
        std::mem::take(&mut *self.logged.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads to the end, so that the process never waits for a full pipe.
fn follow(
    output: Box<dyn Read + Send>,
    logged: Arc<Mutex<Vec<String>>>,
    sender: mpsc::Sender<String>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            logged.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
            let _ = sender.send(line);
        }
    })
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
