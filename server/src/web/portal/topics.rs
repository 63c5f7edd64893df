//! Topics: the list of them, pages of records, one record whole, records as they arrive.

use app::error::AppError;
use app::model::topic as model;
use app::model::topic::{
    Decoders, HeaderRow, PartitionRow, Payload, ReadFrom, RecordPage, RecordPlace, RecordQuery, RecordRow, TailEvent,
    TopicList, TopicListQuery, TopicRow, Turn,
};
use chrono::Utc;
use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, StreamExt as _};
use tracing::debug;

use super::RequestPortal;
use super::turns::Turns;
use crate::kafka::consumer::Isolation;
use crate::kafka::topics::TopicShape;
use crate::preview::record::{self, Field, Record, RefusalReason, TimestampOrigin};
use crate::preview::request::{self, PageRequest, RecordRequest, Start, TailRequest};
use crate::service;

/// Topics on a page of the list.
const PAGE_ROWS: usize = 50;

/// Bytes of a key, value or header in a table: what is longer is loaded when it is wanted.
const FIELD_BYTES: usize = 8 * 1024;

/// The same once a page holds [`PAGE_BYTES`].
const SCARCE_BYTES: usize = 512;

/// Bytes of text in a page before values become short.
const PAGE_BYTES: usize = 1024 * 1024;

impl RequestPortal {
    pub(super) async fn topic_list(&self, query: TopicListQuery) -> Result<TopicList, AppError> {
        let (remote, principal) = (&self.state().remote, &self.principal);
        let writers = self.writers().await?;
        let topics = service::preview::list_topics(remote, principal).await.map_err(|error| self.tell_remote(error))?;
        let (shapes, list) = select(topics, &query);
        let counts = match service::preview::count_records(remote, principal, shapes.clone()).await {
            Ok(counts) => counts,
            Err(error) => {
                debug!(
                    error = &error as &dyn std::error::Error,
                    "the records of a page of topics could not be counted"
                );
                Vec::new()
            }
        };
        let counts = counts.into_iter().chain(std::iter::repeat(None));
        let rows = shapes.into_iter().zip(counts).map(|(shape, records)| TopicRow {
            partitions: u32::try_from(shape.partitions.len()).unwrap_or(u32::MAX),
            records,
            connectors: writers_of(&writers, &shape.name),
            name: shape.name,
        });
        Ok(TopicList { rows: rows.collect(), ..list })
    }

    pub(super) async fn record_page(&self, topic: String, query: RecordQuery) -> Result<RecordPage, AppError> {
        // Only a link of another release has a cursor that cannot be read.
        let start = start(&query).ok_or(AppError::Outdated)?;
        let is_live = query.from == ReadFrom::Live;
        let request = PageRequest {
            start: start.clone(),
            partition: query.partition,
            limit: if is_live { 1 } else { usize::try_from(query.limit).unwrap_or(usize::MAX) },
            decoders: decoders(query.decoders),
            ..PageRequest::newest(topic.clone())
        };
        let writers = self.writers().await?;
        let read = service::preview::read_page(&self.state().remote, &self.principal, request).await;
        let page = read.map_err(|error| self.tell_remote(error))?;
        let turns = Turns::of(&start, &page, query.partition);
        let mut allowance = Allowance::default();
        let mut rows: Vec<RecordRow> = page.records.into_iter().map(|record| row(record, &mut allowance)).collect();
        if is_live {
            rows.clear();
        }
        if is_reversed(&query) {
            rows.reverse();
        }
        Ok(RecordPage {
            connectors: writers_of(&writers, &topic),
            topic,
            partitions: page.partitions.iter().map(partition_row).collect(),
            rows,
            query,
            older: turns.older.map(|cursor| cursor.to_string()),
            newer: turns.newer.map(|cursor| cursor.to_string()),
            is_complete: page.is_complete,
            is_start_expired: page.is_start_expired,
            scanned: page.scanned_records,
            elapsed_ms: page.elapsed_ms,
            as_of_ms: Utc::now().timestamp_millis(),
        })
    }

    pub(super) async fn record(
        &self,
        topic: String,
        place: RecordPlace,
        chosen: Decoders,
    ) -> Result<RecordRow, AppError> {
        let request = RecordRequest {
            topic,
            partition: place.partition,
            offset: place.offset,
            isolation: Isolation::default(),
            decoders: decoders(chosen),
        };
        let read = service::preview::read_record(&self.state().remote, &self.principal, request).await;
        read.map(|record| row(record, &mut Allowance::unlimited())).map_err(|error| self.tell_remote(error))
    }

    /// Records as they arrive. Whatever stands against it is told as an event: a browser cannot read the status of a stream.
    pub(in crate::web) fn tail(
        self,
        topic: String,
        partition: Option<i32>,
        chosen: Decoders,
    ) -> BoxStream<'static, TailEvent> {
        let request = TailRequest { topic, partition, isolation: Isolation::default(), decoders: decoders(chosen) };
        let events = async move {
            match service::preview::follow(&self.state().remote, &self.principal, request).await {
                Ok(events) => {
                    let events = events.map(move |event| self.tail_event(event));
                    stream::once(std::future::ready(TailEvent::Started)).chain(events).boxed()
                }
                Err(error) => stream::once(std::future::ready(TailEvent::Ended(self.tell_remote(error)))).boxed(),
            }
        };
        events.flatten_stream().boxed()
    }

    fn tail_event(&self, event: record::TailEvent) -> TailEvent {
        match event {
            record::TailEvent::Records(records) => {
                let mut allowance = Allowance::default();
                TailEvent::Records(records.into_iter().map(|record| row(record, &mut allowance)).collect())
            }
            record::TailEvent::Dropped(count) => TailEvent::Dropped(count),
            record::TailEvent::Interrupted => TailEvent::Interrupted,
            record::TailEvent::Resumed => TailEvent::Resumed,
            record::TailEvent::Ended(error) => TailEvent::Ended(self.tell_topic(&error)),
        }
    }

    async fn writers(&self) -> Result<Vec<(String, String)>, AppError> {
        service::topics::list_writers(self.state(), &self.principal).await.map_err(|error| self.tell(error))
    }
}

/// The topics of the page that is asked for, and the list around them.
fn select(topics: Vec<TopicShape>, query: &TopicListQuery) -> (Vec<TopicShape>, TopicList) {
    let wanted = query.search.to_lowercase();
    let is_wanted = |topic: &TopicShape| {
        (query.with_internal || !topic.name.starts_with("__")) && topic.name.to_lowercase().contains(&wanted)
    };
    let matching: Vec<TopicShape> = topics.into_iter().filter(is_wanted).collect();
    let page_count = matching.len().div_ceil(PAGE_ROWS).max(1);
    let page = usize::try_from(query.page).unwrap_or(1).clamp(1, page_count);
    let list = TopicList {
        rows: Vec::new(),
        matching: matching.len() as u64,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        page_count: u32::try_from(page_count).unwrap_or(u32::MAX),
    };
    (matching.into_iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS).collect(), list)
}

fn writers_of(writers: &[(String, String)], topic: &str) -> Vec<String> {
    writers.iter().filter(|(written, _)| written == topic).map(|(_, connector)| connector.clone()).collect()
}

/// Where reading begins, and in which direction it goes; `None` for a turn that this release did not write.
fn start(query: &RecordQuery) -> Option<Start> {
    Some(match (&query.turn, query.from) {
        (Some(Turn::Before(cursor)), _) => Start::Before(cursor.parse().ok()?),
        (Some(Turn::After(cursor)), _) => Start::After(cursor.parse().ok()?),
        (None, ReadFrom::Newest | ReadFrom::Live) => Start::Newest,
        (None, ReadFrom::Beginning) => Start::Beginning,
        (None, ReadFrom::Offset(offset)) => Start::Offset(offset),
        (None, ReadFrom::Time(at_ms)) => Start::Time(at_ms),
    })
}

/// The page is read against the order in which it is shown.
fn is_reversed(query: &RecordQuery) -> bool {
    match query.turn {
        Some(Turn::After(_)) => query.from == ReadFrom::Newest,
        Some(Turn::Before(_)) => query.from != ReadFrom::Newest,
        None => false,
    }
}

fn partition_row(extent: &record::PartitionExtent) -> PartitionRow {
    PartitionRow { number: extent.partition, first: extent.first, next: extent.next }
}

/// How much text may still go onto a page.
struct Allowance {
    field_bytes: usize,
    left_bytes: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { field_bytes: FIELD_BYTES, left_bytes: PAGE_BYTES }
    }
}

impl Allowance {
    fn unlimited() -> Self {
        Self { field_bytes: usize::MAX, left_bytes: usize::MAX }
    }

    /// The part of a text that may go, and whether it is only a part.
    fn take(&mut self, mut text: String) -> (String, bool) {
        let limit = if self.left_bytes == 0 { SCARCE_BYTES.min(self.field_bytes) } else { self.field_bytes };
        let is_cut = text.len() > limit;
        if is_cut {
            text.truncate(text.floor_char_boundary(limit));
        }
        self.left_bytes = self.left_bytes.saturating_sub(text.len());
        (text, is_cut)
    }
}

fn row(record: Record, allowance: &mut Allowance) -> RecordRow {
    let headers = record.headers.into_iter();
    RecordRow {
        place: RecordPlace { partition: record.partition, offset: record.offset },
        timestamp_ms: record.timestamp_ms,
        is_broker_time: record.timestamp_origin == TimestampOrigin::Broker,
        key: payload(record.key, allowance),
        value: payload(record.value, allowance),
        headers: headers
            .map(|header| HeaderRow { name: header.name, value: payload(header.value, allowance) })
            .collect(),
        omitted_headers: record.omitted_headers as u64,
    }
}

/// A payload of which nothing is left out that is there.
pub(super) fn whole_payload(field: Field) -> Payload {
    payload(field, &mut Allowance::unlimited())
}

fn payload(field: Field, allowance: &mut Allowance) -> Payload {
    let (text, is_cut) = allowance.take(field.text);
    Payload {
        encoding: match field.encoding {
            record::Encoding::Null => model::Encoding::Null,
            record::Encoding::Json => model::Encoding::Json,
            record::Encoding::Bson => model::Encoding::Bson,
            record::Encoding::Text => model::Encoding::Text,
            record::Encoding::Hex => model::Encoding::Hex,
            record::Encoding::Base64 => model::Encoding::Base64,
        },
        text,
        size_bytes: field.size_bytes,
        is_cut: is_cut || field.is_cut,
        refusals: field.refusals.into_iter().map(refusal).collect(),
    }
}

fn refusal(refusal: record::Refusal) -> model::Refusal {
    let reason = match refusal.reason {
        RefusalReason::NotUtf8 { at } => model::RefusalReason::NotUtf8(at as u64),
        RefusalReason::ControlCharacters => model::RefusalReason::ControlCharacters,
        RefusalReason::NotJson { line, column } => model::RefusalReason::NotJson(line as u64, column as u64),
        RefusalReason::NotBson => model::RefusalReason::NotBson,
        RefusalReason::Incomplete => model::RefusalReason::Incomplete,
    };
    let decoder = match refusal.decoder {
        request::Decoder::Auto => model::Decoder::Auto,
        request::Decoder::Json => model::Decoder::Json,
        request::Decoder::Bson => model::Decoder::Bson,
        request::Decoder::Text => model::Decoder::Text,
        request::Decoder::Hex => model::Decoder::Hex,
        request::Decoder::Base64 => model::Decoder::Base64,
    };
    model::Refusal { decoder, reason }
}

fn decoders(chosen: Decoders) -> request::Decoders {
    request::Decoders { key: decoder(chosen.key), value: decoder(chosen.value) }
}

fn decoder(decoder: model::Decoder) -> request::Decoder {
    match decoder {
        model::Decoder::Auto => request::Decoder::Auto,
        model::Decoder::Json => request::Decoder::Json,
        model::Decoder::Bson => request::Decoder::Bson,
        model::Decoder::Text => request::Decoder::Text,
        model::Decoder::Hex => request::Decoder::Hex,
        model::Decoder::Base64 => request::Decoder::Base64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(names: &[&str]) -> Vec<TopicShape> {
        names.iter().map(|name| TopicShape { name: (*name).to_owned(), partitions: Vec::new() }).collect()
    }

    fn names(shapes: &[TopicShape]) -> Vec<&str> {
        shapes.iter().map(|shape| shape.name.as_str()).collect()
    }

    #[test]
    fn internal_topics_are_shown_when_asked_for() {
        let topics = shapes(&["__consumer_offsets", "jee.Patients", "jee.visits"]);

        let (usual, list) = select(topics.clone(), &TopicListQuery::default());
        let query = TopicListQuery { search: "PATIENTS".to_owned(), ..TopicListQuery::default() };
        let (found, _) = select(topics.clone(), &query);
        let (all, _) = select(topics, &TopicListQuery { with_internal: true, ..TopicListQuery::default() });

        assert_eq!((names(&usual), list.matching), (vec!["jee.Patients", "jee.visits"], 2));
        assert_eq!(names(&found), ["jee.Patients"]);
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn a_page_past_the_end_is_the_last() {
        let names: Vec<String> = (0..120).map(|index| format!("t{index:03}")).collect();
        let topics = shapes(&names.iter().map(String::as_str).collect::<Vec<_>>());

        let (shown, list) = select(topics, &TopicListQuery { page: 9, ..TopicListQuery::default() });

        assert_eq!((shown.len(), list.page, list.page_count), (20, 3, 3));
    }

    #[test]
    fn text_is_cut_between_characters_and_scarce_once_a_page_is_full() {
        let mut allowance = Allowance { field_bytes: 1_000, left_bytes: 1_500 };

        let (first, is_first_cut) = allowance.take("한".repeat(400));
        let (second, _) = allowance.take("b".repeat(600));
        let (third, is_third_cut) = allowance.take("c".repeat(600));

        assert_eq!((first.len(), is_first_cut), (999, true));
        assert_eq!(second.len(), 600);
        assert_eq!((third.len(), is_third_cut), (SCARCE_BYTES, true));
    }
}
