//! A backend with fixed answers, for tests of what surrounds the data.

use app::backend::{Backend, Password, Reply};
use app::error::{AppError, Dependency};
use app::model::check::CheckReport;
use app::model::connector::{
    ConfigView, ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery, ConnectorRow, Flow, GroupCounts,
    Verdict,
};
use app::model::draft::{DraftId, DraftView, Imported, ScopeForm, StartForm, TargetForm};
use app::model::outcome::Outcome;
use app::model::source::{CollectionList, CollectionSize, DatabaseList};
use app::model::topic::{RecordPage, RecordPlace, RecordQuery, RecordRow, TopicList, TopicListQuery};

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

    fn import_draft(&self, _text: String) -> Reply<'_, Imported> {
        reply(Ok(Imported::Unreadable { reason: "Not a configuration".to_owned(), line: Some(1) }))
    }

    fn show_draft(&self, _id: DraftId) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_source(&self, id: Option<DraftId>, _uri: String, _password: Option<Password>) -> Reply<'_, DraftId> {
        reply(Ok(id.unwrap_or_else(|| DraftId("1".to_owned()))))
    }

    fn save_scope(&self, _id: DraftId, _form: ScopeForm) -> Reply<'_, ()> {
        reply(Ok(()))
    }

    fn save_start(&self, _id: DraftId, _form: StartForm) -> Reply<'_, ()> {
        reply(Ok(()))
    }

    fn save_target(&self, _id: DraftId, _form: TargetForm) -> Reply<'_, ()> {
        reply(Ok(()))
    }

    fn save_text(&self, id: DraftId, _text: String) -> Reply<'_, Imported> {
        reply(Ok(Imported::Draft(id)))
    }

    fn run_checks(&self, _id: DraftId) -> Reply<'_, CheckReport> {
        reply(Ok(CheckReport::default()))
    }

    fn list_databases(&self, _id: DraftId) -> Reply<'_, DatabaseList> {
        reply(Err(AppError::Unavailable(Dependency::MongoDb)))
    }

    fn list_collections(&self, _id: DraftId, _database: String) -> Reply<'_, CollectionList> {
        reply(Err(AppError::Unavailable(Dependency::MongoDb)))
    }

    fn count_collections(&self, _: DraftId, _: String, _: Vec<String>) -> Reply<'_, Vec<CollectionSize>> {
        reply(Ok(Vec::new()))
    }

    fn preview_outcome(&self, _id: DraftId, _form: TargetForm) -> Reply<'_, Outcome> {
        reply(Ok(Outcome::default()))
    }

    fn create_connector(&self, _id: DraftId, _name: String) -> Reply<'_, ()> {
        reply(Err(AppError::Conflict))
    }

    fn list_topics(&self, _query: TopicListQuery) -> Reply<'_, TopicList> {
        reply(Err(AppError::Unavailable(Dependency::Kafka)))
    }

    fn read_records(&self, _topic: String, _query: RecordQuery) -> Reply<'_, RecordPage> {
        reply(Err(AppError::NotFound))
    }

    fn read_record(&self, _topic: String, _place: RecordPlace) -> Reply<'_, RecordRow> {
        reply(Err(AppError::NotFound))
    }
}
