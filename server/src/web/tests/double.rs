//! A backend with fixed answers, for tests of what surrounds the data.

mod wizard;

use app::backend::{Backend, Reply};
use app::error::{AppError, Dependency};
use app::model::connector::{
    ConfigView, ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery, ConnectorRow, Flow, GroupCounts,
    Verdict,
};

pub(super) struct Double;

fn reply<'a, T: Send + 'a>(answer: Result<T, AppError>) -> Reply<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Backend for Double {
    fn list_connectors(&self, query: ConnectorQuery) -> Reply<'_, ConnectorList> {
        if query.search == "postgres-away" {
            return reply(Err(AppError::Unavailable(Dependency::Postgres)));
        }
        let row = ConnectorRow {
            name: "jee-patients".to_owned(),
            scope: "jee.patients".to_owned(),
            verdict: Verdict::Healthy,
            flow: Flow { records_per_s: Some(12.5), ..Flow::default() },
        };
        let counts = GroupCounts { all: 1, running: 1, ..GroupCounts::default() };
        reply(Ok(ConnectorList { rows: vec![row], counts, matching: 1, page: 1, page_count: 1, as_of_ms: 0 }))
    }

    fn show_connector(&self, _name: String) -> Reply<'_, ConnectorOverview> {
        reply(Err(AppError::NotFound))
    }

    fn show_config(&self, _name: String) -> Reply<'_, ConfigView> {
        reply(Err(AppError::NotFound))
    }

    fn act_on_connector(&self, name: String, _action: ConnectorAction) -> Reply<'_, ()> {
        reply(if name == "missing" { Err(AppError::NotFound) } else { Ok(()) })
    }
}
