//! What every answer of the portal keeps to, whatever the data: policies, status, language, forms without script.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod double;
mod topics;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt as _;

use super::*;
use double::Double;

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn ask(request: Request<Body>) -> Answer {
    let backend: BackendForRequest = Arc::new(|_| Arc::new(Double));
    let response = assemble(Site::none(), backend, Router::new()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
}

fn page(path: &str) -> Request<Body> {
    Request::get(path)
        .header(header::ACCEPT, "text/html")
        .header(header::HOST, "naru.test")
        .body(Body::empty())
        .unwrap()
}

fn form(path: &str) -> axum::http::request::Builder {
    Request::post(path)
        .header(header::ACCEPT, "text/html")
        .header(header::HOST, "naru.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

#[tokio::test]
async fn a_page_is_complete_without_script() {
    let answer = ask(page("/")).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("jee-patients"), "{}", answer.body);
    assert!(!answer.body.contains("Loading"));
}

#[tokio::test]
async fn scripts_run_by_the_nonce_of_this_answer_only() {
    let first = ask(page("/")).await;
    let second = ask(page("/")).await;

    let policy = first.header(header::CONTENT_SECURITY_POLICY);
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!second.header(header::CONTENT_SECURITY_POLICY).contains(nonce));
    for script in first.body.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(nonce), "a script without nonce: {tag}");
    }
}

#[tokio::test]
async fn answers_are_not_stored_and_not_sniffed() {
    for path in ["/", "/nowhere", "/ui/connectors/list"] {
        let answer = ask(page(path)).await;

        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_a_designed_404() {
    let answer = ask(page("/no/such/page")).await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Not here"), "{}", answer.body);
}

#[tokio::test]
async fn a_page_whose_data_is_missing_has_the_matching_status() {
    let answer = ask(page("/?search=postgres-away")).await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("Postgres is away"), "{}", answer.body);
}

#[tokio::test]
async fn the_first_render_speaks_the_readers_language() {
    let mut request = page("/");
    request.headers_mut().insert(header::ACCEPT_LANGUAGE, "ko-KR,ko;q=0.9".parse().unwrap());

    let answer = ask(request).await;

    assert!(answer.body.contains("<html lang=\"ko\""), "{}", answer.body);
    assert!(answer.body.contains("커넥터 만들기"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let body = "name=a&action=pause";
    let request = form("/ui/connectors/act")
        .header(header::ORIGIN, "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(body))
        .unwrap();

    assert_eq!(ask(request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_without_script_leads_on() {
    let body = "name=jee-patients&action=pause";
    let request = form("/ui/connectors/act")
        .header("sec-fetch-site", "same-origin")
        .header(header::REFERER, "http://naru.test/connectors/jee-patients")
        .body(Body::from(body))
        .unwrap();

    let answer = ask(request).await;

    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.header(header::LOCATION), "/connectors/jee-patients?done=requested");
}

#[tokio::test]
async fn a_failed_form_without_script_goes_back_with_a_code() {
    let body = "name=missing&action=pause";
    let request = form("/ui/connectors/act")
        .header("sec-fetch-site", "same-origin")
        .header(header::REFERER, "http://naru.test/connectors/missing?done=requested")
        .body(Body::from(body))
        .unwrap();

    let answer = ask(request).await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/connectors/missing?failed=not-found");
}

#[tokio::test]
async fn preferences_are_kept_in_cookies() {
    let body = "language=ko&theme=dark&zone=seoul&return_to=%2Ftopics";
    let request = form("/ui/preferences").header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap();

    let answer = ask(request).await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/topics");
    assert_eq!(answer.headers.get_all(header::SET_COOKIE).iter().count(), 3);
}
