//! What is not built yet: the one table of properties and values that validation refuses with `not supported yet: …`.
//!
//! Nothing that is submitted may be ignored in silence. Whoever builds a behaviour deletes its line here.

use super::Charset;
use super::definition::{ConfigKey, Letters, Validator};

/// Which values of a property are refused.
#[derive(Clone, Copy)]
#[expect(clippy::enum_variant_names, reason = "each says what is let through")]
enum Refused {
    /// Anything but the default.
    ButDefault,
    /// Anything but these.
    ButOneOf(&'static [&'static str]),
    /// Anything but a character set that can be written.
    ButCharset,
}

use Refused::{ButCharset, ButDefault, ButOneOf};

const CHARSETS: &str = "character sets other than UTF-8, UTF-16, ISO-8859-1 and US-ASCII";

const UNBUILT: &[(&str, Refused, &str)] = &[
    ("transforms", ButDefault, "single message transforms"),
    ("predicates", ButDefault, "predicates"),
    ("mongo.custom.auth.mechanism.enable", ButDefault, "providers of credentials in Java"),
    ("mongo.custom.auth.mechanism.providerClass", ButDefault, "providers of credentials in Java"),
    ("topic.mapper", ButDefault, "topic mappers other than the default one"),
    (
        "output.json.formatter",
        ButOneOf(&[
            "com.mongodb.kafka.connect.source.json.formatter.DefaultJson",
            "com.mongodb.kafka.connect.source.json.formatter.ExtendedJson",
            "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson",
        ]),
        "JSON formatters other than DefaultJson, ExtendedJson and SimplifiedJson",
    ),
    ("key.converter.converter.encoding", ButCharset, CHARSETS),
    ("value.converter.converter.encoding", ButCharset, CHARSETS),
];

/// Families of properties of which none works.
const UNBUILT_PREFIXES: &[(&str, &str)] = &[
    ("consumer.override.", "settings of a consumer; a source has none"),
    (
        "admin.override.",
        "settings of the client that creates topics; it is reached like everything else, by NARU_KAFKA_*",
    ),
];

/// Why a value cannot be used yet, or `None`. `value` is in its parsed form.
pub(super) fn refusal(key: &ConfigKey, value: &str) -> Option<&'static str> {
    let (_, refused, what) = UNBUILT.iter().find(|(name, _, _)| *name == key.name)?;
    let is_refused = match refused {
        ButDefault => !is_default(key, value),
        ButOneOf(built) => !built.contains(&value),
        ButCharset => Charset::find(value).is_none(),
    };
    is_refused.then_some(*what)
}

fn is_default(key: &ConfigKey, value: &str) -> bool {
    let default = key.default_text().unwrap_or_default();
    match key.validator {
        Validator::OneOf { letters: Letters::AnyCase, .. } => default.eq_ignore_ascii_case(value),
        _ => default == value,
    }
}

/// Why a property of an unbuilt family cannot be used yet, or `None`.
pub(super) fn family_refusal(name: &str) -> Option<&'static str> {
    UNBUILT_PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, what)| *what)
}

/// Whether the property, or a value of it that will be built, has a line in the table.
#[cfg(test)]
pub(super) fn is_listed(name: &str) -> bool {
    // What is refused as `ButOneOf` are names that will never mean anything here, such as Java classes; character sets are as
    // many as a Java has.
    UNBUILT.iter().any(|(listed, refused, _)| *listed == name && !matches!(refused, ButOneOf(_) | ButCharset))
}

/// Whether no property under the prefix works.
#[cfg(test)]
pub(super) fn is_family(prefix: &str) -> bool {
    UNBUILT_PREFIXES.iter().any(|(listed, _)| *listed == prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::definition::{converter_definitions, find};
    use crate::config::plugins::Converter;

    #[test]
    fn every_line_of_the_table_names_a_property() {
        let options: Vec<_> = ["key.converter", "value.converter"]
            .iter()
            .flat_map(|prefix| {
                [Converter::Json, Converter::String].into_iter().flat_map(|one| converter_definitions(one, prefix))
            })
            .collect();
        for (name, _, _) in UNBUILT {
            assert!(find(name).is_some() || options.iter().any(|key| key.name == *name), "{name}");
        }
    }

    #[test]
    fn defaults_are_never_refused() {
        for key in super::super::definition::definitions() {
            let default = key.default_text().unwrap_or_default();
            assert_eq!(refusal(key, &default), None, "{}", key.name);
        }
    }
}
