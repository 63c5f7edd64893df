//! Numbers, sizes, durations and times as text. The same on server and browser: nothing is asked of either's locale.

use crate::model::preferences::{Language, Preferences, Zone};

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 3_600;
const DAY_S: u64 = 86_400;

/// `1,234,567`
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate: whole above ten, one decimal below.
pub(crate) fn rate(number: f64) -> String {
    if number >= 9.95 { count(number.round().max(0.0) as u64) } else { one_decimal(number.max(0.0)) }
}

/// `812 B`, `1.2 kB`, `3.4 MB`: powers of a thousand.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1_000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let number = if value >= 99.95 { count(value.round() as u64) } else { one_decimal(value) };
    format!("{number} {}", UNITS[unit])
}

/// A length of time in its largest whole unit: `8 s`, `3 min`, `31 h`, `4 d`.
pub(crate) fn duration(language: Language, seconds: u64) -> String {
    let (number, english, korean) = match seconds {
        0..90 => (seconds, "s", "초"),
        90..5_400 => ((seconds + MINUTE_S / 2) / MINUTE_S, "min", "분"),
        5_400..172_800 => ((seconds + HOUR_S / 2) / HOUR_S, "h", "시간"),
        _ => ((seconds + DAY_S / 2) / DAY_S, "d", "일"),
    };
    match language {
        Language::English => format!("{number} {english}"),
        Language::Korean => format!("{number}{korean}"),
    }
}

/// A short length of time: `240 ms`, then as [`duration`].
pub(crate) fn short_duration(language: Language, milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..10_000 => match language {
            Language::English => format!("{} s", one_decimal(milliseconds as f64 / 1_000.0)),
            Language::Korean => format!("{}초", one_decimal(milliseconds as f64 / 1_000.0)),
        },
        _ => duration(language, milliseconds / 1_000),
    }
}

/// How late something is; 0 when nothing is outstanding.
pub(crate) fn lag(language: Language, milliseconds: u64) -> String {
    if milliseconds == 0 { language.caught_up().to_owned() } else { short_duration(language, milliseconds) }
}

/// How long ago, or `just now`.
pub(crate) fn ago(language: Language, at_ms: i64, now_ms: i64) -> String {
    let seconds = now_ms.saturating_sub(at_ms).max(0) as u64 / 1_000;
    if seconds < 2 {
        return match language {
            Language::English => "just now".to_owned(),
            Language::Korean => "방금".to_owned(),
        };
    }
    let length = duration(language, seconds);
    match language {
        Language::English => format!("{length} ago"),
        Language::Korean => format!("{length} 전"),
    }
}

/// Date and time in the reader's zone: `2026-11-24 14:03:09 UTC`, `2026년 11월 24일 23:03:09 KST`.
pub(crate) fn date_time(preferences: Preferences, at_ms: i64) -> String {
    let civil = Civil::at(at_ms.saturating_add(preferences.zone.offset_ms()));
    let zone = zone_name(preferences.zone);
    let Civil { year, month, day, hour, minute, second, .. } = civil;
    match preferences.language {
        Language::English => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} {zone}"),
        Language::Korean => format!("{year}년 {month}월 {day}일 {hour:02}:{minute:02}:{second:02} {zone}"),
    }
}

/// ISO 8601 in UTC, for `datetime` attributes and for copying.
pub(crate) fn iso(at_ms: i64) -> String {
    let Civil { year, month, day, hour, minute, second, millisecond } = Civil::at(at_ms);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

/// As [`iso`], without the fraction: how a configuration has it.
pub(crate) fn iso_seconds(at_ms: i64) -> String {
    format!("{}Z", local_field(at_ms, Zone::Utc))
}

/// The moment has a date of four digits, as everything here writes it.
pub(crate) fn is_writable(at_ms: i64) -> bool {
    const FIRST_MS: i64 = -62_135_596_800_000;
    const LAST_MS: i64 = 253_402_300_799_999;
    (FIRST_MS..=LAST_MS).contains(&at_ms)
}

/// Date and time of day with milliseconds, in the reader's zone and without its name: a column's head names it.
pub(crate) fn stamp(zone: Zone, at_ms: i64) -> String {
    let Civil { year, month, day, hour, minute, second, millisecond } =
        Civil::at(at_ms.saturating_add(zone.offset_ms()));
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millisecond:03}")
}

/// A zone's short name.
pub(crate) const fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Utc => "UTC",
        Zone::Seoul => "KST",
    }
}

/// Reads `2026-11-24T14:03`, with or without seconds, fraction and `Z`, as what a `datetime-local` field gives, in a zone.
pub(crate) fn parse_local(text: &str, zone: Zone) -> Option<i64> {
    let (text, offset_ms) = match text.trim().strip_suffix(['Z', 'z']) {
        Some(utc) => (utc, 0),
        None => (text.trim(), zone.offset_ms()),
    };
    let (date, time) = text.split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut time = time.splitn(3, ':').map(str::parse::<i64>);
    let (hour, minute) = (time.next()?.ok()?, time.next()?.ok()?);
    let second = time.next().transpose().ok()?.unwrap_or(0);
    let millisecond = format!("{fraction:0<3}").get(..3)?.parse::<i64>().ok()?;
    let in_range = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second);
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    in_range.then(|| seconds * 1_000 + millisecond - offset_ms)
}

/// What a `datetime-local` field takes for a moment in a zone.
pub(crate) fn local_field(at_ms: i64, zone: Zone) -> String {
    let civil = Civil::at(at_ms.saturating_add(zone.offset_ms()));
    let Civil { year, month, day, hour, minute, second, .. } = civil;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

fn one_decimal(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
}

impl Civil {
    /// Proleptic Gregorian date of a moment; years of 400 are counted from 1 March, so that leap days end a cycle.
    fn at(ms: i64) -> Self {
        let days = ms.div_euclid(86_400_000);
        let in_day = ms.rem_euclid(86_400_000);
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            hour: in_day / 3_600_000,
            minute: in_day / 60_000 % 60,
            second: in_day / 1_000 % 60,
            millisecond: in_day % 1_000,
        }
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEOUL: Preferences =
        Preferences { language: Language::Korean, theme: crate::model::preferences::Theme::System, zone: Zone::Seoul };

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn sizes_never_show_a_thousand_of_a_unit() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_000), "1 kB");
        assert_eq!(size(999_499), "999 kB");
        assert_eq!(size(999_501), "1 MB");
        assert_eq!(size(3_400_000), "3.4 MB");
    }

    #[test]
    fn durations_use_one_unit() {
        assert_eq!(duration(Language::English, 8), "8 s");
        assert_eq!(duration(Language::English, 190), "3 min");
        assert_eq!(duration(Language::Korean, 111_600), "31시간");
        assert_eq!(duration(Language::English, 345_600), "4 d");
        assert_eq!(short_duration(Language::English, 240), "240 ms");
        assert_eq!(short_duration(Language::Korean, 1_500), "1.5초");
    }

    #[test]
    fn dates_hold_over_leap_years_and_before_the_epoch() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(iso(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
        assert_eq!(date_time(Preferences::default(), 1_795_530_189_000), "2026-11-24 14:23:09 UTC");
        assert_eq!(stamp(Zone::Seoul, 1_795_530_189_007), "2026-11-24 23:23:09.007");
        assert!(is_writable(-62_135_596_800_000) && !is_writable(i64::MAX));
        assert_eq!(iso(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
        assert_eq!(date_time(SEOUL, 1_795_530_189_000), "2026년 11월 24일 23:23:09 KST");
    }

    #[test]
    fn local_times_read_back() {
        let at = 1_795_530_189_000;
        for zone in [Zone::Utc, Zone::Seoul] {
            assert_eq!(parse_local(&local_field(at, zone), zone), Some(at));
        }
        assert_eq!(parse_local("2026-11-24T14:23", Zone::Utc), Some(1_795_530_180_000));
        assert_eq!(parse_local("2026-11-24T14:23:09.5Z", Zone::Seoul), Some(1_795_530_189_500));
        assert_eq!(parse_local("yesterday", Zone::Utc), None);
        assert_eq!(parse_local("2026-13-01T00:00", Zone::Utc), None);
    }
}
