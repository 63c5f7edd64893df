//! Prints how fast BSON becomes JSON text and events become records, in MB of BSON a second on one thread.
//!
//! Run by hand on a quiet machine: `cargo run --release -p connect --example json_rate`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bson::{RawDocument, RawDocumentBuf, oid::ObjectId, rawdoc};
use connect::config::{
    Charset, ConnectionConfig, ConverterConfig, DeliveryMode, ErrorConfig, JsonFormatterKind, OutputConfig,
    OutputFormat, ProducerOverrides, PublishConfig, Scope, SourceConfig, StartupMode, StreamConfig, TopicCreationRules,
    TopicNamingConfig,
};
use connect::json::{Style, Writer};
use connect::mongo::{Encoded, RecordEncoder, SyntheticEvents};
use connect::position::Namespace;

/// How long each figure is measured, after as long a warm-up.
const MEASURED: Duration = Duration::from_millis(700);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let documents = [("order, ASCII", order()), ("patient, Korean", patient()), ("telemetry, numbers", telemetry())];
    for (name, document) in &documents {
        println!("{name}: {} bytes of BSON", document.as_bytes().len());
        for style in [Style::Default, Style::Extended, Style::Simplified, Style::Relaxed] {
            let mut writer = Writer::new(style);
            let rate = rate(document, |document| Ok(writer.bytes(document)?.len()))?;
            println!("  {:12} {rate:7.0} MB/s", format!("{style:?}"));
        }
        let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
        let event = SyntheticEvents::new(namespace, 1_700_000_000_000).insert(document)?;
        let mut encoder = RecordEncoder::new(&config())?;
        let rate = rate(&event, |event| match encoder.encode(event)? {
            Encoded::Record(record) => Ok(record.size_bytes()),
            Encoded::Skipped(_) => Ok(0),
        })?;
        println!("  {:12} {rate:7.0} MB/s, {:.0} records/s", "encoder", rate * 1e6 / event.as_bytes().len() as f64);
    }
    Ok(())
}

type Outcome = Result<usize, Box<dyn std::error::Error>>;

fn rate(
    document: &RawDocument,
    mut work: impl FnMut(&RawDocument) -> Outcome,
) -> Result<f64, Box<dyn std::error::Error>> {
    let mut best: f64 = 0.0;
    for _ in 0..2 {
        let started = Instant::now();
        let mut bytes = 0;
        while started.elapsed() < MEASURED {
            for _ in 0..200 {
                black_box(work(black_box(document))?);
                bytes += document.as_bytes().len();
            }
        }
        best = best.max(bytes as f64 / 1e6 / started.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn order() -> RawDocumentBuf {
    let line = |number: i32| {
        rawdoc! {
            "sku": format!("SKU-{number:06}"), "title": "A sturdy box of assorted screws, 4 x 40 mm, zinc plated",
            "quantity": number % 7 + 1, "price": 12.5 + f64::from(number) / 8.0, "in_stock": true,
            "tags": ["hardware", "screws", "zinc"], "added": bson::DateTime::from_millis(1_700_000_000_123),
        }
    };
    let mut document = rawdoc! {
        "_id": ObjectId::from_bytes([0x65; 12]), "customer": "Ada Lovelace", "email": "ada@example.com", "total": 1234.56,
        "placed": bson::DateTime::from_millis(1_700_000_000_000), "version": 7_i64, "notes": bson::RawBson::Null,
        "address": { "street": "12 St James's Square", "city": "London", "zip": "SW1Y 4JH", "country": "GB" },
    };
    document
        .append(bson::raw::cstr!("lines"), (0..10).map(line).map(bson::RawBson::from).collect::<bson::RawArrayBuf>());
    document
}

fn patient() -> RawDocumentBuf {
    rawdoc! {
        "_id": ObjectId::from_bytes([0x65; 12]), "이름": "김나루", "생년월일": bson::DateTime::from_millis(500_000_000_000),
        "주소": "서울특별시 종로구 세종대로 175, 나루빌딩 12층 1203호", "진료과": "정형외과",
        "증상": "오른쪽 무릎의 통증과 부종이 이 주 전부터 계속되며, 계단을 내려갈 때 특히 심해진다고 호소함.".repeat(4),
        "혈액형": "AB", "키": 171.5, "몸무게": 63, "알레르기": ["페니실린", "땅콩"], "담당의": { "이름": "박의사", "면허": 123_456_i64 },
    }
}

fn telemetry() -> RawDocumentBuf {
    let reading = |number: i64| {
        let value = (number as f64).sqrt() * 1.000_37 - 3.5;
        rawdoc! { "t": bson::DateTime::from_millis(1_700_000_000_000 + number * 137), "v": value, "n": number * 7919, "ok": number % 3 == 0 }
    };
    let mut document = rawdoc! { "_id": ObjectId::from_bytes([1; 12]), "device": "sensor-0042" };
    document
        .append(bson::raw::cstr!("r"), (0..40).map(reading).map(bson::RawBson::from).collect::<bson::RawArrayBuf>());
    document
}

/// The official connector's defaults with string converters.
fn config() -> SourceConfig {
    SourceConfig {
        connection: ConnectionConfig::of_uri("mongodb://localhost"),
        scope: Scope::Database("jee".to_owned()),
        startup: StartupMode::Latest,
        stream: StreamConfig::default(),
        publish: PublishConfig { full_document_only: false, tombstone_on_delete: false, document_key_as_key: true },
        output: OutputConfig {
            key_format: OutputFormat::Json,
            value_format: OutputFormat::Json,
            json_formatter: JsonFormatterKind::Default,
            key_converter: ConverterConfig::String(Charset::Utf8),
            value_converter: ConverterConfig::String(Charset::Utf8),
        },
        topics: TopicNamingConfig {
            prefix: String::new(),
            suffix: String::new(),
            separator: ".".to_owned(),
            namespace_map: Vec::new(),
        },
        topic_creation: TopicCreationRules::default(),
        producer: ProducerOverrides::default(),
        errors: ErrorConfig::default(),
        delivery: DeliveryMode::AtLeastOnce,
        offset_partition_name: "mongodb://localhost/jee".to_owned(),
    }
}
