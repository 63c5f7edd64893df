//! What is wrong with one property, worded as Kafka Connect and the official connector word it.

use std::fmt;

/// One fault of one property. `Display` is the message; neither ever holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Property name.
    pub name: String,
    /// The full message, as `PUT …/config/validate` and the create call show it.
    pub message: String,
    /// Byte offset into the submitted value where the fault is, where there is such a place.
    pub offset: Option<usize>,
}

impl FieldError {
    /// An error with a message of its own form.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into(), offset: None }
    }

    /// `Invalid value <value> for configuration <name>: <text>`. A secret's value must be passed as `[hidden]`.
    pub fn invalid(name: &str, value: &str, text: impl fmt::Display) -> Self {
        Self::new(name, format!("Invalid value {value} for configuration {name}: {text}"))
    }

    /// A property whose behaviour does not exist yet.
    pub fn unsupported(name: &str, text: impl fmt::Display) -> Self {
        Self::new(name, format!("not supported yet: {text}"))
    }

    /// Adds the place inside the value.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for FieldError {}
