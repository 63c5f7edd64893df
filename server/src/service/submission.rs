//! A configuration on its way in: named, checked as a whole, with what should be said about it although it is accepted.

pub(crate) use connect::config::HIDDEN;
use connect::config::{FieldError, SubmittedConfig};

use super::error::{Error, Refusal};
use super::plugins::{self, Plugin};
use crate::ids::ConnectorName;

/// The property that names the connector.
pub(crate) const NAME: &str = "name";

/// The property that names its class.
pub(crate) const CLASS: &str = "connector.class";

/// What a client sent: values as text, and the names of those it sent as JSON null.
#[derive(Debug, Clone, Default)]
pub(crate) struct Submission {
    /// Names and values in order.
    pub(crate) config: SubmittedConfig,
    /// Names whose value was null: an error in a whole configuration, a removal in a patch.
    pub(crate) nulls: Vec<String>,
}

impl From<SubmittedConfig> for Submission {
    fn from(config: SubmittedConfig) -> Self {
        Self { config, nulls: Vec::new() }
    }
}

/// A configuration that may be stored.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// The connector's name.
    pub(crate) name: ConnectorName,
    /// As submitted, `name` added.
    pub(crate) config: SubmittedConfig,
    /// Whose configuration it is.
    pub(crate) plugin: &'static Plugin,
    /// What the submitter should know.
    pub(crate) warnings: Vec<Warning>,
}

/// Something that is accepted and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    /// About one property: misspelt, deprecated, without effect. It is kept and echoed all the same.
    Property(connect::config::Warning),
    /// Another connector watches the same data and names its topics in the same way: every record would be written twice.
    WritesLike {
        /// The other connector.
        connector: String,
    },
}

/// Checks a submission for the connector `name`.
///
/// # Errors
/// [`Error::Refused`] when it cannot even be looked at, [`Error::Invalid`] with everything that is wrong with it.
pub(crate) fn accept(name: &str, submission: Submission) -> Result<Accepted, Error> {
    let Submission { mut config, nulls } = submission;
    let name = name.trim_matches(|character| character <= ' ');
    match config.get(NAME) {
        None => config.set(NAME, name),
        Some(configured) if configured != name => {
            let (configured, expected) = (configured.to_owned(), name.to_owned());
            return Err(Refusal::NameMismatch { configured, expected }.into());
        }
        Some(_) => {}
    }
    let plugin = plugin_of(&config)?;
    let submission = Submission { config, nulls };
    let validation = plugins::judge(&submission);
    let mut errors: Vec<FieldError> = validation.errors().cloned().collect();
    let warnings = validation.warnings.into_iter().map(Warning::Property).collect();
    let config = submission.config;
    match ConnectorName::parse(name) {
        Ok(name) if errors.is_empty() => Ok(Accepted { name, config, plugin, warnings }),
        Ok(_) => Err(Error::Invalid(errors)),
        Err(fault) => {
            if !errors.iter().any(|error| error.name == NAME) {
                errors.insert(0, FieldError::invalid(NAME, name, fault.official_text()));
            }
            Err(Error::Invalid(errors))
        }
    }
}

/// The plugin that a configuration asks for.
///
/// # Errors
/// [`Error::Refused`] without a class, or with one that Naru does not have.
pub(crate) fn plugin_of(config: &SubmittedConfig) -> Result<&'static Plugin, Error> {
    let Some(class) = config.get(CLASS).map(str::trim).filter(|class| !class.is_empty()) else {
        let shown = config.iter().map(|(name, value)| match name {
            NAME => format!("{NAME}={value}"),
            other => format!("{other}={HIDDEN}"),
        });
        return Err(Refusal::NoClass(shown.collect()).into());
    };
    plugins::find(class).ok_or_else(|| Refusal::UnknownClass(class.to_owned()).into())
}
