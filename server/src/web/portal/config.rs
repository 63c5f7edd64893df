//! A connector's configuration for reading: grouped as the connector declares it, secrets left out.

use app::error::AppError;
use app::model::connector::{ConfigTexts, ConfigView, PropertyGroup, PropertyRow};
use connect::config::definition::{self, GROUPS};

use super::RequestPortal;
use crate::service;
use crate::service::export;
use crate::service::overview::{ShownProperty, shown_config};

/// Group of properties that the connector does not know.
const OTHERS: &str = "Others";

impl RequestPortal {
    pub(super) async fn config_view(&self, name: &str) -> Result<ConfigView, AppError> {
        let found = service::connectors::find(self.state(), &self.principal, name).await;
        let connector = found.map_err(|error| self.tell(error))?;
        Ok(ConfigView {
            name: connector.name().to_owned(),
            version: u32::try_from(connector.stored.version.0).unwrap_or_default(),
            saved_ms: connector.stored.updated_at.timestamp_millis(),
            groups: groups(&shown_config(&connector)),
            texts: texts(export::texts(&connector)),
        })
    }
}

/// The three notations for pages.
pub(super) fn texts(texts: export::ConfigTexts) -> ConfigTexts {
    ConfigTexts { properties: texts.properties, json: texts.json, yaml: texts.strimzi }
}

fn groups(shown: &[ShownProperty]) -> Vec<PropertyGroup> {
    let mut groups: Vec<PropertyGroup> = GROUPS
        .iter()
        .copied()
        .filter(|name| !name.is_empty())
        .chain([OTHERS])
        .map(|name| PropertyGroup { name: name.to_owned(), rows: Vec::new() })
        .collect();
    for property in shown {
        let group = definition::find(&property.name).and_then(|key| key.group).unwrap_or(OTHERS);
        let place = groups.iter().position(|candidate| candidate.name == group).unwrap_or(groups.len() - 1);
        groups[place].rows.push(row(property));
    }
    groups.retain(|group| !group.rows.is_empty());
    groups
}

fn row(property: &ShownProperty) -> PropertyRow {
    let key = definition::find(&property.name);
    let default = key.filter(|_| !property.is_hidden).and_then(|key| key.default_text()).map(|text| text.into_owned());
    PropertyRow {
        is_default: default.as_deref() == Some(property.value.as_str()),
        name: property.name.clone(),
        value: (!property.is_hidden).then(|| property.value.clone()),
        default,
        doc: key.map(|key| key.documentation.to_owned()).unwrap_or_default(),
        is_unknown: key.is_none() && !is_of_a_family(&property.name),
    }
}

/// Options of converters, transforms and topic creation have no definition of their own.
fn is_of_a_family(name: &str) -> bool {
    ["key.converter.", "value.converter.", "header.converter.", "transforms.", "predicates.", "topic.creation."]
        .iter()
        .any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, value: &str, is_hidden: bool) -> ShownProperty {
        ShownProperty { name: name.to_owned(), value: value.to_owned(), is_hidden }
    }

    #[test]
    fn properties_stand_in_their_groups_and_secrets_have_no_value() {
        let groups = groups(&[
            shown("name", "a", false),
            shown("connection.uri", "[hidden]", true),
            shown("topic.prefix", "", false),
            shown("topik.prefix", "x", false),
        ]);

        let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["Common", "Connection", "Topic mapping", OTHERS]);
        assert_eq!(groups[1].rows[0].value, None);
        assert!(groups[2].rows[0].is_default);
        assert!(groups[3].rows[0].is_unknown);
    }
}
