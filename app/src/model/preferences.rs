//! How the reader wants the portal: language, theme and time zone, kept in cookies and never guessed in the browser.

use serde::{Deserialize, Serialize};

/// Language of every text. Both are complete: a missing text does not compile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// Colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The zone in which times are written. Fixed offsets only, so that server and browser agree without a zone database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Zone {
    /// UTC.
    #[default]
    Utc,
    /// Asia/Seoul, UTC+9 the whole year.
    Seoul,
}

/// All of them; what the first render depends on besides data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Language of texts.
    pub language: Language,
    /// Colours.
    pub theme: Theme,
    /// Zone of times.
    pub zone: Zone,
}

/// Cookie that keeps the language.
pub const LANGUAGE_COOKIE: &str = "naru_language";
/// Cookie that keeps the theme.
pub const THEME_COOKIE: &str = "naru_theme";
/// Cookie that keeps the zone.
pub const ZONE_COOKIE: &str = "naru_zone";

impl Language {
    /// `en` or `ko`, as in HTML's `lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// Reads `en`, `ko` and their regional forms (`ko-KR`).
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ko" => Some(Self::Korean),
            _ => None,
        }
    }

    /// The best match of an `Accept-Language` header; English when none matches.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (0.0_f32, Self::English);
        for part in accept_language.split(',') {
            let mut pieces = part.trim().split(';');
            let Some(language) = pieces.next().and_then(|code| Self::from_code(code.trim())) else { continue };
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |value| value.trim().parse::<f32>().unwrap_or(0.0));
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }

    /// Where this language's readers are assumed to be until they choose.
    pub const fn usual_zone(self) -> Zone {
        match self {
            Self::English => Zone::Utc,
            Self::Korean => Zone::Seoul,
        }
    }
}

impl Theme {
    /// `system`, `light` or `dark`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads what [`Theme::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.code() == code)
    }
}

impl Zone {
    /// `utc` or `seoul`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Utc => "utc",
            Self::Seoul => "seoul",
        }
    }

    /// Reads what [`Zone::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Utc, Self::Seoul].into_iter().find(|zone| zone.code() == code)
    }

    /// Milliseconds to add to UTC.
    pub const fn offset_ms(self) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Seoul => 9 * 3_600_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_quality_known_language_wins() {
        assert_eq!(Language::negotiate("fr, ko;q=0.8, en;q=0.9"), Language::English);
        assert_eq!(Language::negotiate("ko-KR,ko;q=0.9,en-US;q=0.8"), Language::Korean);
        assert_eq!(Language::negotiate("de, fr;q=0.2"), Language::English);
        assert_eq!(Language::negotiate("ko;q=0, en;q=0.1"), Language::English);
        assert_eq!(Language::negotiate(""), Language::English);
    }

    #[test]
    fn codes_read_back_what_they_write() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::from_code(theme.code()), Some(theme));
        }
        for zone in [Zone::Utc, Zone::Seoul] {
            assert_eq!(Zone::from_code(zone.code()), Some(zone));
        }
    }
}
