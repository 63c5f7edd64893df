//! A TCP proxy that makes a network's faults between naru and a service: each direction slow, narrow or lost by itself, connections
//! cut or reset, and for Kafka one request held back while the world goes on.
//!
//! Used by the programs here that make faults. Of protocols it knows only where a Kafka request ends and what kind it is.

mod request;
mod weather;

use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use request::Request;
use weather::pass;
pub use weather::{Link, Stretch, Weather};

/// Bytes taken from one side at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// A broker that was sent a request too late gets so long to read it before the connection ends.
const LATE_REQUEST: Duration = Duration::from_secs(2);

/// Forwards connections, as the weather allows.
pub struct Proxy {
    address: String,
    weather: watch::Sender<Weather>,
    commits: Arc<HeldCommits>,
    accepting: JoinHandle<()>,
}

/// What speaks through the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Bytes.
    Any,
    /// Kafka's requests, which can be told from each other.
    Kafka,
}

/// Kafka's EndTxn requests: how many are to be held, and have been.
#[derive(Default)]
struct HeldCommits {
    wanted: AtomicUsize,
    held: watch::Sender<usize>,
    release: Notify,
}

impl HeldCommits {
    /// Whether this one is to be held.
    fn takes_one(&self) -> bool {
        self.wanted.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |wanted| wanted.checked_sub(1)).is_ok()
    }
}

impl Proxy {
    /// Listens on `address`, where port 0 is any free one, and forwards to `target`.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn start(address: &str, target: &str, protocol: Protocol) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| format!("Cannot listen on {address}"))?;
        let address = listener.local_addr().context("A listener without an address")?.to_string();
        let weather = watch::Sender::new(Weather::default());
        let commits = Arc::new(HeldCommits::default());
        let accepting = tokio::spawn({
            let (target, weather, commits) = (target.to_owned(), weather.clone(), Arc::clone(&commits));
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(serve(client, target.clone(), protocol, weather.subscribe(), Arc::clone(&commits)));
                }
            }
        });
        Ok(Self { address, weather, commits, accepting })
    }

    /// Where it listens, `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on it is like this, for the connections that are there too.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Holds the next EndTxn of a Kafka client, and returns once it is held. Its connection breaks on the client's side: the client
    /// has to ask anew, on another one, while the request is still on its way.
    pub async fn hold_commit(&self) {
        let mut held = self.commits.held.subscribe();
        let before = *held.borrow_and_update();
        self.commits.wanted.fetch_add(1, Ordering::SeqCst);
        // The sender lives as long as the proxy.
        let _held = held.wait_for(|held| *held > before).await;
    }

    /// Lets the one that is held go on to the broker.
    pub fn release_commit(&self) {
        self.commits.release.notify_one();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// How the way to the server ended.
enum Ended {
    Over,
    /// The client is to be left alone with its question: here it is.
    Held(Vec<u8>),
}

async fn serve(
    client: TcpStream,
    target: String,
    protocol: Protocol,
    weather: watch::Receiver<Weather>,
    commits: Arc<HeldCommits>,
) {
    let link = weather.borrow().link;
    if link != Link::Up {
        return break_off(&client, link);
    }
    let Ok(server) = TcpStream::connect(&target).await else { return };
    let mut links = weather.clone();
    let ended = tokio::select! {
        // Either direction ends both, as it does where nothing is between the two.
        ended = ask(&client, &server, protocol, weather.clone(), &commits) => ended.unwrap_or(Ended::Over),
        _ = answer(&server, &client, weather) => Ended::Over,
        broken = links.wait_for(|weather| weather.link != Link::Up) => {
            if let Ok(link) = broken.map(|weather| weather.link) {
                break_off(&client, link);
            }
            Ended::Over
        }
    };
    if let Ended::Held(request) = ended {
        drop(client);
        commits.held.send_modify(|held| *held += 1);
        commits.release.notified().await;
        // A broker that is gone by now has no use for it.
        let _gone = write(&server, &request).await;
        tokio::time::sleep(LATE_REQUEST).await;
    }
}

/// A reset loses what is on its way, a cut does not.
fn break_off(client: &TcpStream, link: Link) {
    if link == Link::Reset {
        // Without it, it is a cut: the test sees the difference, nobody else does.
        let _only_cut = client.set_zero_linger();
    }
}

async fn ask(
    client: &TcpStream,
    server: &TcpStream,
    protocol: Protocol,
    mut weather: watch::Receiver<Weather>,
    commits: &HeldCommits,
) -> std::io::Result<Ended> {
    let mut waiting = Vec::new();
    loop {
        let chunk = read(client).await?;
        waiting.extend_from_slice(&chunk);
        while let Some(request) = first_of(&waiting, protocol) {
            let rest = waiting.split_off(request.size_bytes);
            let bytes = std::mem::replace(&mut waiting, rest);
            if request.ends_transaction && commits.takes_one() {
                return Ok(Ended::Held(bytes));
            }
            pass(&mut weather, |weather| weather.to_server, bytes.len()).await;
            write(server, &bytes).await?;
        }
    }
}

fn first_of(waiting: &[u8], protocol: Protocol) -> Option<Request> {
    match protocol {
        Protocol::Kafka => Request::first(waiting),
        Protocol::Any => {
            (!waiting.is_empty()).then_some(Request { size_bytes: waiting.len(), ends_transaction: false })
        }
    }
}

async fn answer(
    server: &TcpStream,
    client: &TcpStream,
    mut weather: watch::Receiver<Weather>,
) -> std::io::Result<Ended> {
    loop {
        let chunk = read(server).await?;
        pass(&mut weather, |weather| weather.to_client, chunk.len()).await;
        write(client, &chunk).await?;
    }
}

/// The next bytes; the end of the stream is an error, because nothing is left to do then.
async fn read(from: &TcpStream) -> std::io::Result<Vec<u8>> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        from.readable().await?;
        match from.try_read(&mut chunk) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                chunk.truncate(length);
                return Ok(chunk);
            }
            Err(error) if is_premature(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

async fn write(to: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        to.writable().await?;
        match to.try_write(bytes) {
            Ok(length) => bytes = &bytes[length..],
            Err(error) if is_premature(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Readiness may be announced and not be there.
fn is_premature(error: &Error) -> bool {
    error.kind() == ErrorKind::WouldBlock
}

#[cfg(test)]
mod tests;
