//! Values as Java's `toString` shows them: `Struct{a=1,b=[x, y]}`.
//!
//! Fields that are null are left out, nulls in arrays and maps are not. Nothing is escaped, so this is text for people.

use super::super::ConvertError;
use crate::json::{decimal, double};
use crate::schema::{Kind, Schema, Value};

/// The text of a value.
///
/// # Errors
/// The value holds bytes: Java shows where they are in its memory.
pub(super) fn text(schema: &Schema, value: &Value) -> Result<String, ConvertError> {
    let mut out = Vec::new();
    write(&mut out, schema, value)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn write(out: &mut Vec<u8>, schema: &Schema, value: &Value) -> Result<(), ConvertError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Int8(number) => integer(out, i64::from(*number)),
        Value::Int16(number) => integer(out, i64::from(*number)),
        Value::Int32(number) => integer(out, i64::from(*number)),
        Value::Int64(number) => integer(out, *number),
        Value::Float32(number) => double::write_java_float(out, *number),
        Value::Float64(number) => double::write_java(out, *number),
        Value::Boolean(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::String(text) => out.extend_from_slice(text.as_bytes()),
        Value::Bytes(_) => return Err(ConvertError::BytesInText),
        Value::Decimal(number) => {
            decimal::write_number(out, number.unscaled < 0, number.unscaled.unsigned_abs(), -number.scale);
        }
        Value::Instant(since_epoch_ms) => instant(out, *since_epoch_ms),
        Value::Array(values) => {
            let Kind::Array(of) = &schema.kind else { return Err(ConvertError::Mismatch) };
            out.push(b'[');
            for (at, value) in values.iter().enumerate() {
                separate(out, at, b", ");
                write(out, of, value)?;
            }
            out.push(b']');
        }
        Value::Map(entries) => {
            let Kind::Map(of) = &schema.kind else { return Err(ConvertError::Mismatch) };
            out.push(b'{');
            for (at, (key, value)) in entries.iter().enumerate() {
                separate(out, at, b", ");
                out.extend_from_slice(key.as_bytes());
                out.push(b'=');
                write(out, of, value)?;
            }
            out.push(b'}');
        }
        Value::Struct(values) => return structure(out, schema, values),
    }
    Ok(())
}

fn structure(out: &mut Vec<u8>, schema: &Schema, values: &[Value]) -> Result<(), ConvertError> {
    out.extend_from_slice(b"Struct{");
    let present = schema.fields().iter().zip(values).filter(|(_, value)| !matches!(value, Value::Null));
    for (at, (field, value)) in present.enumerate() {
        separate(out, at, b",");
        out.extend_from_slice(field.name.as_bytes());
        out.push(b'=');
        write(out, &field.schema, value)?;
    }
    out.push(b'}');
    Ok(())
}

fn separate(out: &mut Vec<u8>, at: usize, separator: &[u8]) {
    if at > 0 {
        out.extend_from_slice(separator);
    }
}

fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

const DAY_MS: i64 = 86_400_000;
/// Before this, the 15th of October 1582, Java counts by the Julian calendar.
const FIRST_GREGORIAN_MS: i64 = -12_219_292_800_000;

/// Appends an instant as `java.util.Date` does in UTC: `Thu Jan 01 00:00:00 UTC 1970`. Years before the first count backwards.
fn instant(out: &mut Vec<u8>, since_epoch_ms: i64) {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = since_epoch_ms.div_euclid(DAY_MS);
    let seconds = since_epoch_ms.rem_euclid(DAY_MS) / 1000;
    let (year, month, of_month) =
        if since_epoch_ms < FIRST_GREGORIAN_MS { julian(day) } else { crate::json::date::civil(day) };
    let year = if year > 0 { year } else { 1 - year };
    let weekday = WEEKDAYS[day.rem_euclid(7) as usize];
    let month = MONTHS[(month - 1).rem_euclid(12) as usize];
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let text = format!("{weekday} {month} {of_month:02} {hours:02}:{minutes:02}:{seconds:02} UTC {year}");
    out.extend_from_slice(text.as_bytes());
}

/// Year, month and day in the Julian calendar of a day counted from 1970-01-01.
fn julian(day: i64) -> (i64, i64, i64) {
    /// Days from the 1st of March of the year 0 to 1970-01-01, in this calendar.
    const EPOCH_DAYS: i64 = 719_470;
    /// Days of four years, one of them a leap year.
    const CYCLE_DAYS: i64 = 1461;
    let shifted = day + EPOCH_DAYS;
    let cycle = shifted.div_euclid(CYCLE_DAYS);
    let of_cycle = shifted.rem_euclid(CYCLE_DAYS);
    let year_of_cycle = ((of_cycle - of_cycle / 1460) / 365).min(3);
    let of_year = of_cycle - 365 * year_of_cycle;
    // Months counted from March: 153 days in every five of them.
    let month_from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (cycle * 4 + year_of_cycle + i64::from(month <= 2), month, day_of_month)
}
