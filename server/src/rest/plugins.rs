//! `/connector-plugins`, their definitions and validation. All of it offline.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connect::config::definition::ConfigKey;
use connect::config::{ValidatedKey, Validation};
use serde::Serialize;

use super::body::{Body, ConfigBody};
use super::error::Error;
use crate::service;
use crate::service::error::Refusal;
use crate::service::plugins;
use crate::service::principal::Principal;
use crate::service::submission::CLASS;

#[derive(Serialize)]
struct PluginInfo {
    class: &'static str,
    r#type: &'static str,
    version: &'static str,
}

pub(super) async fn list(Query(query): Query<HashMap<String, String>>) -> Response {
    let connectors_only = query.get("connectorsOnly").is_none_or(|value| value.eq_ignore_ascii_case("true"));
    let plugins: Vec<PluginInfo> = plugins::list(connectors_only)
        .map(|plugin| PluginInfo { class: plugin.class, r#type: plugin.kind.name(), version: plugin.version })
        .collect();
    Json(plugins).into_response()
}

/// A definition in Kafka Connect's order of fields.
#[derive(Serialize)]
struct Definition<'a> {
    name: &'a str,
    r#type: &'static str,
    required: bool,
    default_value: Option<Cow<'static, str>>,
    importance: &'static str,
    documentation: &'static str,
    group: Option<&'static str>,
    order_in_group: i32,
    width: &'static str,
    display_name: &'a str,
    dependents: &'static [&'static str],
}

impl<'a> Definition<'a> {
    /// A key without a label of its own is labelled by its name.
    fn of(key: &'a ConfigKey) -> Self {
        Self {
            name: &key.name,
            r#type: key.value_type.name(),
            required: key.is_required(),
            default_value: key.shown_default(),
            importance: key.importance.name(),
            documentation: key.documentation,
            group: key.group,
            order_in_group: key.order_in_group,
            width: key.width.name(),
            display_name: if key.display_name.is_empty() { &key.name } else { key.display_name },
            dependents: key.dependents,
        }
    }
}

pub(super) async fn definitions(Path(plugin): Path<String>) -> Result<Response, Error> {
    let keys = plugins::definitions(&Principal::Local, &plugin)?;
    Ok(Json(keys.iter().map(Definition::of).collect::<Vec<_>>()).into_response())
}

#[derive(Serialize)]
struct Report<'a> {
    name: &'a str,
    error_count: usize,
    groups: &'static [&'static str],
    configs: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Property<'a> {
    definition: Definition<'a>,
    value: PropertyValue<'a>,
}

#[derive(Serialize)]
struct PropertyValue<'a> {
    name: &'a str,
    value: Option<&'a str>,
    recommended_values: &'static [&'static str],
    errors: Vec<&'a str>,
    visible: bool,
}

impl<'a> Property<'a> {
    fn of(key: &'a ValidatedKey) -> Self {
        let value = PropertyValue {
            name: &key.definition.name,
            value: key.value.as_deref(),
            recommended_values: key.recommended_values,
            errors: key.errors.iter().map(|error| error.message.as_str()).collect(),
            visible: key.is_visible,
        };
        Self { definition: Definition::of(&key.definition), value }
    }
}

impl<'a> Report<'a> {
    fn of(name: &'a str, validation: &'a Validation) -> Self {
        Self {
            name,
            error_count: validation.error_count(),
            groups: validation.groups(),
            configs: validation.keys.iter().map(Property::of).collect(),
        }
    }
}

/// 200 also for a configuration full of errors. A missing or unknown class is 500 here, as in Kafka Connect.
pub(super) async fn validate(
    Path(plugin): Path<String>,
    Body(ConfigBody(submission)): Body<ConfigBody>,
) -> Result<Response, Error> {
    let validation = plugins::validate(&Principal::Local, &plugin, &submission).map_err(|error| match error {
        service::Error::Refused(refusal @ (Refusal::NoClass(_) | Refusal::UnknownClass(_))) => {
            Error::new(StatusCode::INTERNAL_SERVER_ERROR, refusal.to_string())
        }
        other => other.into(),
    })?;
    let name = submission.config.get(CLASS).unwrap_or(&plugin);
    Ok(Json(Report::of(name, &validation)).into_response())
}
