//! A backend with fixed answers, for tests of what surrounds the data.

mod wizard;

use app::backend::{Backend, Reply};
use app::error::{AppError, Dependency};
use app::model::connector::{
    ConfigView, ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery, ConnectorRow, Flow, GroupCounts,
    Verdict,
};
use app::model::topic::{
    Decoder, Decoders, Encoding, PartitionRow, Payload, ReadFrom, RecordPage, RecordPlace, RecordQuery, RecordRow,
    Refusal, RefusalReason, TopicList, TopicListQuery, TopicRow,
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

    fn list_topics(&self, query: TopicListQuery) -> Reply<'_, TopicList> {
        if query.search == "kafka-away" {
            return reply(Err(AppError::Unavailable(Dependency::Kafka)));
        }
        let row = TopicRow {
            name: "jee.patients".to_owned(),
            partitions: 3,
            records: Some(5_010),
            connectors: vec!["jee-patients".to_owned()],
        };
        reply(Ok(TopicList { rows: vec![row], matching: 1, page: 1, page_count: 1 }))
    }

    fn read_records(&self, topic: String, query: RecordQuery) -> Reply<'_, RecordPage> {
        if topic == "missing" {
            return reply(Err(AppError::NotFound));
        }
        let (is_live, is_start_expired) = (query.from == ReadFrom::Live, query.from == ReadFrom::Offset(0));
        reply(Ok(RecordPage {
            topic,
            query,
            partitions: vec![PartitionRow { number: 0, first: 0, next: 10 }],
            rows: if is_live { Vec::new() } else { vec![record(RecordPlace { partition: 0, offset: 7 })] },
            older: Some("0:7".to_owned()),
            newer: None,
            is_complete: true,
            is_start_expired,
            scanned: 1,
            connectors: vec!["jee-patients".to_owned()],
            elapsed_ms: 12,
            as_of_ms: 0,
        }))
    }

    fn read_record(&self, _topic: String, place: RecordPlace, _decoders: Decoders) -> Reply<'_, RecordRow> {
        reply(if place.offset == 404 { Err(AppError::NotFound) } else { Ok(record(place)) })
    }
}

fn record(place: RecordPlace) -> RecordRow {
    let text = r#"{"_id": {"$oid": "65f0aa000000000000000001"}, "big": {"$numberLong": "9007199254740993"}, "tag": "</script><b>"}"#;
    let value = Payload { encoding: Encoding::Json, text: text.to_owned(), size_bytes: 99, ..Payload::null() };
    let refusals = vec![Refusal { decoder: Decoder::Json, reason: RefusalReason::NotJson(1, 3) }];
    let key =
        Payload { encoding: Encoding::Text, text: "key-7".to_owned(), size_bytes: 5, refusals, ..Payload::null() };
    RecordRow {
        place,
        timestamp_ms: Some(0),
        is_broker_time: false,
        key,
        value,
        headers: Vec::new(),
        omitted_headers: 0,
    }
}
