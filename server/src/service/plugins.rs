//! What connectors can be made of: the plugins that Naru stands in for, and what each makes of a configuration.
//!
//! All of it is offline: nothing in here may ask MongoDB or Kafka.

use connect::config::definition::ConfigKey;
use connect::config::plugins::{PLUGINS, is_source_class, plugin_definitions};
pub(crate) use connect::config::plugins::{Plugin, PluginKind};
use connect::config::{Validation, validate_with_nulls};

use super::error::{Error, Missing, Refusal};
use super::principal::{Action, Object, Principal, authorise};
use super::submission::{CLASS, Submission, plugin_of};

/// Class of a source's tasks, which the configuration of a task names besides.
pub(crate) const SOURCE_TASK_CLASS: &str = "com.mongodb.kafka.connect.source.MongoSourceTask";

/// Every plugin, or the connectors alone.
pub(crate) fn list(connectors_only: bool) -> impl Iterator<Item = &'static Plugin> {
    PLUGINS.iter().filter(move |plugin| plugin.kind == PluginKind::Source || !connectors_only)
}

/// The connector that answers to a name: full class, simple class, or that without `Connector`.
pub(crate) fn find(name: &str) -> Option<&'static Plugin> {
    list(true).find(|plugin| plugin.kind == PluginKind::Source && is_source_class(name))
}

/// What a plugin can be set to.
///
/// # Errors
/// [`Missing::Plugin`].
pub(crate) fn definitions(principal: &Principal, plugin: &str) -> Result<Vec<ConfigKey>, Error> {
    authorise(principal, Action::Read, Object::Plugins)?;
    Ok(plugin_definitions(plugin).ok_or_else(|| Missing::Plugin(plugin.to_owned()))?)
}

/// Judges a configuration for the plugin `requested`: every property, its value and what is wrong with it.
///
/// # Errors
/// [`Error::Refused`] when the configuration has no class, another class, or one that Naru does not have.
pub(crate) fn validate(principal: &Principal, requested: &str, submission: &Submission) -> Result<Validation, Error> {
    authorise(principal, Action::Read, Object::Plugins)?;
    let included = submission.config.get(CLASS).unwrap_or_default().trim();
    if !included.is_empty() && short(included) != short(requested) {
        let (included, requested) = (included.to_owned(), requested.to_owned());
        return Err(Refusal::ClassMismatch { included, requested }.into());
    }
    plugin_of(&submission.config)?;
    Ok(judge(submission))
}

/// Judges a configuration whose class is known to be a connector's.
pub(super) fn judge(submission: &Submission) -> Validation {
    let nulls: Vec<&str> = submission.nulls.iter().map(String::as_str).collect();
    validate_with_nulls(&submission.config, &nulls)
}

/// A class without its package and without `Connector`, by which two spellings of one class are recognised.
fn short(class: &str) -> &str {
    let simple = class.rsplit('.').next().unwrap_or(class);
    simple.strip_suffix("Connector").unwrap_or(simple)
}

/// Kafka Connect's words for a class it does not have, with those it has.
pub(crate) fn unknown_class_text(class: &str) -> String {
    let known: Vec<String> = list(true)
        .map(|plugin| {
            let kind = plugin.kind.name();
            format!("PluginDesc{{name='{}', version='{}', type={kind}}}", plugin.class, plugin.version)
        })
        .collect();
    format!(
        "Failed to find any class that implements Connector and which name matches {class}, available connectors are: {}",
        known.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_found_by_each_of_its_three_names() {
        for name in ["com.mongodb.kafka.connect.MongoSourceConnector", "MongoSourceConnector", "MongoSource"] {
            assert!(find(name).is_some(), "{name}");
            assert_eq!(short(name), "MongoSource");
        }
        assert!(find("MongoSink").is_none());
    }
}
