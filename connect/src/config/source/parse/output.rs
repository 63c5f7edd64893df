//! `output.*` and the converters, read.

use std::sync::Arc;

use super::unread;
use crate::config::FieldError;
use crate::config::plugins::Converter;
use crate::config::source::{
    Charset, ConverterConfig, DecimalFormat, JsonConverterConfig, JsonFormatterKind, OutputConfig, OutputFormat,
};
use crate::config::value::Values;
use crate::schema::avro;

pub(super) fn output(values: &Values<'_>) -> Result<OutputConfig, FieldError> {
    let name = "output.json.formatter";
    let class = values.text(name);
    let json_formatter = match class.rsplit('.').next() {
        Some("DefaultJson") => JsonFormatterKind::Default,
        Some("ExtendedJson") => JsonFormatterKind::Extended,
        Some("SimplifiedJson") => JsonFormatterKind::Simplified,
        _ => return Err(unread(name, &class)),
    };
    let key_format = format(values, "output.format.key", "output.schema.key", false)?;
    let is_inferred = values.flag("output.schema.infer.value");
    let value_format = format(values, "output.format.value", "output.schema.value", is_inferred)?;
    Ok(OutputConfig {
        key_converter: converter(values, "key.converter", &key_format)?,
        value_converter: converter(values, "value.converter", &value_format)?,
        key_format,
        value_format,
        json_formatter,
    })
}

fn format(values: &Values<'_>, name: &str, schema_name: &str, is_inferred: bool) -> Result<OutputFormat, FieldError> {
    let text = values.text(name);
    match text.to_ascii_lowercase().as_str() {
        "json" => Ok(OutputFormat::Json),
        "bson" => Ok(OutputFormat::Bson),
        "schema" if is_inferred => Ok(OutputFormat::InferredSchema),
        "schema" => {
            let text = values.text(schema_name);
            let schema = avro::connect_schema(&text).map_err(|fault| FieldError::invalid(schema_name, &text, fault))?;
            Ok(OutputFormat::Schema(Arc::new(schema)))
        }
        _ => Err(unread(name, &text)),
    }
}

/// Where no converter is named, the one that carries the output format unchanged, or, for structures, as JSON.
fn converter(values: &Values<'_>, name: &str, format: &OutputFormat) -> Result<ConverterConfig, FieldError> {
    let converter = match (values.submitted_text(name), format) {
        (Some(class), _) => Converter::find(class).ok_or_else(|| unread(name, class))?,
        (None, OutputFormat::Json) => Converter::String,
        (None, OutputFormat::Bson) => Converter::ByteArray,
        (None, OutputFormat::Schema(_) | OutputFormat::InferredSchema) => Converter::Json,
    };
    Ok(match converter {
        Converter::String => {
            let option = format!("{name}.converter.encoding");
            let charset = values.submitted_text(&option).unwrap_or("UTF-8");
            ConverterConfig::String(Charset::find(charset).ok_or_else(|| unread(&option, charset))?)
        }
        Converter::Json => ConverterConfig::Json(json(values, name)),
        Converter::ByteArray => ConverterConfig::ByteArray,
        Converter::Primitive(primitive) => ConverterConfig::Primitive(primitive),
    })
}

/// Options with the converter's own defaults: two are on unless they are switched off.
fn json(values: &Values<'_>, name: &str) -> JsonConverterConfig {
    let option = |option: &str| values.submitted_text(&format!("{name}.{option}"));
    let is_on = |name: &str| option(name).is_none_or(|flag| flag.eq_ignore_ascii_case("true"));
    let is_numeric = option("decimal.format").is_some_and(|format| format.eq_ignore_ascii_case("numeric"));
    JsonConverterConfig {
        schemas_enable: is_on("schemas.enable"),
        decimal_format: if is_numeric { DecimalFormat::Numeric } else { DecimalFormat::Base64 },
        replace_null_with_default: is_on("replace.null.with.default"),
    }
}
