//! Dates as ISO 8601 text in UTC, for every date that BSON can hold: nearly 300 million years each way.

const DAY_MS: i64 = 86_400_000;
/// Days of 400 years: after these the Gregorian calendar repeats.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01: counting from March puts the leap day at the end of a year.
const EPOCH_DAYS: i64 = 719_468;

/// The last millisecond of the year 9999.
pub(super) const LAST_OF_FOUR_DIGIT_YEARS_MS: i64 = 253_402_300_799_999;

/// Appends a date given in milliseconds since 1970: seconds always, a fraction only where there is one, without trailing zeros;
/// years beyond 9999 with a plus sign, years before 0 with a minus.
pub(super) fn write(out: &mut Vec<u8>, since_epoch_ms: i64) {
    let (year, month, day) = civil(since_epoch_ms.div_euclid(DAY_MS));
    let of_day_ms = since_epoch_ms.rem_euclid(DAY_MS);
    let seconds = of_day_ms / 1000;
    write_year(out, year);
    for (separator, number) in
        [(b'-', month), (b'-', day), (b'T', seconds / 3600), (b':', seconds / 60 % 60), (b':', seconds % 60)]
    {
        out.extend_from_slice(&[separator, digit(number / 10), digit(number)]);
    }
    let milliseconds = of_day_ms % 1000;
    if milliseconds > 0 {
        let fraction = [b'.', digit(milliseconds / 100), digit(milliseconds / 10), digit(milliseconds)];
        let size = fraction.iter().rposition(|byte| *byte != b'0').map_or(0, |last| last + 1);
        out.extend_from_slice(&fraction[..size]);
    }
    out.push(b'Z');
}

fn digit(number: i64) -> u8 {
    b'0' + (number % 10) as u8
}

fn write_year(out: &mut Vec<u8>, year: i64) {
    match year {
        ..0 => out.push(b'-'),
        0..=9999 => {}
        _ => out.push(b'+'),
    }
    let magnitude = year.unsigned_abs();
    for power in [1000, 100, 10] {
        if magnitude < power {
            out.push(b'0');
        }
    }
    out.extend_from_slice(itoa::Buffer::new().format(magnitude).as_bytes());
}

/// Year, month and day of a day counted from 1970-01-01.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + EPOCH_DAYS;
    let era = shifted.div_euclid(ERA_DAYS);
    let of_era = shifted.rem_euclid(ERA_DAYS);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months counted from March: 153 days in every five of them.
    let month_from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_month)
}
