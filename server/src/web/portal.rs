//! `app`'s backend port over the services: view models out of what services know, closed errors out of theirs.
//!
//! [`Portal`] lives as long as the process, [`RequestPortal`] answers one request. Each resource has a file below.

mod config;
mod connectors;
mod fault;
mod live;
mod topics;
mod turns;
mod wizard;

use std::sync::Arc;

use app::backend::{Backend, Reply};
use app::error::RequestId;
use app::model::connector::{ConfigView, ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery};
use app::model::topic::{Decoders, RecordPage, RecordPlace, RecordQuery, RecordRow, TopicList, TopicListQuery};

pub(super) use self::connectors::page;
use self::live::LiveConnectors;
use crate::service::overview::Summary;
use crate::service::principal::Principal;
use crate::state::AppState;

/// What the portal's requests share.
#[derive(Clone)]
pub(super) struct Portal {
    pub(super) state: AppState,
    live: Arc<LiveConnectors>,
}

/// The port for one request.
pub(super) struct RequestPortal {
    portal: Portal,
    principal: Principal,
    request_id: RequestId,
}

impl Portal {
    pub(super) fn new(state: AppState) -> Self {
        Self { live: Arc::new(LiveConnectors::default()), state }
    }

    /// The port for a request.
    pub(super) fn for_request(&self, request_id: RequestId) -> RequestPortal {
        RequestPortal { portal: self.clone(), principal: Principal::Local, request_id }
    }
}

impl Portal {
    /// The list of all connectors as it changes; the first value is a placeholder.
    pub(super) fn watch_connectors(&self) -> tokio::sync::watch::Receiver<Arc<Vec<Summary>>> {
        self.live.watch(&self.state)
    }
}

impl RequestPortal {
    fn state(&self) -> &AppState {
        &self.portal.state
    }
}

impl Backend for RequestPortal {
    fn list_connectors(&self, query: ConnectorQuery) -> Reply<'_, ConnectorList> {
        Box::pin(self.connector_list(query))
    }

    fn show_connector(&self, name: String) -> Reply<'_, ConnectorOverview> {
        Box::pin(async move { self.connector_overview(&name).await })
    }

    fn show_config(&self, name: String) -> Reply<'_, ConfigView> {
        Box::pin(async move { self.config_view(&name).await })
    }

    fn act_on_connector(&self, name: String, action: ConnectorAction) -> Reply<'_, ()> {
        Box::pin(async move { self.act(&name, action).await })
    }

    fn list_topics(&self, query: TopicListQuery) -> Reply<'_, TopicList> {
        Box::pin(self.topic_list(query))
    }

    fn read_records(&self, topic: String, query: RecordQuery) -> Reply<'_, RecordPage> {
        Box::pin(self.record_page(topic, query))
    }

    fn read_record(&self, topic: String, place: RecordPlace, decoders: Decoders) -> Reply<'_, RecordRow> {
        Box::pin(self.record(topic, place, decoders))
    }
}
