#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

const NOWHERE: &str = "127.0.0.1:0";

/// A server that answers each byte with itself, and a client of it through the proxy.
async fn echo(protocol: Protocol) -> (Proxy, TcpStream) {
    let listener = TcpListener::bind(NOWHERE).await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.into_split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    let proxy = Proxy::start(NOWHERE, &target, protocol).await.unwrap();
    let client = TcpStream::connect(proxy.address()).await.unwrap();
    (proxy, client)
}

async fn echoed(client: &mut TcpStream, bytes: &[u8]) -> Duration {
    let began = Instant::now();
    client.write_all(bytes).await.unwrap();
    let mut answer = vec![0; bytes.len()];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, bytes);
    began.elapsed()
}

#[tokio::test]
async fn a_slow_or_narrow_stretch_takes_its_time_and_loses_nothing() {
    let (proxy, mut client) = echo(Protocol::Any).await;
    echoed(&mut client, b"clear").await;

    proxy.set(Weather { to_client: Stretch::Slow(Duration::from_millis(120)), ..Weather::default() });
    assert!(echoed(&mut client, b"slow").await >= Duration::from_millis(120));
    proxy.set(Weather { to_server: Stretch::Narrow(100.0), ..Weather::default() });
    assert!(echoed(&mut client, b"narrow, narrow").await >= Duration::from_millis(130));
}

#[tokio::test]
async fn what_a_lost_stretch_keeps_arrives_when_it_is_clear_again() {
    let (proxy, mut client) = echo(Protocol::Any).await;
    proxy.set(Weather { to_server: Stretch::Lost, ..Weather::default() });
    client.write_all(b"late").await.unwrap();

    let mut answer = [0; 4];
    let waited = tokio::time::timeout(Duration::from_millis(100), client.read_exact(&mut answer)).await;
    assert!(waited.is_err(), "nothing arrives");
    proxy.set(Weather::default());
    client.read_exact(&mut answer).await.unwrap();

    assert_eq!(&answer, b"late");
}

#[tokio::test]
async fn a_cut_ends_connections_and_a_reset_breaks_them() {
    for (link, is_error) in [(Link::Cut, false), (Link::Reset, true)] {
        let (proxy, mut client) = echo(Protocol::Any).await;
        echoed(&mut client, b"here").await;

        proxy.set(Weather { link, ..Weather::default() });
        let end = client.read(&mut [0; 1]).await;

        assert_eq!(end.is_err(), is_error, "{link:?}: {end:?}");
        proxy.set(Weather::default());
        let mut again = TcpStream::connect(proxy.address()).await.unwrap();
        echoed(&mut again, b"again").await;
    }
}

#[tokio::test]
async fn a_held_commit_leaves_its_client_alone_and_reaches_the_server_when_it_is_let_go() {
    let listener = TcpListener::bind(NOWHERE).await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let proxy = Proxy::start(NOWHERE, &target, Protocol::Kafka).await.unwrap();
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    let (other, commit) = ([0, 0, 0, 2, 0, 3], [0, 0, 0, 3, 0, 26, 7]);

    let holding = proxy.hold_commit();
    let sending = async {
        client.write_all(&other).await.unwrap();
        client.write_all(&commit).await.unwrap();
    };
    tokio::join!(holding, sending);
    let mut first = [0; 6];
    server.read_exact(&mut first).await.unwrap();
    assert_eq!(first, other, "another request is not held");
    assert!(!matches!(client.read(&mut [0; 1]).await, Ok(1..)), "the client is alone");
    proxy.release_commit();
    let mut second = [0; 7];
    server.read_exact(&mut second).await.unwrap();

    assert_eq!(second, commit);
}
