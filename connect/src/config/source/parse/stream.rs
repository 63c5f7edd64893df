//! What belongs to the change stream.

use super::{stages, unread};
use crate::config::value::Values;
use crate::config::{
    BeforeChange, DdlPolicy, FieldError, FullDocument, HeartbeatConfig, LostPositionPolicy, NamespaceRules,
    StreamConfig, collation, namespaces,
};

pub(super) fn stream(values: &Values<'_>) -> Result<StreamConfig, FieldError> {
    Ok(StreamConfig {
        pipeline: stages(values, "pipeline")?,
        full_document: full_document(values)?,
        before_change: before_change(values)?,
        shows_expanded_events: values.flag("change.stream.show.expanded.events"),
        collation: collation(values)?,
        batch_size: values.integer("batch.size")?,
        poll_max_batch_size: values.integer("poll.max.batch.size")?,
        poll_await_time_ms: values.integer("poll.await.time.ms")?,
        heartbeat: heartbeat(values)?,
        namespaces: namespace_rules(values),
        ddl: ddl(values)?,
        on_lost_position: on_lost_position(values)?,
    })
}

fn full_document(values: &Values<'_>) -> Result<Option<FullDocument>, FieldError> {
    if values.flag("publish.full.document.only") {
        return Ok(Some(FullDocument::UpdateLookup));
    }
    let name = "change.stream.full.document";
    let text = values.text(name);
    match &*text {
        "" => Ok(None),
        "default" => Ok(Some(FullDocument::Default)),
        "updateLookup" => Ok(Some(FullDocument::UpdateLookup)),
        "whenAvailable" => Ok(Some(FullDocument::WhenAvailable)),
        "required" => Ok(Some(FullDocument::Required)),
        _ => Err(unread(name, &text)),
    }
}

fn before_change(values: &Values<'_>) -> Result<Option<BeforeChange>, FieldError> {
    let name = "change.stream.full.document.before.change";
    let text = values.text(name);
    match &*text {
        "" => Ok(None),
        "default" => Ok(Some(BeforeChange::Default)),
        "off" => Ok(Some(BeforeChange::Off)),
        "whenAvailable" => Ok(Some(BeforeChange::WhenAvailable)),
        "required" => Ok(Some(BeforeChange::Required)),
        _ => Err(unread(name, &text)),
    }
}

fn collation(values: &Values<'_>) -> Result<Option<bson::Document>, FieldError> {
    let text = values.text("collation");
    collation::parse(&text).map_err(|fault| FieldError::invalid("collation", &text, fault.message))
}

fn heartbeat(values: &Values<'_>) -> Result<Option<HeartbeatConfig>, FieldError> {
    let interval_ms = values.integer("heartbeat.interval.ms")?;
    let topic = values.text("heartbeat.topic.name").into_owned();
    Ok((interval_ms > 0).then_some(HeartbeatConfig { interval_ms, topic }))
}

fn namespace_rules(values: &Values<'_>) -> NamespaceRules {
    let list = |name: &str| namespaces::members(&values.text(name)).into_iter().map(str::to_owned).collect();
    NamespaceRules { include: list("naru.namespaces.include"), exclude: list("naru.namespaces.exclude") }
}

fn ddl(values: &Values<'_>) -> Result<DdlPolicy, FieldError> {
    let name = "naru.ddl.events";
    let text = values.text(name);
    match text.to_ascii_lowercase().as_str() {
        "publish" => Ok(DdlPolicy::Publish),
        "ignore" => Ok(DdlPolicy::Ignore),
        "stop" => Ok(DdlPolicy::Stop),
        _ => Err(unread(name, &text)),
    }
}

fn on_lost_position(values: &Values<'_>) -> Result<LostPositionPolicy, FieldError> {
    use LostPositionPolicy::{Recopy, ResumeByTime, Skip, Stop};
    let name = "naru.on.lost.position";
    let text = values.text(name);
    [Stop, ResumeByTime, Recopy, Skip]
        .into_iter()
        .find(|policy| policy.as_str().eq_ignore_ascii_case(&text))
        .ok_or_else(|| unread(name, &text))
}
