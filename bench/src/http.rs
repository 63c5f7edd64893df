//! As much of HTTP as the Kafka Connect API on this machine needs: one request, one answer, the connection closed.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Kafka Connect itself gives up on a request after 90 s.
const LIMIT: Duration = Duration::from_secs(100);

/// An answer; the body is null when there is none or it is not JSON.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) text: String,
}

/// Sends a request to `base`, an address like `http://127.0.0.1:8083`.
pub(crate) async fn call(base: &str, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    let host = base.trim_start_matches("http://").trim_end_matches('/');
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let exchange = async {
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = timeout(LIMIT, exchange).await.with_context(|| format!("{method} {path} took too long"))?;
    let answer = String::from_utf8(answer.with_context(|| format!("{method} {base}{path}"))?)?;
    let (head, body) = answer.split_once("\r\n\r\n").with_context(|| format!("{method} {path}: not HTTP"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer {
        status: status.with_context(|| format!("{method} {path}: no status"))?,
        body: serde_json::from_str(body).unwrap_or_default(),
        text: body.to_owned(),
    })
}
