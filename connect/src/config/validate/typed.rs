//! A value by its type: how Kafka's `ConfigDef` parses it, and what it says when it cannot.

use crate::config::FieldError;
use crate::config::definition::{ConfigKey, Validator, ValueType};

/// The value in its plain form: numbers without sign or zeros in front, `true` and `false` in lower case, lists with bare
/// commas. `raw` is trimmed.
pub(super) fn parse(definition: &ConfigKey, shown_name: &str, raw: &str) -> Result<String, Vec<FieldError>> {
    match definition.value_type {
        ValueType::Boolean => match raw.to_ascii_lowercase().as_str() {
            flag @ ("true" | "false") => Ok(flag.to_owned()),
            _ => Err(vec![invalid(definition, shown_name, raw, "Expected value to be either true or false")]),
        },
        ValueType::Int => number(definition, shown_name, raw, raw.parse::<i32>().ok().map(i64::from)),
        ValueType::Short => number(definition, shown_name, raw, raw.parse::<i16>().ok().map(i64::from)),
        ValueType::Long => number(definition, shown_name, raw, raw.parse::<i64>().ok()),
        ValueType::List => Ok(members(raw).join(",")),
        ValueType::String | ValueType::Class | ValueType::Password => Ok(raw.to_owned()),
    }
}

/// Members of a list. An empty text is an empty list.
pub(super) fn members(raw: &str) -> Vec<&str> {
    if raw.is_empty() { Vec::new() } else { raw.split(',').map(str::trim).collect() }
}

/// A number that cannot be read gives two errors where a range is checked: Kafka goes on to check the missing number.
fn number(definition: &ConfigKey, shown_name: &str, raw: &str, parsed: Option<i64>) -> Result<String, Vec<FieldError>> {
    parsed.map(|number| number.to_string()).ok_or_else(|| {
        let text = format!("Not a number of type {}", definition.value_type.name());
        let mut errors = vec![invalid(definition, shown_name, raw, &text)];
        errors.extend(null_errors(definition));
        errors
    })
}

/// What Kafka says of a missing number.
pub(super) fn null_errors(definition: &ConfigKey) -> Vec<FieldError> {
    match definition.validator {
        Validator::AtLeast(_) | Validator::Between(..) => {
            vec![FieldError::invalid(&definition.name, "null", "Value must be non-null")]
        }
        _ => Vec::new(),
    }
}

/// An error of this property whose message names it as `shown_name`. A secret's value is hidden.
pub(super) fn invalid(definition: &ConfigKey, shown_name: &str, value: &str, text: &str) -> FieldError {
    let shown = if definition.value_type == ValueType::Password { crate::config::HIDDEN } else { value };
    let mut error = FieldError::invalid(shown_name, shown, text);
    error.name = definition.name.to_string();
    error
}
