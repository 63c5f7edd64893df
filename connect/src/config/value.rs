//! Reading submitted values as Kafka's `ConfigDef` reads them: trimmed, typed, with the definition's default where absent.

use super::{FieldError, SubmittedConfig};

/// A submitted configuration seen through the definitions.
pub(super) struct Values<'a> {
    submitted: &'a SubmittedConfig,
}

impl<'a> Values<'a> {
    pub(super) fn new(submitted: &'a SubmittedConfig) -> Self {
        Self { submitted }
    }

    pub(super) fn is_submitted(&self, name: &str) -> bool {
        self.submitted.get(name).is_some()
    }

    /// The submitted value, trimmed.
    pub(super) fn submitted_text(&self, name: &str) -> Option<&'a str> {
        self.submitted.get(name).map(str::trim)
    }

    /// Submitted properties under a prefix, names without it, in order.
    pub(super) fn submitted_under(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.submitted.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    }

    /// The value as text.
    pub(super) fn text(&self, name: &str) -> Result<String, FieldError> {
        Ok(match self.submitted_text(name) {
            Some(value) => value.to_owned(),
            None => default(name),
        })
    }

    /// A boolean: `true` or `false` in any case.
    pub(super) fn flag(&self, name: &str) -> Result<bool, FieldError> {
        let text = self.text(name)?;
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(FieldError::invalid(name, &text, "Expected value to be either true or false")),
        }
    }

    /// A whole number of the wanted width.
    pub(super) fn integer<T: std::str::FromStr>(&self, name: &str) -> Result<T, FieldError> {
        let text = self.text(name)?;
        text.parse().map_err(|_| FieldError::invalid(name, &text, "Not a number of type INT"))
    }

    pub(super) fn not_one_of(&self, name: &str, value: &str, allowed: &str) -> FieldError {
        FieldError::invalid(name, value, format_args!("Invalid enumerator value. Should be one of: {allowed}"))
    }
}

fn default(name: &str) -> String {
    let text = match name {
        "connection.uri" => "mongodb://localhost:27017,localhost:27018,localhost:27019",
        "pipeline" => "[]",
        "batch.size" => "0",
        "poll.max.batch.size" => "1000",
        "poll.await.time.ms" => "5000",
        "topic.separator" => ".",
        "output.format.key" | "output.format.value" => "json",
        "output.json.formatter" => "com.mongodb.kafka.connect.source.json.formatter.DefaultJson",
        "errors.tolerance" => "none",
        "change.stream.document.key.as.key" => "true",
        _ if name.ends_with("copy.existing.allow.disk.use") => "true",
        _ if name.ends_with("copy.existing.queue.size") => "16000",
        _ if name.ends_with("copy.existing.max.threads") => {
            return std::thread::available_parallelism().map_or(1, usize::from).to_string();
        }
        "copy.existing" | "publish.full.document.only" | "publish.full.document.only.tombstone.on.delete" => "false",
        _ => "",
    };
    text.to_owned()
}
