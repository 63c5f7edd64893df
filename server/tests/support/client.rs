//! A small HTTP client whose answers compare and print well.

use std::net::SocketAddr;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// Asks one listener.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    http: reqwest::Client,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Method and path that were asked.
    pub(crate) request: String,
    /// Status code.
    pub(crate) status: u16,
    /// `Location`, if any, without scheme and host.
    pub(crate) location: Option<String>,
    /// The body: JSON where it is, else text; null when empty.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { base: format!("http://{address}"), http: reqwest::Client::new() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// `PUT` without a body.
    pub(crate) async fn put(&self, path: &str) -> Answer {
        self.send(self.request(Method::PUT, path)).await
    }

    /// `POST` without a body.
    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn patch_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// A request with a body exactly as given.
    pub(crate) async fn raw(&self, method: &str, path: &str, content_type: &str, body: &str) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        self.send(self.request(method, path).header("content-type", content_type).body(body.to_owned())).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let url = request.url();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let asked = format!("{} {}{query}", request.method(), url.path());
        let response = self.http.execute(request).await.expect("an answer");
        let status = response.status().as_u16();
        let location = response.headers().get("location").and_then(|value| value.to_str().ok());
        let location = location.map(|location| location.trim_start_matches(&self.base).to_owned());
        let text = response.text().await.expect("a body");
        let body = match serde_json::from_str(&text) {
            Ok(json) => json,
            Err(_) if text.is_empty() => Value::Null,
            Err(_) => Value::String(text.clone()),
        };
        Answer { request: asked, status, location, body, text }
    }
}

impl Answer {
    /// `error_code` and `message` of the envelope.
    pub(crate) fn error(&self) -> (u16, &str) {
        let code = self.body["error_code"].as_u64().and_then(|code| u16::try_from(code).ok());
        (code.unwrap_or_default(), self.body["message"].as_str().unwrap_or_default())
    }
}
