//! Server-sent events: what pages that are looked at go on being told.
//!
//! Every event is the JSON of a view model. Streams end when the reader leaves or the process is to stop; the browser comes
//! back by itself.

use std::convert::Infallible;
use std::time::Duration;

use app::model::connector::{ConnectorQuery, Group};
use app::model::draft::DraftId;
use app::model::topic::{Decoder, Decoders};
use app::routes::paths;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse as _, Response, Sse};
use axum::routing::get;
use futures::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::portal::{Portal, page};
use crate::ids::ConnectorId;

/// How often one connector is looked at while nothing is announced.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often a silent stream says that it is alive, for proxies in between.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The event after the last check.
const DONE: &str = "done";

/// Routes of the streams, under `/ui/stream`.
pub(super) fn router(portal: Portal) -> Router {
    Router::new()
        .route("/ui/stream/", get(connectors))
        .route("/ui/stream/connectors/{name}", get(connector))
        .route("/ui/stream/drafts/{draft}/checks", get(checks))
        .route("/ui/stream/topics/{topic}", get(tail))
        .with_state(portal)
}

/// The list's query, as the page's URL has it.
#[derive(Debug, Deserialize)]
struct ListParameters {
    #[serde(default)]
    search: String,
    group: Option<String>,
    page: Option<u32>,
}

async fn connectors(State(portal): State<Portal>, Query(parameters): Query<ListParameters>) -> Response {
    let group: Option<Group> = parameters.group.as_deref().and_then(paths::group_from_code);
    let query = ConnectorQuery { search: parameters.search, group, page: parameters.page.unwrap_or(1) };
    let lists = stream::unfold(portal.watch_connectors(), |mut watch| async move {
        watch.changed().await.ok()?;
        let list = watch.borrow_and_update().clone();
        Some((list, watch))
    });
    answer(&portal, lists.map(move |list| page(&list, &query)))
}

async fn connector(State(portal): State<Portal>, Path(name): Path<String>) -> Response {
    let changes = portal.state.changes.subscribe();
    let look = portal.clone();
    let overviews = stream::unfold((changes, true), move |(mut changes, is_first)| {
        let (look, name) = (look.clone(), name.clone());
        async move {
            if !is_first {
                next_look(&mut changes).await;
            }
            // A connector that is gone ends the stream; so does a database that is away, and the browser comes back.
            let overview = look.for_request(app::error::RequestId::default()).connector_overview(&name).await.ok()?;
            Some((overview, (changes, false)))
        }
    });
    answer(&portal, overviews)
}

/// A row for every check that ends, then the whole report as the event `done`. A browser that comes back after that is told
/// to stay away: checks run when somebody asks for them.
async fn checks(State(portal): State<Portal>, Path(draft): Path<String>, headers: HeaderMap) -> Response {
    if headers.get("last-event-id").is_some_and(|id| id == DONE) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let checking = match portal.begin_checks(DraftId(draft)).await {
        Ok(checking) => checking,
        Err(error) => return StatusCode::from_u16(error.status()).unwrap_or_default().into_response(),
    };
    let events = stream::unfold(Some(checking), |checking| async move {
        let mut checking = checking?;
        if let Some(row) = checking.next().await {
            return Some((Event::default().json_data(row).unwrap_or_default(), Some(checking)));
        }
        let report = checking.end().await.ok()?;
        Some((Event::default().event(DONE).id(DONE).json_data(report).unwrap_or_default(), None))
    });
    answer_events(&portal, events)
}

/// What a tail is asked for, as its URL has it.
#[derive(Debug, Deserialize)]
struct TailParameters {
    partition: Option<i32>,
    #[serde(default)]
    key: Decoder,
    #[serde(default)]
    value: Decoder,
}

async fn tail(
    State(portal): State<Portal>,
    Path(topic): Path<String>,
    Query(TailParameters { partition, key, value }): Query<TailParameters>,
) -> Response {
    let viewer = portal.for_request(app::error::RequestId::default());
    answer(&portal, viewer.tail(topic, partition, Decoders { key, value }))
}

/// Waits for the next moment to look: something was announced, or time has passed.
async fn next_look(changes: &mut broadcast::Receiver<ConnectorId>) {
    tokio::select! {
        () = tokio::time::sleep(LOOK_EVERY) => {}
        heard = changes.recv() => {
            if matches!(heard, Err(RecvError::Closed)) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
    while !matches!(changes.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
}

/// Sends what a stream gives, until the process is to stop.
fn answer<T: Serialize>(portal: &Portal, items: impl Stream<Item = T> + Send + 'static) -> Response {
    // View models always serialise; an event without data would be ignored by the browser.
    answer_events(portal, items.map(|item| Event::default().json_data(item).unwrap_or_default()))
}

fn answer_events(portal: &Portal, events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let shutdown = portal.state.shutdown.clone();
    let events = events.map(Ok::<_, Infallible>).take_until(shutdown.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
