#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use connect::config::TopicCreationRules;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use super::*;
use crate::ids::{ConnectorName, TaskNumber};
use crate::kafka::producer::SinkLimits;
use crate::kafka::testing::{mock, settings_of};

const TOPIC: &str = "documents";
const POSITIONS: &str = "positions";

type Mock = MockCluster<'static, DefaultProducerContext>;

async fn begun(mock: &Mock) -> Transactions {
    let transactions = Transactions::open(TransactionOptions {
        transactional_id: "naru-test-0".to_owned(),
        timeout: TRANSACTION_TIMEOUT,
        sink: SinkOptions {
            settings: settings_of(mock),
            connector: ConnectorName::parse("test").unwrap(),
            task: TaskNumber(0),
            creation: TopicCreationRules::default(),
            limits: SinkLimits::default(),
        },
    })
    .unwrap();
    transactions.fence().await.unwrap();
    transactions.begin().await.unwrap();
    transactions
}

async fn send_and_commit(transactions: &Transactions) -> Result<Committed, Error> {
    let record = ProducerRecord {
        topic: Arc::from(TOPIC),
        key: Some(Bytes::from_static(b"k")),
        value: Some(Bytes::from_static(b"v")),
        headers: Vec::new(),
    };
    transactions.send(record, Ticket(0)).unwrap();
    let deliveries = transactions.deliveries().await;
    assert!(deliveries.iter().all(|delivery| delivery.outcome.is_ok()), "{deliveries:?}");
    let (topic, key, value) = (Arc::from(POSITIONS), Bytes::from_static(b"p"), Bytes::from_static(b"1"));
    transactions.commit(topic, key, Some(value)).await
}

fn cluster() -> Mock {
    let mock = mock();
    mock.create_topic(TOPIC, 1, 1).unwrap();
    mock.create_topic(POSITIONS, 1, 1).unwrap();
    mock
}

#[tokio::test]
async fn a_commit_that_had_to_be_repeated_is_not_trusted() {
    for error in [
        RDKafkaRespErr::RD_KAFKA_RESP_ERR__TRANSPORT,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
    ] {
        let mock = cluster();
        let transactions = begun(&mock).await;
        mock.request_errors(RDKafkaApiKey::EndTxn, &[error]);

        let committed = send_and_commit(&transactions).await.unwrap();

        assert_eq!(committed, Committed::Suspiciously, "{error:?}");
        transactions.release();
    }
}

#[tokio::test]
async fn a_fenced_producer_commits_nothing_and_says_by_whose_name() {
    let mock = cluster();
    let transactions = begun(&mock).await;
    mock.request_errors(RDKafkaApiKey::EndTxn, &[RDKafkaRespErr::RD_KAFKA_RESP_ERR_PRODUCER_FENCED]);

    let error = send_and_commit(&transactions).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Fenced);
    assert!(error.context().contains("naru-test-0"), "{error}");
    transactions.release();
}

#[tokio::test]
async fn missing_rights_are_told_as_such() {
    let mock = cluster();
    let transactions = begun(&mock).await;
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    mock.request_errors(RDKafkaApiKey::EndTxn, &[refused]);

    let error = send_and_commit(&transactions).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SinkPermission);
    transactions.release();
}

#[tokio::test]
async fn a_replaced_producer_begins_anew_and_remembers_how_far_topics_were_written() {
    let mock = cluster();
    let transactions = begun(&mock).await;
    send_and_commit(&transactions).await.unwrap();

    transactions.replace(None).await.unwrap();
    transactions.fence().await.unwrap();
    transactions.begin().await.unwrap();
    send_and_commit(&transactions).await.unwrap();

    let reached = transactions.reached();
    let (topic, partitions) = reached.topics().next().unwrap();
    assert_eq!((topic, partitions[&0] >= 1), (TOPIC, true), "{reached:?}");
    transactions.release();
}
