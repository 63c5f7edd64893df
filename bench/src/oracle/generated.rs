//! Documents that no clinic has: every BSON type at every depth, odd names of fields, nothing at all, and very much.
//!
//! Doubles are ones that every Java writes with the same digits, and dates ones of four-digit years: what differs between Javas
//! is not what the oracle is about.

use anyhow::{Result, anyhow};
use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, JavaScriptCodeWithScope, Regex, Timestamp, doc};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

/// Levels of nesting of what is drawn.
const DEPTH: u32 = 4;
const DRAWN: usize = 40;
/// A string as long as the longest that a test should carry through Kafka's default limits, several times over.
const LONG: usize = 200_000;
/// Levels of the deepest document.
const DEEP: usize = 60;

const NAMES: &[&str] = &[
    "a",
    "B",
    "_b",
    "환자",
    "이름 성",
    "é",
    "e\u{301}",
    "🚢",
    "\u{ffee}",
    "a.b",
    "a.b.c",
    "with \"quotes\"",
    "back\\slash",
    "new\nline",
    "tab\t",
    "default",
    "schema",
    "payload",
    "field",
    "-",
    "0",
    "ends.",
    ".starts",
    "in$ide",
    "\u{2028}",
    "Ⅷ",
    "name",
    "name2",
    "Name",
    "NAME",
    "ß",
    "ǅ",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "text",
    "환자가 왔다",
    "emoji 🚢🏥",
    "quotes \" and \\",
    "line\nbreak\ttab\r",
    "\u{1}\u{7f}\u{85}",
    "\u{2028}\u{feff}",
    "e\u{301}",
    "null",
    "true",
    "1.5",
    "{\"a\": 1}",
    "\"quoted\"",
    "\"",
    "ʰー々",
    "𠮷",
];

const DOUBLES: &[f64] =
    &[0.0, -0.0, 1.0, -2.5, 0.1, 1e7, 1.5e-5, 123_456.75, 1e16, 5e-324, f64::MAX, f64::NAN, f64::INFINITY];
const DECIMALS: &[&str] =
    &["0", "1", "-1.50", "0.000001", "1E+3", "12345678901234567890.1234", "-0.0", "NaN", "-Infinity"];

/// The documents, `_id` by number.
pub(super) fn documents(seed: u64) -> Result<Vec<Document>> {
    let mut generator = Generator { rng: StdRng::seed_from_u64(seed ^ 0x0DD5) };
    let mut documents: Vec<Document> = (0..DRAWN).map(|_| generator.document(DEPTH)).collect::<Result<_>>()?;
    documents.extend(extremes());
    for (id, document) in (0_i32..).zip(&mut documents) {
        document.insert("_id", id);
    }
    Ok(documents)
}

/// What is empty, nameless, long or deep.
fn extremes() -> Vec<Document> {
    let deep = (0..DEEP).fold(Bson::Int32(1), |inner, level| match level % 3 {
        0 => Bson::Array(vec![inner, Bson::Null]),
        _ => Bson::Document(doc! { "inner": inner }),
    });
    let fields: Document = (0..500).map(|number| (format!("field{:03}", 499 - number), Bson::Int32(number))).collect();
    vec![
        doc! {},
        doc! { "": "a field without a name" },
        doc! { "nested": { "": { "": [] } } },
        doc! { "empty": "", "document": {}, "array": [], "arrays": [[], [[]], {}], "binary": binary(0, Vec::new()) },
        doc! { "nulls": [null, null], "null": null, "later": [null, { "a": null }, { "a": 1 }, { "b": [null] }] },
        doc! { "long": "x".repeat(LONG) },
        doc! { "long": "나".repeat(LONG / 3), "quoted": "\"".repeat(LONG / 2) },
        doc! { "bytes": binary(0x80, vec![0xAB; LONG]) },
        doc! { "numbers": (0..5_000).collect::<Vec<i32>>() },
        doc! { "deep": deep },
        fields,
        doc! { "mixed": [1, "a"], "merged": [{ "x": 1 }, { "y": "b", "x": 2 }], "unmerged": [{ "x": 1 }, { "x": "a" }] },
        doc! { "a": { "b": 1 }, "a.b": 2, "l": [{ "a.b": 1 }, { "a": { "b": 2 } }] },
    ]
}

/// Documents without bytes, huge numbers or anything else that a text form of Java's own would spoil.
pub(super) fn readable() -> Vec<Document> {
    let texts = TEXTS.iter().filter(|text| !text.contains('\u{feff}'));
    (0_i32..)
        .zip(texts)
        .map(|(number, text)| {
            doc! {
                "_id": number, "keep": number % 2 == 0, "step": number, "text": *text, "list": [number, 2],
                "nested": { "deep": number, "date": DateTime::from_millis(i64::from(number) * 86_400_123) },
                "nothing": null, "ratio": f64::from(number) / 4.0,
            }
        })
        .collect()
}

/// What the schema of measures looks for. No decimals: connectors before 3.0, whose driver is a 4.x, refuse one where a schema
/// wants a number, and later ones make null of it, as ours does.
pub(super) fn measures() -> Vec<Document> {
    let numbers = |id: &str, whole: Bson, long: Bson, double: Bson| {
        doc! {
            "_id": id, "keep": true, "whole": whole, "long": long, "double": double, "date": DateTime::from_millis(1_500),
            "time": Timestamp { time: 1_700_000_000, increment: 5 }, "text": "바이트",
            "inner": { "deeper": { "deepest": ["as", "text"] } },
        }
    };
    vec![
        numbers("plain", Bson::Int32(1), Bson::Int64(2), Bson::Double(2.9)),
        numbers("narrowed", Bson::Int64(1 << 33 | 5), Bson::Int64((1 << 24) + 1), Bson::Double(-1e30)),
        numbers("no numbers", Bson::Double(f64::NAN), Bson::Double(1e300), Bson::Double(f64::INFINITY)),
        numbers("dates", Bson::DateTime(DateTime::from_millis(-1)), Bson::Int32(0), Bson::Int32(i32::MIN)),
        numbers("not a number", Bson::String("1".to_owned()), Bson::Null, Bson::Null),
        doc! { "_id": "bare", "keep": true, "inner": 5 },
    ]
}

struct Generator {
    rng: StdRng,
}

impl Generator {
    fn pick<'a, T: ?Sized>(&mut self, values: &[&'a T]) -> Result<&'a T> {
        values.choose(&mut self.rng).copied().ok_or_else(|| anyhow!("Nothing to pick from"))
    }

    /// A field of every type, in any order under any names.
    fn document(&mut self, depth: u32) -> Result<Document> {
        let mut document = Document::new();
        for kind in 0..KINDS {
            let name = self.pick(NAMES)?;
            // On the way down fewer and fewer, so that there is an end.
            if depth == DEPTH || self.rng.random_range(0..4) == 0 {
                let value = self.value(kind, depth)?;
                document.insert(name, value);
            }
        }
        Ok(document)
    }

    fn value(&mut self, kind: u32, depth: u32) -> Result<Bson> {
        let text = self.pick(TEXTS)?.to_owned();
        Ok(match kind {
            0 => Bson::Double(*self.pick(&DOUBLES.iter().collect::<Vec<_>>())?),
            1 => Bson::String(text),
            2 if depth > 0 => Bson::Document(self.document(depth - 1)?),
            3 if depth > 0 => {
                let count = self.rng.random_range(0..4);
                let values = (0..count).map(|_| {
                    let kind = self.rng.random_range(0..KINDS);
                    self.value(kind, depth - 1)
                });
                Bson::Array(values.collect::<Result<_>>()?)
            }
            2..=4 => binary(*self.pick(&[&0_u8, &3, &4, &5, &0x80])?, self.rng.random::<[u8; 16]>().to_vec()),
            5 => Bson::Undefined,
            6 => Bson::ObjectId(ObjectId::from_bytes(self.rng.random())),
            7 => Bson::Boolean(self.rng.random()),
            8 => Bson::DateTime(DateTime::from_millis(self.rng.random_range(-2_000_000_000_000..4_000_000_000_000))),
            9 => Bson::Null,
            10 => Bson::RegularExpression(Regex {
                pattern: "^a.\"*$".try_into().map_err(|error| anyhow!("{error}"))?,
                options: "im".try_into().map_err(|error| anyhow!("{error}"))?,
            }),
            11 => Bson::JavaScriptCode(text),
            12 => Bson::Symbol(text),
            13 => Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope { code: text, scope: doc! { "x": 1 } }),
            14 => Bson::Int32(self.rng.random()),
            15 => Bson::Timestamp(Timestamp { time: self.rng.random(), increment: self.rng.random() }),
            16 => Bson::Int64(self.rng.random()),
            17 => {
                let decimal: Decimal128 = self.pick(DECIMALS)?.parse().map_err(|error| anyhow!("{error}"))?;
                Bson::Decimal128(decimal)
            }
            18 => Bson::MinKey,
            _ => Bson::MaxKey,
        })
    }
}

const KINDS: u32 = 20;

fn binary(subtype: u8, bytes: Vec<u8>) -> Bson {
    Bson::Binary(Binary { subtype: BinarySubtype::from(subtype), bytes })
}
