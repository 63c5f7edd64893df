//! The reader's preferences: read from cookies and `Accept-Language`, saved by a plain form.

use app::model::preferences::{LANGUAGE_COOKIE, Language, Preferences, THEME_COOKIE, Theme, ZONE_COOKIE, Zone};
use axum::Form;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What the form in the page's frame sends.
#[derive(Debug, Deserialize)]
pub(super) struct PreferencesForm {
    language: String,
    theme: String,
    zone: String,
    #[serde(default)]
    return_to: String,
}

/// Preferences of a request: cookies first, then what the browser asks for.
pub(super) fn read(headers: &HeaderMap) -> Preferences {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language =
        cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_code).unwrap_or_else(|| Language::negotiate(accepted));
    Preferences {
        language,
        theme: cookie(headers, THEME_COOKIE).and_then(Theme::from_code).unwrap_or_default(),
        zone: cookie(headers, ZONE_COOKIE).and_then(Zone::from_code).unwrap_or(language.usual_zone()),
    }
}

/// Keeps the choices in cookies and goes back to where the form was. Values that are no choice are not kept.
pub(super) async fn save(Form(form): Form<PreferencesForm>) -> Response {
    let kept = [
        (LANGUAGE_COOKIE, Language::from_code(&form.language).map(Language::code)),
        (THEME_COOKIE, Theme::from_code(&form.theme).map(Theme::code)),
        (ZONE_COOKIE, Zone::from_code(&form.zone).map(Zone::code)),
    ];
    let location = HeaderValue::from_str(local_path(&form.return_to)).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    for (name, value) in kept {
        let Some(value) = value else { continue };
        let text = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
        if let Ok(text) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::SET_COOKIE, text);
        }
    }
    response
}

/// Only ever a path of this server: `//host` and backslashes would lead elsewhere.
fn local_path(path: &str) -> &str {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if is_local { path } else { "/" }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_cookie_wins_over_what_the_browser_asks_for() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "ko".parse().unwrap());
        assert_eq!(read(&headers).language, Language::Korean);
        assert_eq!(read(&headers).zone, Zone::Seoul);

        headers.insert(header::COOKIE, "a=b; naru_language=en; naru_theme=dark".parse().unwrap());

        assert_eq!(read(&headers), Preferences { language: Language::English, theme: Theme::Dark, zone: Zone::Utc });
    }

    #[test]
    fn forms_lead_back_only_to_paths_of_ours() {
        assert_eq!(local_path("/topics?search=a"), "/topics?search=a");
        for path in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            assert_eq!(local_path(path), "/", "{path}");
        }
    }
}
