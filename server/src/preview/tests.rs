//! The preview against a real Kafka.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use connect::config::TopicCreationConfig;
use futures::StreamExt as _;
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use super::record::{Encoding, Page, TailEvent};
use super::request::{Cursor, Decoders, PageRequest, RecordRequest, Start, TailRequest};
use super::{Error, Preview};
use crate::kafka::client::ClientSettings;
use crate::kafka::consumer::Isolation;
use crate::kafka::testing::{real, unique_topic};
use crate::kafka::topics::{Creation, Topics};

/// A new topic, and a way to write exactly what a test wants to find.
struct Fixture {
    settings: ClientSettings,
    topic: String,
    preview: Preview,
    producer: BaseProducer,
}

impl Fixture {
    async fn new(test: &str, partitions: i32) -> Option<Self> {
        let settings = real(test)?;
        let topic = unique_topic("preview");
        let creation = TopicCreationConfig { partitions: Some(partitions), ..TopicCreationConfig::default() };
        let topics = Topics::new(&settings, "test").unwrap();
        topics.create(&topic, &creation, Creation::Real).await.unwrap();
        topics.wait_until_ready(&topic).await.unwrap();
        let producer = native(&settings).create().unwrap();
        Some(Self { preview: Preview::new(settings.clone()), producer, settings, topic })
    }

    fn write(&self, partition: i32, timestamp_ms: i64, value: &str) {
        write_with(&self.producer, &self.topic, partition, timestamp_ms, value);
    }

    fn flush(&self) {
        self.producer.flush(Duration::from_secs(10)).unwrap();
    }

    /// Writes in a transaction of its own, and commits or aborts it.
    fn transaction(&self, values: &[&str], is_committed: bool) {
        let producer: BaseProducer = native(&self.settings).set("transactional.id", &self.topic).create().unwrap();
        producer.init_transactions(Duration::from_secs(30)).unwrap();
        producer.begin_transaction().unwrap();
        for value in values {
            write_with(&producer, &self.topic, 0, 1_000, value);
        }
        if is_committed {
            producer.commit_transaction(Duration::from_secs(30)).unwrap();
        } else {
            producer.flush(Duration::from_secs(10)).unwrap();
            producer.abort_transaction(Duration::from_secs(30)).unwrap();
        }
    }

    fn request(&self, start: Start, limit: usize) -> PageRequest {
        PageRequest { start, limit, ..PageRequest::newest(&self.topic) }
    }

    async fn page(&self, start: Start, limit: usize) -> Page {
        let page = self.preview.read(self.request(start, limit)).await.unwrap();
        assert!(page.is_complete);
        page
    }

    fn tail_request(&self) -> TailRequest {
        TailRequest {
            topic: self.topic.clone(),
            partition: None,
            isolation: Isolation::default(),
            decoders: Decoders::default(),
        }
    }
}

fn native(settings: &ClientSettings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", settings.servers().collect::<Vec<_>>().join(","));
    config
}

fn write_with(producer: &BaseProducer, topic: &str, partition: i32, timestamp_ms: i64, value: &str) {
    let record = BaseRecord::to(topic).partition(partition).key("key").payload(value).timestamp(timestamp_ms);
    producer.send(record).map_err(|(error, _)| error).unwrap();
}

fn values(page: &Page) -> Vec<&str> {
    page.records.iter().map(|record| record.value.text.as_str()).collect()
}

#[tokio::test]
async fn newest_are_merged_over_partitions_and_pages_go_on_without_gap_or_repetition() {
    let Some(fixture) = Fixture::new("newest_are_merged_over_partitions", 3).await else { return };
    for number in 0..100_i64 {
        fixture.write((number % 3) as i32, 1_000 + number, &number.to_string());
    }
    fixture.flush();

    let mut seen = Vec::new();
    let mut start = Start::Newest;
    loop {
        let page = fixture.page(start, 30).await;
        seen.extend(values(&page).iter().map(|text| text.parse::<i64>().unwrap()));
        match page.next {
            Some(next) => start = Start::Before(next.to_string().parse::<Cursor>().unwrap()),
            None => break,
        }
    }

    assert_eq!(seen, (0..100).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_beginning_goes_on_to_the_end() {
    let Some(fixture) = Fixture::new("the_beginning_goes_on_to_the_end", 3).await else { return };
    for number in 0..70_i64 {
        fixture.write((number % 3) as i32, 1_000 + number, &number.to_string());
    }
    fixture.flush();

    let mut seen = Vec::new();
    let mut start = Start::Beginning;
    loop {
        let page = fixture.page(start, 30).await;
        seen.extend(values(&page).iter().map(|text| text.parse::<i64>().unwrap()));
        match page.next {
            Some(next) => start = Start::After(next),
            None => break,
        }
    }

    assert_eq!(seen, (0..70).collect::<Vec<_>>());
}

#[tokio::test]
async fn offsets_and_moments_are_found() {
    let Some(fixture) = Fixture::new("offsets_and_moments_are_found", 2).await else { return };
    for number in 0..10_i64 {
        fixture.write(0, 1_000 + number * 10, &format!("a{number}"));
        fixture.write(1, 1_005 + number * 10, &format!("b{number}"));
    }
    fixture.flush();

    let from_moment = fixture.page(Start::Time(1_081), 50).await;
    assert_eq!(values(&from_moment), ["b8", "a9", "b9"]);
    assert_eq!(from_moment.next, None);
    assert_eq!(values(&fixture.page(Start::Time(5_000), 50).await), Vec::<&str>::new());

    let request = PageRequest { partition: Some(1), ..fixture.request(Start::Offset(7), 2) };
    let from_offset = fixture.preview.read(request).await.unwrap();
    assert_eq!(values(&from_offset), ["b7", "b8"]);
    assert_eq!(from_offset.partitions.len(), 2);
    assert!(!from_offset.is_start_expired);

    let missing = PageRequest { partition: Some(2), ..fixture.request(Start::Newest, 2) };
    assert_eq!(fixture.preview.read(missing).await.unwrap_err(), Error::NoSuchPartition);
}

#[tokio::test]
async fn aborted_transactions_leave_gaps_that_the_newest_are_found_behind() {
    let Some(fixture) = Fixture::new("aborted_transactions_leave_gaps", 1).await else { return };
    fixture.transaction(&["one", "two", "three"], true);
    let aborted: Vec<String> = (0..300).map(|number| format!("aborted {number}")).collect();
    let aborted: Vec<&str> = aborted.iter().map(String::as_str).collect();
    fixture.transaction(&aborted, false);

    let committed = fixture.page(Start::Newest, 2).await;
    let uncommitted = PageRequest { isolation: Isolation::Uncommitted, ..fixture.request(Start::Newest, 1) };
    let uncommitted = fixture.preview.read(uncommitted).await.unwrap();

    assert_eq!(values(&committed), ["three", "two"]);
    assert_eq!(values(&uncommitted), ["aborted 299"]);
    let last = committed.next.unwrap();
    assert_eq!(values(&fixture.page(Start::Before(last), 2).await), ["one"]);
}

#[tokio::test]
async fn one_record_is_read_whole_and_a_place_without_one_is_named() {
    let Some(fixture) = Fixture::new("one_record_is_read_whole", 1).await else { return };
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(200_000));
    fixture.write(0, 1_000, &large);
    fixture.flush();
    let request = |offset| RecordRequest {
        topic: fixture.topic.clone(),
        partition: 0,
        offset,
        isolation: Isolation::default(),
        decoders: Decoders::default(),
    };

    let page = fixture.page(Start::Newest, 1).await;
    let whole = fixture.preview.read_one(request(0)).await.unwrap();

    assert!(page.records[0].value.is_cut);
    assert_eq!(page.records[0].value.size_bytes, large.len() as u64);
    assert_eq!((whole.value.encoding, whole.value.text == large), (Encoding::Json, true));
    assert_eq!(fixture.preview.read_one(request(1)).await.unwrap_err(), Error::NoSuchRecord);
}

#[tokio::test]
async fn a_missing_topic_is_named_quickly() {
    let Some(settings) = real("a_missing_topic_is_named_quickly") else { return };
    let preview = Preview::new(settings);
    let began = std::time::Instant::now();

    let error = preview.read(PageRequest::newest(unique_topic("missing"))).await.unwrap_err();

    assert_eq!(error, Error::NoSuchTopic);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_unreachable_kafka_is_named_within_the_time_limit() {
    let preview = Preview::new(ClientSettings::parse("127.0.0.1:1").unwrap());

    let error = preview.read(PageRequest::newest("any")).await.unwrap_err();

    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_tail_shows_what_arrives_after_it_began_to_every_viewer() {
    let Some(fixture) = Fixture::new("a_tail_shows_what_arrives", 2).await else { return };
    fixture.write(0, 1_000, "before");
    fixture.flush();
    let mut first = Box::pin(fixture.preview.tail(fixture.tail_request()).await.unwrap());
    let only_one = TailRequest { partition: Some(1), ..fixture.tail_request() };
    let mut second = Box::pin(fixture.preview.tail(only_one).await.unwrap());

    fixture.write(0, 2_000, "a");
    fixture.write(1, 2_001, "b");
    fixture.flush();

    let mut seen = Vec::new();
    while seen.len() < 2 {
        seen.extend(next_values(&mut first).await);
    }
    seen.sort();
    assert_eq!(seen, ["a", "b"]);
    assert_eq!(next_values(&mut second).await, ["b"]);
}

async fn next_values(stream: &mut (impl futures::Stream<Item = TailEvent> + Unpin)) -> Vec<String> {
    let event = tokio::time::timeout(Duration::from_secs(15), stream.next()).await.unwrap();
    match event {
        Some(TailEvent::Records(records)) => records.into_iter().map(|record| record.value.text).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_viewer_that_does_not_keep_up_is_told_how_many_it_lost() {
    let Some(fixture) = Fixture::new("a_viewer_that_does_not_keep_up", 1).await else { return };
    let mut stream = Box::pin(fixture.preview.tail(fixture.tail_request()).await.unwrap());
    let total = 3_000;
    for number in 0..total {
        fixture.write(0, 2_000, &number.to_string());
    }
    fixture.flush();

    let (mut shown, mut dropped) = (0, 0);
    while shown + dropped < total {
        match tokio::time::timeout(Duration::from_secs(15), stream.next()).await.unwrap().unwrap() {
            TailEvent::Records(records) => shown += records.len() as u64,
            TailEvent::Dropped(count) => dropped = count,
            other => panic!("{other:?}"),
        }
    }

    assert_eq!(shown + dropped, total);
    assert!(dropped > 0, "{shown} shown");
}

#[tokio::test]
async fn a_tail_of_a_missing_topic_does_not_begin() {
    let Some(settings) = real("a_tail_of_a_missing_topic_does_not_begin") else { return };
    let request = TailRequest {
        topic: unique_topic("missing"),
        partition: None,
        isolation: Isolation::default(),
        decoders: Decoders::default(),
    };

    let outcome = Preview::new(settings).tail(request).await;

    assert_eq!(outcome.err(), Some(Error::NoSuchTopic));
}
