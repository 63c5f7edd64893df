//! Validation: every fault of a configuration at once, in the texts of Kafka Connect and of the official connector.
//!
//! Called by the Kafka Connect API (`…/config/validate`, create, update), by the portal on every keystroke, and by
//! [`super::SourceConfig::parse`]. Offline by design: no name is resolved and nothing is connected to. Where the official
//! software stops at the first kind of fault, this goes on. No message ever shows a secret.

mod rules;
mod together;
mod typed;

use std::borrow::Cow;

use super::definition::{self, ConfigKey, GROUPS, Listing, ValueType};
use super::plugins::Converter;
use super::reference::{self, has_reference};
use super::warning::{self, Warning};
use super::{FieldError, HIDDEN, SubmittedConfig, producer_override, topic_creation, unsupported};

/// A property, what it is set to, and what is wrong with that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatedKey {
    /// The property's definition; for one without a definition of its own (`producer.override.…`), a plain one.
    pub definition: Cow<'static, ConfigKey>,
    /// The value as it may be shown: parsed and in its plain form, the default where nothing was submitted, `[hidden]` for a
    /// secret, `None` where it cannot be parsed or there is none.
    pub value: Option<String>,
    /// What is wrong, worst first.
    pub errors: Vec<FieldError>,
    /// Values to offer.
    pub recommended_values: &'static [&'static str],
    /// A form should show the field.
    pub is_visible: bool,
}

/// The whole outcome: one entry a property, in the order of Kafka Connect's validate call, and warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// One entry a property.
    pub keys: Vec<ValidatedKey>,
    /// What is probably not meant, but no error.
    pub warnings: Vec<Warning>,
}

impl Validation {
    /// How many errors there are in all.
    pub fn error_count(&self) -> usize {
        self.keys.iter().map(|key| key.errors.len()).sum()
    }

    /// All errors, in the order of the properties.
    pub fn errors(&self) -> impl Iterator<Item = &FieldError> {
        self.keys.iter().flat_map(|key| &key.errors)
    }

    /// The entry of a property.
    pub fn find(&self, name: &str) -> Option<&ValidatedKey> {
        self.keys.iter().find(|key| key.definition.name == name)
    }

    /// Groups of properties in Kafka Connect's order.
    pub fn groups(&self) -> &'static [&'static str] {
        GROUPS
    }

    /// Adds an error, for what only the caller can know (a JSON null, a name in use). A property without an entry gets one.
    pub fn add_error(&mut self, error: FieldError) {
        match self.keys.iter_mut().find(|key| key.definition.name == error.name.as_str()) {
            Some(key) => key.errors.push(error),
            None => {
                let mut key = undefined(&error.name, None);
                key.errors.push(error);
                self.keys.push(key);
            }
        }
    }
}

/// Whether references to configuration providers still stand for values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum References {
    /// They do: a value that holds one is kept and not judged.
    Open,
    /// They were resolved: what looks like one came out of a provider, and is text like any other.
    Resolved,
}

/// Validates a configuration of the MongoDB source. Unknown properties are kept by Kafka Connect and are never errors.
pub fn validate(submitted: &SubmittedConfig) -> Validation {
    validate_with_nulls(submitted, &[])
}

/// The same, with properties that were submitted as JSON null, which [`SubmittedConfig`] cannot hold.
pub fn validate_with_nulls(submitted: &SubmittedConfig, nulls: &[&str]) -> Validation {
    validate_all(submitted, nulls, References::Open)
}

/// The same, for a configuration whose references may have been resolved.
pub(super) fn validate_all(submitted: &SubmittedConfig, nulls: &[&str], references: References) -> Validation {
    let listed = definition::definitions().iter().filter(|key| {
        key.listing == Listing::Always || submitted.get(&key.name).is_some() || nulls.contains(&&*key.name)
    });
    let mut keys: Vec<ValidatedKey> =
        listed.map(|key| validated(Cow::Borrowed(key), submitted, nulls.contains(&&*key.name), references)).collect();
    let of_groups = topic_creation::submitted_keys(submitted);
    keys.extend(of_groups.into_iter().map(|key| validated(Cow::Owned(key), submitted, false, references)));
    for prefix in ["key.converter", "value.converter"] {
        let converter = submitted.get(prefix).map(str::trim).and_then(Converter::find);
        let options =
            converter.map(|converter| definition::converter_definitions(converter, prefix)).unwrap_or_default();
        keys.extend(options.into_iter().map(|key| converter_option(key, prefix, submitted, references)));
    }
    for (name, value) in submitted.iter() {
        if name.starts_with(producer_override::PREFIX) {
            let mut key = undefined(name, Some(value));
            let is_open = references == References::Open && has_reference(value);
            key.errors.extend(if is_open { None } else { producer_override::fault(name, value) });
            keys.push(key);
        }
        if let Some(what) = unsupported::family_refusal(name) {
            let mut key = undefined(name, Some(value));
            key.errors.push(FieldError::unsupported(name, what));
            keys.push(key);
        }
    }
    let mut validation = Validation { keys, warnings: warning::warnings(submitted) };
    together::check(submitted, &mut validation);
    for name in nulls {
        validation.add_error(FieldError::new(*name, "Null value can not be supplied as the configuration value."));
    }
    validation
}

fn validated(
    definition: Cow<'static, ConfigKey>,
    submitted: &SubmittedConfig,
    is_null: bool,
    references: References,
) -> ValidatedKey {
    let raw = submitted.get(&definition.name);
    let (value, errors) = match raw {
        _ if is_null => (None, typed::null_errors(&definition)),
        Some(raw) => outcome(&definition, &definition.name, raw, references),
        None if definition.is_required() => (None, vec![missing(&definition.name)]),
        None => (definition.default_text().map(Cow::into_owned), Vec::new()),
    };
    let is_secret = definition.value_type == ValueType::Password;
    ValidatedKey {
        value: if is_secret { value.map(|_| HIDDEN.to_owned()) } else { value },
        errors,
        recommended_values: definition.recommended_values,
        is_visible: true,
        definition,
    }
}

/// The value in its plain form, and what is wrong with it. `shown_name` is the name in the messages.
fn outcome(
    definition: &ConfigKey,
    shown_name: &str,
    raw: &str,
    references: References,
) -> (Option<String>, Vec<FieldError>) {
    if references == References::Open && has_reference(raw) {
        let unknown = reference::references(raw).find_map(|reference| reference.provider.err());
        let error = unknown.map(|provider| {
            let what = format_args!("references to the configuration provider {provider}; file, dir and env work");
            FieldError::unsupported(&definition.name, what)
        });
        return (Some(raw.to_owned()), error.into_iter().collect());
    }
    let value = match typed::parse(definition, shown_name, raw.trim()) {
        Ok(value) => value,
        Err(errors) => return (None, errors),
    };
    let errors = match rules::check(definition, shown_name, &value) {
        Err(error) => vec![error],
        Ok(()) => unsupported::refusal(definition, &value)
            .map(|what| FieldError::unsupported(&definition.name, what))
            .into_iter()
            .collect(),
    };
    (rules::plain(definition, value, &errors), errors)
}

/// A converter names its options without the prefix under which they were submitted.
fn converter_option(
    definition: ConfigKey,
    prefix: &str,
    submitted: &SubmittedConfig,
    references: References,
) -> ValidatedKey {
    let short = definition.name[prefix.len() + 1..].to_owned();
    // Set by Kafka Connect itself, to `key` or `value`.
    let kind = prefix.strip_suffix(".converter").unwrap_or(prefix);
    let raw = if short == "converter.type" { Some(kind) } else { submitted.get(&definition.name) };
    let (value, errors) = match raw {
        Some(raw) => outcome(&definition, &short, raw, references),
        None => {
            let default = definition.default_text().map(Cow::into_owned);
            let refusal = default.as_deref().and_then(|default| unsupported::refusal(&definition, default));
            (default, refusal.map(|what| FieldError::unsupported(&definition.name, what)).into_iter().collect())
        }
    };
    ValidatedKey {
        value,
        errors,
        recommended_values: definition.recommended_values,
        is_visible: true,
        definition: Cow::Owned(definition),
    }
}

/// An entry for a property without a definition of its own.
fn undefined(name: &str, value: Option<&str>) -> ValidatedKey {
    let value = value.map(|value| if definition::is_secret(name) { HIDDEN } else { value }.to_owned());
    ValidatedKey {
        definition: Cow::Owned(definition::plain_definition(name)),
        value,
        errors: Vec::new(),
        recommended_values: &[],
        is_visible: true,
    }
}

fn missing(name: &str) -> FieldError {
    FieldError::new(name, format!("Missing required configuration \"{name}\" which has no default value."))
}

#[cfg(test)]
mod tests;
