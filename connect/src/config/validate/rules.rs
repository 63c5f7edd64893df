//! What a single value must satisfy beyond its type.

use super::typed::{invalid, members};
use crate::config::connection_string::ConnectionString;
use crate::config::definition::{ConfigKey, Letters, SOURCE_CLASS, Validator};
use crate::config::plugins::{self, Converter};
use crate::config::{FieldError, collation, java_regex, json_text, namespace_map, namespaces, start_time};
use crate::mongo::check_topic_name;
use crate::schema::avro;

/// Converters that Confluent ships and that do not exist here.
const FOREIGN_CONVERTERS: &[&str] = &[
    "io.confluent.connect.avro.AvroConverter",
    "io.confluent.connect.json.JsonSchemaConverter",
    "io.confluent.connect.protobuf.ProtobufConverter",
];

/// Checks a parsed value.
pub(super) fn check(definition: &ConfigKey, shown_name: &str, value: &str) -> Result<(), FieldError> {
    match definition.validator {
        Validator::ConnectorClass if !plugins::is_source_class(value) => {
            let text = format!("Failed to find any class that implements Connector and which name matches {value}");
            Err(FieldError::new(&*definition.name, text))
        }
        Validator::PluginVersion => check_version(definition, value),
        Validator::Converter if Converter::find(value).is_none() => Err(unknown_class(definition, value)),
        Validator::HeaderConverter if plugins::header_converter(value).is_none() => {
            Err(unknown_class(definition, value))
        }
        Validator::ConnectionString => check_connection_string(definition, shown_name, value),
        Validator::Regexes => check_patterns(definition, shown_name, value),
        Validator::UniqueAliases => check_aliases(definition, shown_name, value),
        validator => match plain_fault(validator, value).or_else(|| grammar_fault(validator, value)) {
            None => Ok(()),
            Some(Fault { text, offset }) => Err(FieldError { offset, ..invalid(definition, shown_name, value, &text) }),
        },
    }
}

/// What is wrong, and where in the value.
struct Fault {
    text: String,
    offset: Option<usize>,
}

impl Fault {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), offset: None }
    }

    fn at(text: String, offset: usize) -> Self {
        Self { text, offset: Some(offset) }
    }
}

/// Ranges and enumerators.
fn plain_fault(validator: Validator, value: &str) -> Option<Fault> {
    let text = match validator {
        Validator::AtLeast(least) if value.parse::<i64>().is_ok_and(|number| number < least) => {
            format!("Value must be at least {least}")
        }
        Validator::Between(least, most)
            if value.parse::<i64>().is_ok_and(|number| !(least..=most).contains(&number)) =>
        {
            format!("Value must be between {least} and {most}")
        }
        Validator::CountOrBroker { what } if value.parse::<i64>().is_ok_and(|count| count < 1 && count != -1) => {
            format!("{what}, or -1 to use the broker's default")
        }
        Validator::Enumerator { values, letters, may_be_empty }
            if !(is_among(values, letters, value) || may_be_empty && value.is_empty()) =>
        {
            format!("Invalid enumerator value. Should be one of: [{}]", values.join(", "))
        }
        Validator::OneOf { values, letters } if !is_among(values, letters, value) => {
            let case = if letters == Letters::AnyCase { " (case insensitive)" } else { "" };
            format!("String must be one of{case}: {}", values.join(", "))
        }
        Validator::NonEmpty if value.is_empty() => "String must be non-empty".to_owned(),
        Validator::ConnectorName => return name_fault(value),
        _ => return None,
    };
    Some(Fault::new(text))
}

/// Values with a grammar of their own.
fn grammar_fault(validator: Validator, value: &str) -> Option<Fault> {
    match validator {
        Validator::JsonDocuments => {
            let fault = json_text::documents(value).err()?;
            Some(Fault::at(format!("Not a valid JSON array: {fault}"), fault.offset))
        }
        Validator::AvroSchema => {
            let fault = avro::check(value).err()?;
            Some(Fault { text: fault.message, offset: fault.offset })
        }
        Validator::NamespaceMap => {
            let fault = namespace_map::parse(value).err()?;
            Some(Fault { text: fault.message, offset: fault.offset })
        }
        Validator::Regex if !value.is_empty() => {
            Some(Fault::new(format!("Invalid regex: {}", java_regex::check(value).err()?)))
        }
        Validator::StartTime if !value.is_empty() && start_time::parse(value).is_none() => {
            Some(Fault::new(start_time::FORMS))
        }
        Validator::TopicName if !value.is_empty() => Some(Fault::new(check_topic_name(value).err()?.to_string())),
        Validator::Collation => {
            let fault = collation::parse(value).err()?;
            Some(Fault { text: fault.message, offset: fault.offset })
        }
        Validator::ServerApiVersion if !matches!(value, "" | "1") => {
            Some(Fault::new(format!("Unknown server API version: {value}")))
        }
        Validator::Namespaces => namespaces::fault(value).map(Fault::new),
        Validator::ClassName if !is_class_name(value) => Some(Fault::new("Does not match expected class pattern.")),
        _ => None,
    }
}

fn check_connection_string(definition: &ConfigKey, shown_name: &str, value: &str) -> Result<(), FieldError> {
    let parsed = ConnectionString::parse(value)
        .map_err(|fault| invalid(definition, shown_name, value, &fault.message).at(fault.offset))?;
    parsed.missing_option().map_or(Ok(()), |option| {
        let what = format_args!("the option {option} of the connection string");
        Err(FieldError::unsupported(&definition.name, what))
    })
}

fn check_patterns(definition: &ConfigKey, shown_name: &str, value: &str) -> Result<(), FieldError> {
    let patterns = members(value);
    for pattern in &patterns {
        if let Err(fault) = java_regex::check(pattern) {
            let shown = format!("[{}]", patterns.join(", "));
            let text = format!("Syntax error in regular expression: {fault}");
            return Err(invalid(definition, shown_name, &shown, &text));
        }
    }
    Ok(())
}

fn check_aliases(definition: &ConfigKey, shown_name: &str, value: &str) -> Result<(), FieldError> {
    let aliases = members(value);
    if aliases.iter().enumerate().any(|(at, alias)| aliases[..at].contains(alias)) {
        let shown = format!("[{}]", aliases.join(", "));
        return Err(invalid(definition, shown_name, &shown, "Duplicate alias provided."));
    }
    Ok(())
}

/// The value as it is shown: a class by its full name, nothing for a class that does not exist.
pub(super) fn plain(definition: &ConfigKey, value: String, errors: &[FieldError]) -> Option<String> {
    match definition.validator {
        Validator::Converter | Validator::HeaderConverter if !errors.is_empty() => None,
        Validator::Converter => Converter::find(&value).map(|converter| converter.class().to_owned()),
        Validator::HeaderConverter => plugins::header_converter(&value).map(str::to_owned),
        _ => Some(value),
    }
}

fn is_among(values: &[&str], letters: Letters, value: &str) -> bool {
    match letters {
        Letters::Exact => values.contains(&value),
        Letters::AnyCase => values.iter().any(|one| one.eq_ignore_ascii_case(value)),
    }
}

/// What is wrong with a connector's name.
fn name_fault(name: &str) -> Option<Fault> {
    if name.is_empty() {
        return Some(Fault::new("String may not be empty"));
    }
    let controls: Vec<String> =
        name.chars().filter(char::is_ascii_control).map(|control| u32::from(control).to_string()).collect();
    let text = "String may not contain control sequences but had the following ASCII chars:";
    (!controls.is_empty()).then(|| Fault::new(format!("{text} {}", controls.join(", "))))
}

fn check_version(definition: &ConfigKey, version: &str) -> Result<(), FieldError> {
    let available = definition.default_text().unwrap_or_default();
    if version == available || version == "latest" {
        return Ok(());
    }
    let plugin = match definition.name.strip_suffix(".plugin.version") {
        None | Some("connector") => SOURCE_CLASS,
        Some(converter) => converter,
    };
    let text = format!(
        "Plugin {plugin} not found that matches the version range [{version},{version}], available versions: [{available}]"
    );
    Err(FieldError::new(&*definition.name, text))
}

fn unknown_class(definition: &ConfigKey, class: &str) -> FieldError {
    if FOREIGN_CONVERTERS.contains(&class) {
        return FieldError::unsupported(&definition.name, format_args!("the converter {class}"));
    }
    FieldError::invalid(&definition.name, class, format_args!("Class {class} could not be found."))
}

/// Java identifiers joined by dots; `$` belongs to nested classes.
fn is_class_name(name: &str) -> bool {
    name.split('.').all(|part| {
        let mut characters = part.chars();
        let is_start = |character: char| character.is_alphabetic() || matches!(character, '_' | '$');
        characters.next().is_some_and(is_start)
            && characters.all(|character| is_start(character) || character.is_numeric())
    })
}
