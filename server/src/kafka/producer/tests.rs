#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use connect::config::TopicCreationConfig;

use super::*;
use crate::kafka::partitioner::partition_of_key;
use crate::kafka::testing::{Read, mock, read_back, real, settings_of, unique_topic};

const TOPIC: &str = "documents";

fn options(settings: ClientSettings) -> SinkOptions {
    SinkOptions {
        settings,
        connector: ConnectorName::parse("test").unwrap(),
        task: TaskNumber(0),
        creation: TopicCreationRules::default(),
        limits: SinkLimits::default(),
    }
}

fn sink_on(mock: &MockCluster<'static, DefaultProducerContext>, limits: SinkLimits) -> KafkaSink {
    KafkaSink::open(SinkOptions { limits, ..options(settings_of(mock)) }).unwrap()
}

fn record(topic: &str, key: &str, value: Option<&[u8]>) -> ProducerRecord {
    ProducerRecord {
        topic: Arc::from(topic),
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        value: value.map(Bytes::copy_from_slice),
        headers: Vec::new(),
    }
}

/// Sends everything, waiting for deliveries where the queue is full; returns the outcomes by ticket.
async fn send_all(sink: &mut KafkaSink, records: Vec<ProducerRecord>) -> Vec<Result<(), Error>> {
    let mut outcomes: Vec<Option<Result<(), Error>>> = records.iter().map(|_| None).collect();
    for (index, mut record) in records.into_iter().enumerate() {
        while let Accepted::Full(again) = sink.send(record.clone(), Ticket(index as u64)).unwrap() {
            record = again;
            collect(sink, &mut outcomes).await;
        }
    }
    while outcomes.iter().any(Option::is_none) {
        collect(sink, &mut outcomes).await;
    }
    outcomes.into_iter().map(Option::unwrap).collect()
}

async fn collect(sink: &mut KafkaSink, outcomes: &mut [Option<Result<(), Error>>]) {
    let deliveries = tokio::time::timeout(Duration::from_secs(30), sink.deliveries()).await.unwrap();
    assert!(!deliveries.is_empty());
    for delivery in deliveries {
        let slot = &mut outcomes[usize::try_from(delivery.ticket.0).unwrap()];
        assert!(slot.replace(delivery.outcome).is_none(), "a ticket was reported twice");
    }
}

fn numbered(count: usize) -> Vec<ProducerRecord> {
    (0..count).map(|number| record(TOPIC, "same", Some(number.to_string().as_bytes()))).collect()
}

fn values(records: &[Read]) -> Vec<usize> {
    let text = |read: &Read| String::from_utf8(read.value.clone().unwrap()).unwrap();
    records.iter().map(|read| text(read).parse().unwrap()).collect()
}

#[tokio::test]
async fn keeps_key_value_headers_and_tombstones_as_they_are() {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    let mut sink = sink_on(&mock, SinkLimits::default());
    let mut with_headers = record(TOPIC, "a", Some(b""));
    with_headers.headers = vec![
        Header { key: "kind".to_owned(), value: Some(Bytes::from_static(b"\x00\xff")) },
        Header { key: "none".to_owned(), value: None },
    ];
    let mut without_key = record(TOPIC, "", Some(b"v"));
    without_key.key = None;

    let outcomes = send_all(&mut sink, vec![with_headers, record(TOPIC, "", None), without_key]).await;

    assert!(outcomes.iter().all(Result::is_ok));
    let read = read_back(&settings_of(&mock), TOPIC, 1, 3);
    let headers = vec![("kind".to_owned(), Some(vec![0, 0xff])), ("none".to_owned(), None)];
    assert_eq!(
        read,
        [
            Read { partition: 0, key: Some(b"a".to_vec()), value: Some(Vec::new()), headers },
            Read { partition: 0, key: Some(Vec::new()), value: None, headers: Vec::new() },
            Read { partition: 0, key: None, value: Some(b"v".to_vec()), headers: Vec::new() },
        ]
    );
    sink.close().await;
}

#[tokio::test]
async fn keeps_the_order_through_the_brokers_temporary_refusals() {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    let limits = SinkLimits { batch_size_bytes: 2_000, ..SinkLimits::default() };
    let mut sink = sink_on(&mock, limits);
    mock.request_errors(
        RDKafkaApiKey::Produce,
        &[
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__TRANSPORT,
        ],
    );

    let outcomes = send_all(&mut sink, numbered(500)).await;

    assert!(outcomes.iter().all(Result::is_ok));
    let read = read_back(&settings_of(&mock), TOPIC, 1, 500);
    assert_eq!(values(&read), (0..500).collect::<Vec<_>>());
    sink.close().await;
}

#[tokio::test]
async fn puts_keys_where_the_java_rule_puts_them() {
    let mock = mock();
    mock.create_topic(TOPIC, 7, 1).unwrap();
    let mut sink = sink_on(&mock, SinkLimits::default());
    let records = (0..200).map(|n| record(TOPIC, &format!("{{\"_id\": {{\"$oid\": \"{n:024x}\"}}}}"), None)).collect();

    send_all(&mut sink, records).await;

    let read = read_back(&settings_of(&mock), TOPIC, 7, 200);
    assert_eq!(read.len(), 200);
    for record in read {
        let expected = partition_of_key(record.key.as_deref().unwrap(), 7);
        assert_eq!(record.partition, i32::try_from(expected).unwrap());
    }
    sink.close().await;
}

#[tokio::test]
async fn a_full_queue_gives_the_record_back_and_takes_it_later() {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    let limits = SinkLimits { queue_size_bytes: 64 * 1024, ..SinkLimits::default() };
    let mut sink = sink_on(&mock, limits);
    mock.broker_round_trip_time(-1, Duration::from_millis(20)).unwrap();
    let value = vec![b'x'; 10_000];
    let mut accepted = 0;
    let returned = loop {
        match sink.send(record(TOPIC, "k", Some(&value)), Ticket(accepted)).unwrap() {
            Accepted::Queued => accepted += 1,
            Accepted::Full(record) => break record,
        }
        assert!(accepted < 1_000, "the queue never filled");
    };

    assert_eq!(accepted, 6, "the queue is bounded in bytes");
    assert_eq!(returned, record(TOPIC, "k", Some(&value)));
    let delivered = tokio::time::timeout(Duration::from_secs(30), sink.deliveries()).await.unwrap();
    assert!(delivered.iter().all(|delivery| delivery.outcome.is_ok()));
    send_when_there_is_room(&mut sink, returned, Ticket(accepted)).await;
    sink.close().await;
    assert_eq!(read_back(&settings_of(&mock), TOPIC, 1, 7).len(), 7, "close waits for what is in flight");
}

/// The queue's own accounting may trail the delivery reports by a moment.
async fn send_when_there_is_room(sink: &mut KafkaSink, mut record: ProducerRecord, ticket: Ticket) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while let Accepted::Full(returned) = sink.send(record, ticket).unwrap() {
        assert!(tokio::time::Instant::now() < deadline, "the queue stayed full");
        record = returned;
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_record_that_no_queue_can_hold_is_refused_at_once() {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    let limits = SinkLimits { queue_size_bytes: 64 * 1024, ..SinkLimits::default() };
    let mut sink = sink_on(&mock, limits);

    let error = sink.send(record(TOPIC, "k", Some(&[0; 70_000])), Ticket(0)).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::RecordTooLarge);
    assert!(error.context().contains("70001 bytes"), "{}", error.context());
    sink.close().await;
}

#[tokio::test]
async fn an_unreachable_broker_ends_as_unavailable_and_is_told_meanwhile() {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    let limits = SinkLimits { delivery_timeout: Duration::from_secs(4), ..SinkLimits::default() };
    let mut sink = sink_on(&mock, limits);
    let mut reach = sink.subscribe_reach();
    assert!(send_all(&mut sink, vec![record(TOPIC, "k", None)]).await[0].is_ok());
    assert_eq!(*reach.borrow_and_update(), Reach::Reachable);
    mock.broker_down(-1).unwrap();

    let outcomes = send_all(&mut sink, vec![record(TOPIC, "k", None)]).await;

    assert_eq!(outcomes[0].as_ref().unwrap_err().kind(), ErrorKind::SinkUnavailable);
    assert_eq!(*reach.borrow_and_update(), Reach::Unreachable);
    mock.broker_up(-1).unwrap();
    assert!(send_all(&mut sink, vec![record(TOPIC, "k", None)]).await[0].is_ok());
    assert_eq!(*reach.borrow_and_update(), Reach::Reachable);
    sink.close().await;
}

#[tokio::test]
async fn final_refusals_of_the_broker_keep_their_kind_and_spare_other_records() {
    for (refusal, kind) in [
        (RDKafkaRespErr::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ErrorKind::RecordTooLarge),
        (RDKafkaRespErr::RD_KAFKA_RESP_ERR_INVALID_RECORD, ErrorKind::SinkRefused),
        (RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ErrorKind::SinkPermission),
    ] {
        let mock = mock();
        mock.create_topic(TOPIC, 1, 1).unwrap();
        let mut sink = sink_on(&mock, SinkLimits::default());
        mock.request_errors(RDKafkaApiKey::Produce, &[refusal]);

        let refused = send_all(&mut sink, vec![record(TOPIC, "k", None)]).await;
        let error = refused[0].as_ref().unwrap_err();
        assert_eq!(error.kind(), kind, "{refusal:?}");
        assert!(error.context().contains("topic documents, partition 0"), "{}", error.context());

        if kind != ErrorKind::SinkPermission {
            assert!(send_all(&mut sink, vec![record(TOPIC, "k", None)]).await[0].is_ok(), "{refusal:?}");
        }
        sink.close().await;
    }
}

#[tokio::test]
async fn waiting_for_deliveries_may_be_given_up_without_losing_any() {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    let mut sink = sink_on(&mock, SinkLimits::default());
    assert!(tokio::time::timeout(Duration::from_millis(1), sink.deliveries()).await.is_err(), "nothing is in flight");

    let outcomes = send_all(&mut sink, numbered(3)).await;

    assert_eq!(outcomes.len(), 3);
    sink.close().await;
}

#[tokio::test]
async fn creates_a_missing_topic_as_configured_and_accepts_an_existing_one() {
    let Some(settings) = real("creates_a_missing_topic_as_configured_and_accepts_an_existing_one") else { return };
    let topic = unique_topic("created");
    let creation = TopicCreationConfig {
        replication_factor: None,
        partitions: Some(3),
        configs: vec![("cleanup.policy".to_owned(), "compact".to_owned())],
    };
    let mut sink = KafkaSink::open(SinkOptions { creation: creation.into(), ..options(settings.clone()) }).unwrap();
    let topics = Topics::new(&settings, "test").unwrap();
    assert_eq!(topics.find(&topic).await.unwrap(), None);

    sink.ensure_topic(&topic).await.unwrap();

    let shape = topics.find(&topic).await.unwrap().unwrap();
    assert_eq!(shape.partitions.len(), 3);
    assert_eq!(topics.settings(&topic).await.unwrap().cleanup_policy.as_deref(), Some("compact"));
    let mut second = KafkaSink::open(options(settings)).unwrap();
    second.ensure_topic(&topic).await.unwrap();
    assert_eq!(topics.find(&topic).await.unwrap().unwrap().partitions.len(), 3);
    sink.close().await;
    second.close().await;
}

#[tokio::test]
async fn a_missing_topic_is_not_created_where_the_operator_does_not_want_it() {
    let Some(settings) = real("a_missing_topic_is_not_created_where_the_operator_does_not_want_it") else { return };
    let (topic, other) = (unique_topic("forbidden"), unique_topic("there"));
    let topics = Topics::new(&settings, "test").unwrap();
    topics.create(&other, &TopicCreationConfig::default(), Creation::Real).await.unwrap();
    topics.wait_until_ready(&other).await.unwrap();
    let creation = TopicCreationRules::default().forbidden();
    let mut sink = KafkaSink::open(SinkOptions { creation, ..options(settings) }).unwrap();

    let error = sink.ensure_topic(&topic).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TopicUnusable);
    assert!(error.context().contains(&topic), "{}", error.context());
    assert_eq!(topics.find(&topic).await.unwrap(), None);
    sink.ensure_topic(&other).await.unwrap();
    sink.close().await;
}

#[tokio::test]
async fn a_creation_that_the_broker_refuses_is_named_as_such() {
    let Some(settings) = real("a_creation_that_the_broker_refuses_is_named_as_such") else { return };
    let creation = TopicCreationConfig { replication_factor: Some(99), ..TopicCreationConfig::default() };
    let mut sink = KafkaSink::open(SinkOptions { creation: creation.into(), ..options(settings) }).unwrap();

    let error = sink.ensure_topic(&unique_topic("refused")).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TopicUnusable);
    assert!(error.context().contains("replicas 99"), "{}", error.context());
    sink.close().await;
}

#[tokio::test]
async fn makes_batches_fit_a_topic_that_takes_only_small_ones() {
    let Some(settings) = real("makes_batches_fit_a_topic_that_takes_only_small_ones") else { return };
    let topic = unique_topic("small");
    let creation = TopicCreationConfig {
        configs: vec![("max.message.bytes".to_owned(), "20000".to_owned())],
        partitions: Some(1),
        ..TopicCreationConfig::default()
    };
    let mut sink = KafkaSink::open(SinkOptions { creation: creation.into(), ..options(settings.clone()) }).unwrap();
    sink.ensure_topic(&topic).await.unwrap();
    let value = [b'x'; 1_000];
    let mut records: Vec<_> = (0..200).map(|_| record(&topic, "k", Some(&value))).collect();
    records.insert(100, record(&topic, "k", Some(&[b'x'; 30_000])));

    let outcomes = send_all(&mut sink, records).await;

    let refused: Vec<usize> = (0..outcomes.len()).filter(|&index| outcomes[index].is_err()).collect();
    assert_eq!(refused, [100]);
    assert_eq!(outcomes[100].as_ref().unwrap_err().kind(), ErrorKind::RecordTooLarge);
    assert_eq!(read_back(&settings, &topic, 1, 200).len(), 200);
    sink.close().await;
}

#[tokio::test]
async fn what_a_connector_wants_of_its_producer_reaches_the_client() {
    let Some(settings) = real("what_a_connector_wants_of_its_producer_reaches_the_client") else { return };
    for compression in [Compression::None, Compression::Gzip, Compression::Snappy, Compression::Lz4, Compression::Zstd]
    {
        let wanted = ProducerOverrides {
            compression: Some(compression),
            batch_size_bytes: Some(50_000),
            linger_ms: Some(1),
            delivery_timeout_ms: Some(60_000),
            request_timeout_ms: Some(10_000),
            buffer_bytes: Some(2 * 1024 * 1024),
        };
        let topic = unique_topic("compressed");
        let limits = SinkLimits::default().overridden(&wanted);
        let mut sink = KafkaSink::open(SinkOptions { limits, ..options(settings.clone()) }).unwrap();
        sink.ensure_topic(&topic).await.unwrap();

        let outcomes = send_all(&mut sink, vec![record(&topic, "k", Some(&[b'x'; 40_000]))]).await;

        assert!(outcomes[0].is_ok(), "{compression:?}");
        assert_eq!(read_back(&settings, &topic, 1, 1)[0].value.as_deref(), Some(&[b'x'; 40_000][..]));
        sink.close().await;
    }
}
