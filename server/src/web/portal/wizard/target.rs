//! Step 4 as properties: topic names, keys, formats, shape, new topics. Each field writes its own properties, and only when
//! it has changed: what a pasted configuration says in more detail than the form can stays.

use app::model::draft::{Format, KeyChoice, Shape, TargetForm};
use connect::config::SubmittedConfig;
use connect::config::definition;
use connect::config::plugins::Converter;

use super::scope::put;

const PREFIX: &str = "topic.prefix";
const SUFFIX: &str = "topic.suffix";
const SEPARATOR: &str = "topic.separator";
const NAMESPACE_MAP: &str = "topic.namespace.map";
const KEY: &str = "change.stream.document.key.as.key";
const KEY_FORMAT: &str = "output.format.key";
const VALUE_FORMAT: &str = "output.format.value";
const FORMATTER: &str = "output.json.formatter";
const KEY_CONVERTER: &str = "key.converter";
const VALUE_CONVERTER: &str = "value.converter";
const SHAPE: &str = "publish.full.document.only";
const TOMBSTONES: &str = "publish.full.document.only.tombstone.on.delete";
const PARTITIONS: &str = "topic.creation.default.partitions";
const REPLICATION: &str = "topic.creation.default.replication.factor";

/// Where the formatters' classes live.
const FORMATTERS: &str = "com.mongodb.kafka.connect.source.json.formatter.";

/// What the broker decides.
const BROKERS_DEFAULT: &str = "-1";

/// The properties of the form.
pub(super) const PROPERTIES: [&str; 14] = [
    PREFIX,
    SUFFIX,
    SEPARATOR,
    NAMESPACE_MAP,
    KEY,
    KEY_FORMAT,
    VALUE_FORMAT,
    FORMATTER,
    KEY_CONVERTER,
    VALUE_CONVERTER,
    SHAPE,
    TOMBSTONES,
    PARTITIONS,
    REPLICATION,
];

/// What the configuration makes of events.
pub(super) fn target(config: &SubmittedConfig) -> TargetForm {
    let number = |name: &str| text(config, name).trim().to_owned();
    let unless_default = |number: String| if number == BROKERS_DEFAULT { String::new() } else { number };
    TargetForm {
        prefix: text(config, PREFIX),
        suffix: text(config, SUFFIX),
        separator: text(config, SEPARATOR),
        namespace_map: text(config, NAMESPACE_MAP),
        key: if is_true(config, KEY) { KeyChoice::Document } else { KeyChoice::Token },
        format: format(config),
        shape: if is_true(config, SHAPE) { Shape::Document } else { Shape::Event },
        partitions: unless_default(number(PARTITIONS)),
        replication: unless_default(number(REPLICATION)),
    }
}

/// Makes of events what the form says.
pub(super) fn set_target(config: &mut SubmittedConfig, form: &TargetForm) {
    let before = target(config);
    let texts = [
        (PREFIX, form.prefix.trim(), before.prefix),
        (SUFFIX, form.suffix.trim(), before.suffix),
        (SEPARATOR, &*form.separator, before.separator),
        (NAMESPACE_MAP, form.namespace_map.trim(), before.namespace_map),
    ];
    for (name, value, before) in texts {
        if value != before {
            put_unless_default(config, name, value);
        }
    }
    if form.key != before.key {
        put_unless_default(config, KEY, if form.key == KeyChoice::Document { "true" } else { "false" });
    }
    if form.shape != before.shape {
        let value = if form.shape == Shape::Document { "true" } else { "" };
        put(config, SHAPE, value);
        put(config, TOMBSTONES, value);
    }
    if form.format != before.format {
        set_format(config, form.format);
    }
    let (partitions, replication) = (form.partitions.trim(), form.replication.trim());
    if partitions != before.partitions || replication != before.replication {
        set_creation(config, partitions, replication);
    }
}

/// Kafka Connect wants both as soon as there is one.
fn set_creation(config: &mut SubmittedConfig, partitions: &str, replication: &str) {
    let is_set = !(partitions.is_empty() && replication.is_empty());
    for (name, value) in [(REPLICATION, replication), (PARTITIONS, partitions)] {
        let value = if value.is_empty() && is_set { BROKERS_DEFAULT } else { value };
        put(config, name, value);
    }
}

fn format(config: &SubmittedConfig) -> Format {
    if text(config, VALUE_FORMAT).trim().eq_ignore_ascii_case("bson") {
        return Format::Bson;
    }
    match text(config, FORMATTER).trim().rsplit('.').next() {
        Some("SimplifiedJson") => Format::Simplified,
        Some("ExtendedJson") => Format::Extended,
        _ => Format::Legacy,
    }
}

/// Formats, formatter, and converters that can carry them: one that can already is kept.
pub(super) fn set_format(config: &mut SubmittedConfig, format: Format) {
    let formatter = match format {
        Format::Simplified => "SimplifiedJson",
        Format::Extended => "ExtendedJson",
        Format::Legacy | Format::Bson => "",
    };
    let (written, needed) =
        if format == Format::Bson { ("bson", Converter::ByteArray) } else { ("json", Converter::String) };
    put_unless_default(config, KEY_FORMAT, written);
    put_unless_default(config, VALUE_FORMAT, written);
    let class = if formatter.is_empty() { String::new() } else { format!("{FORMATTERS}{formatter}") };
    put(config, FORMATTER, &class);
    for name in [KEY_CONVERTER, VALUE_CONVERTER] {
        let fits = match config.get(name).map(str::trim).and_then(Converter::find) {
            Some(Converter::String | Converter::Json) => needed == Converter::String,
            Some(Converter::ByteArray) => needed == Converter::ByteArray,
            Some(Converter::Primitive(_)) => false,
            None => false,
        };
        if !fits {
            config.set(name, needed.class());
        }
    }
}

/// The value, or the default.
fn text(config: &SubmittedConfig, name: &str) -> String {
    config.get(name).map_or_else(|| default(name), str::to_owned)
}

fn is_true(config: &SubmittedConfig, name: &str) -> bool {
    text(config, name).trim().eq_ignore_ascii_case("true")
}

fn put_unless_default(config: &mut SubmittedConfig, name: &str, value: &str) {
    if value == default(name) {
        config.remove(name);
    } else {
        config.set(name, value);
    }
}

fn default(name: &str) -> String {
    definition::find(name).and_then(|key| key.default_text()).unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    use connect::config::validate;

    use super::*;

    fn config(pairs: &[(&str, &str)]) -> SubmittedConfig {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_form_reads_back_and_is_valid() {
        let mut config = config(&[
            ("name", "n"),
            ("connector.class", "MongoSource"),
            ("connection.uri", "mongodb://h"),
            ("unknown", "kept"),
        ]);
        for format in
            [Format::Simplified, Format::Extended, Format::Bson, Format::Legacy, Format::Bson, Format::Extended]
        {
            for shape in [Shape::Document, Shape::Event] {
                for key in [KeyChoice::Token, KeyChoice::Document] {
                    for (separator, partitions, replication) in
                        [("-", "6", ""), (".", "", ""), ("", "", "3"), (".", "2", "1")]
                    {
                        let form = TargetForm {
                            prefix: "p".to_owned(),
                            suffix: "s".to_owned(),
                            separator: separator.to_owned(),
                            namespace_map: r#"{"a.b": "t"}"#.to_owned(),
                            key,
                            format,
                            shape,
                            partitions: partitions.to_owned(),
                            replication: replication.to_owned(),
                        };
                        set_target(&mut config, &form);
                        assert_eq!(target(&config), form);
                        let validation = validate(&config);
                        assert_eq!(validation.errors().collect::<Vec<_>>(), Vec::<&connect::config::FieldError>::new());
                    }
                }
            }
        }
        assert_eq!(config.get("unknown"), Some("kept"));
    }

    #[test]
    fn saving_what_is_shown_changes_nothing() {
        let pasted = [
            (VALUE_FORMAT, "bson"),
            (KEY_FORMAT, "json"),
            (FORMATTER, "com.mongodb.kafka.connect.source.json.formatter.ExtendedJson"),
            (VALUE_CONVERTER, "org.apache.kafka.connect.converters.ByteArrayConverter"),
            (KEY_CONVERTER, "org.apache.kafka.connect.json.JsonConverter"),
            (SEPARATOR, "."),
            (SHAPE, "true"),
            (REPLICATION, "-1"),
        ];
        let mut saved = config(&pasted);
        let form = target(&saved);
        set_target(&mut saved, &form);

        assert_eq!(saved, config(&pasted));
    }

    #[test]
    fn a_converter_that_fits_is_kept() {
        let json = "org.apache.kafka.connect.json.JsonConverter";
        let mut config = config(&[(VALUE_CONVERTER, json), ("value.converter.schemas.enable", "false")]);
        let form = target(&config);
        set_target(&mut config, &TargetForm { format: Format::Simplified, ..form });

        assert_eq!(config.get(VALUE_CONVERTER), Some(json));
        assert_eq!(config.get(KEY_CONVERTER), Some(Converter::String.class()));
    }
}
