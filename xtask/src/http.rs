//! The little HTTP a task needs: is this address answering, and with what?
//!
//! Used to wait for servers on the loopback interface. Not a client for anything else: no TLS, no redirects.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

const TIMEOUT: Duration = Duration::from_secs(5);

/// Status and body of `GET path`; an error when nobody listens or the answer is not HTTP.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: */*\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("The answer is not HTTP")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("The answer has no status")?;
    Ok((status, body.to_owned()))
}
