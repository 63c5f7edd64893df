//! A server that answers as a test says: for what neither a real MongoDB nor its stand-in can be made to do on demand.
//!
//! It speaks the wire protocol, says of itself that it is the primary of a one-member replica set, and leaves every other
//! command to the test.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bson::{Document, doc};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// OP_MSG, the only message there is nowadays.
const OP_MSG: i32 = 2013;

/// Bytes of a message's header, its flags, and the kind of its first section.
const PREFIX_BYTES: usize = 16 + 4 + 1;

type Answer = Box<dyn FnMut(&Document) -> Option<Document> + Send>;

/// The server. Dropping it closes it.
pub(crate) struct Wire {
    /// How to reach it.
    pub(crate) uri: String,
    commands: Arc<Mutex<Vec<Document>>>,
    accepting: JoinHandle<()>,
}

impl Wire {
    /// A server that answers each command but the driver's own small talk with what `answer` makes of it; with `None` it hangs
    /// up.
    pub(crate) async fn answering(answer: impl FnMut(&Document) -> Option<Document> + Send + 'static) -> Self {
        Self::of_release([5, 0, 31], answer).await
    }

    /// The same, of another release.
    pub(crate) async fn of_release(
        release: [i32; 3],
        answer: impl FnMut(&Document) -> Option<Document> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let commands = Arc::new(Mutex::new(Vec::new()));
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(answer)));
        let accepting = tokio::spawn({
            let commands = Arc::clone(&commands);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, (address, release), Arc::clone(&answer), Arc::clone(&commands)));
                }
            }
        });
        let uri = format!("mongodb://{address}/?replicaSet=rs0&retryReads=false&serverSelectionTimeoutMS=2000");
        Self { uri, commands, accepting }
    }

    /// The commands so far that have this name, in order.
    pub(crate) fn commands(&self, name: &str) -> Vec<Document> {
        let commands = self.commands.lock().expect("not poisoned");
        commands.iter().filter(|command| command.keys().next().is_some_and(|first| first == name)).cloned().collect()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    (address, release): (SocketAddr, [i32; 3]),
    answer: Arc<Mutex<Answer>>,
    commands: Arc<Mutex<Vec<Document>>>,
) {
    while let Some((request, command)) = read(&mut stream).await {
        let reply = match command.keys().next().map(String::as_str) {
            Some("hello" | "isMaster" | "ismaster") => Some(hello(address)),
            Some("endSessions" | "killCursors" | "ping") => Some(doc! { "ok": 1 }),
            Some("buildInfo") => Some(doc! { "ok": 1, "versionArray": release.to_vec() }),
            _ => {
                commands.lock().expect("not poisoned").push(command.clone());
                (answer.lock().expect("not poisoned"))(&command)
            }
        };
        let Some(reply) = reply else { return };
        if write(&mut stream, request, &reply).await.is_none() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<(i32, Document)> {
    let mut prefix = [0; PREFIX_BYTES];
    stream.read_exact(&mut prefix).await.ok()?;
    let number = |at: usize| i32::from_le_bytes(prefix[at..at + 4].try_into().expect("four bytes"));
    let mut body = vec![0; usize::try_from(number(0)).ok()? - PREFIX_BYTES];
    stream.read_exact(&mut body).await.ok()?;
    Some((number(4), Document::from_reader(body.as_slice()).expect("a document")))
}

async fn write(stream: &mut TcpStream, request: i32, reply: &Document) -> Option<()> {
    let body = reply.to_vec().expect("a document");
    let length = i32::try_from(PREFIX_BYTES + body.len()).expect("a short answer");
    let mut message = Vec::new();
    for number in [length, 0, request, OP_MSG, 0] {
        message.extend_from_slice(&number.to_le_bytes());
    }
    message.push(0);
    message.extend_from_slice(&body);
    stream.write_all(&message).await.ok()
}

fn hello(address: SocketAddr) -> Document {
    let me = address.to_string();
    doc! {
        "ok": 1, "isWritablePrimary": true, "setName": "rs0", "setVersion": 1, "hosts": [&me], "me": &me, "primary": &me,
        "minWireVersion": 0, "maxWireVersion": 21, "logicalSessionTimeoutMinutes": 30, "maxBsonObjectSize": 16_777_216,
        "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000,
    }
}

/// An error as a server answers it.
pub(crate) fn refusal(code: i32) -> Document {
    doc! { "ok": 0, "code": code, "codeName": "Refused", "errmsg": "words of the server" }
}

/// A reply of a cursor; `post_batch` is the change stream's token.
pub(crate) fn batch(name: &str, cursor: i64, documents: Vec<Document>, post_batch: Option<Document>) -> Document {
    let mut body = doc! { "id": cursor, "ns": "jee.patients", name: documents };
    body.extend(post_batch.map(|token| ("postBatchResumeToken".to_owned(), token.into())));
    doc! { "ok": 1, "cursor": body }
}
