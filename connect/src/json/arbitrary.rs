//! Documents out of a seed, with every BSON type at every depth: for property tests here, and for whoever fills a collection to
//! compare what comes out of Kafka.
//!
//! The bytes are laid out by hand, so that nothing about them depends on the code under test or on the `bson` crate. Names are
//! unique within a document, never begin with `$` and hold no dots; options of regular expressions are sorted and decimals
//! canonical, so that readers of other make give back the same bytes.

use bson::RawDocumentBuf;

use super::reader::tag;

/// All types, in the order of the specification.
pub const ALL_TYPES: [u8; 21] = [
    tag::DOUBLE,
    tag::STRING,
    tag::DOCUMENT,
    tag::ARRAY,
    tag::BINARY,
    tag::UNDEFINED,
    tag::OBJECT_ID,
    tag::BOOLEAN,
    tag::DATE,
    tag::NULL,
    tag::REGEX,
    tag::DB_POINTER,
    tag::CODE,
    tag::SYMBOL,
    tag::CODE_WITH_SCOPE,
    tag::INT32,
    tag::TIMESTAMP,
    tag::INT64,
    tag::DECIMAL128,
    tag::MIN_KEY,
    tag::MAX_KEY,
];

/// Levels of nesting below the document itself.
const DEPTH: u32 = 4;

/// Makes documents; the same seed and types make the same ones.
#[derive(Debug, Clone)]
pub struct Generator {
    state: u64,
    types: Vec<u8>,
}

impl Generator {
    /// A generator of all types.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, types: ALL_TYPES.to_vec() }
    }

    /// Leaves types out, by their type bytes: what some server does not keep.
    #[must_use]
    pub fn without(mut self, types: &[u8]) -> Self {
        self.types.retain(|tag| !types.contains(tag));
        self
    }

    /// A document of up to eight fields.
    pub fn document(&mut self) -> RawDocumentBuf {
        let count = self.below(9);
        let tags: Vec<u8> = (0..count).map(|_| self.tag(DEPTH)).collect();
        self.document_of(&tags, DEPTH)
    }

    /// A document with a field of each type, at the top level and below it.
    pub fn document_of_every_type(&mut self) -> RawDocumentBuf {
        let tags = self.types.clone();
        self.document_of(&tags, DEPTH)
    }

    fn document_of(&mut self, tags: &[u8], depth: u32) -> RawDocumentBuf {
        // The layout is right by construction; an empty document would make the caller's assertions fail.
        RawDocumentBuf::from_bytes(self.fields(tags, depth)).unwrap_or_default()
    }

    fn fields(&mut self, tags: &[u8], depth: u32) -> Vec<u8> {
        let elements: Vec<(u8, String)> = tags.iter().enumerate().map(|(at, tag)| (*tag, self.name(at))).collect();
        self.layout(&elements, depth)
    }

    fn layout(&mut self, elements: &[(u8, String)], depth: u32) -> Vec<u8> {
        let mut bytes = vec![0; 4];
        for (tag, name) in elements {
            bytes.push(*tag);
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
            self.value(*tag, depth, &mut bytes);
        }
        bytes.push(0);
        let size = bytes.len() as u32;
        bytes[..4].copy_from_slice(&size.to_le_bytes());
        bytes
    }

    fn value(&mut self, tag: u8, depth: u32, bytes: &mut Vec<u8>) {
        match tag {
            tag::DOUBLE => bytes.extend_from_slice(&self.double().to_le_bytes()),
            tag::STRING | tag::CODE | tag::SYMBOL => self.string(bytes),
            tag::DOCUMENT => {
                let tags = self.tags(depth);
                bytes.extend_from_slice(&self.fields(&tags, depth.saturating_sub(1)));
            }
            tag::ARRAY => {
                let tags = self.tags(depth);
                let elements: Vec<_> = tags.iter().enumerate().map(|(at, tag)| (*tag, at.to_string())).collect();
                bytes.extend_from_slice(&self.layout(&elements, depth.saturating_sub(1)));
            }
            tag::BINARY => self.binary(bytes),
            tag::OBJECT_ID => self.random(12, bytes),
            tag::BOOLEAN => bytes.push(self.below(2) as u8),
            tag::DATE => bytes.extend_from_slice(&self.date().to_le_bytes()),
            tag::REGEX => {
                let pattern = self.text();
                bytes.extend(pattern.bytes().filter(|byte| *byte != 0));
                bytes.push(0);
                bytes.extend_from_slice(self.pick(&["", "i", "im", "imsx"]).as_bytes());
                bytes.push(0);
            }
            tag::DB_POINTER => {
                self.string(bytes);
                self.random(12, bytes);
            }
            tag::CODE_WITH_SCOPE => {
                let start = bytes.len();
                bytes.extend_from_slice(&[0; 4]);
                self.string(bytes);
                let tags = self.tags(depth);
                bytes.extend_from_slice(&self.fields(&tags, depth.saturating_sub(1)));
                let size = (bytes.len() - start) as u32;
                bytes[start..start + 4].copy_from_slice(&size.to_le_bytes());
            }
            tag::INT32 => bytes.extend_from_slice(&(self.integer() as i32).to_le_bytes()),
            tag::TIMESTAMP => self.random(8, bytes),
            tag::INT64 => bytes.extend_from_slice(&self.integer().to_le_bytes()),
            tag::DECIMAL128 => bytes.extend_from_slice(&self.decimal128().to_le_bytes()),
            _ => {}
        }
    }

    /// Types for the inside of a value; fewer and shallower the deeper it lies.
    fn tags(&mut self, depth: u32) -> Vec<u8> {
        let count = if depth == 0 { 0 } else { self.below(u64::from(depth) + 1) };
        (0..count).map(|_| self.tag(depth)).collect()
    }

    fn tag(&mut self, depth: u32) -> u8 {
        let nesting = [tag::DOCUMENT, tag::ARRAY, tag::CODE_WITH_SCOPE];
        let at = self.below(self.types.len() as u64) as usize;
        let tag = self.types[at];
        if depth == 0 && nesting.contains(&tag) { tag::NULL } else { tag }
    }

    fn name(&mut self, at: usize) -> String {
        const STEMS: [&str; 8] = ["a", "name", "kéy \"q\"", "환자", "😀", "ー\u{301}", "with space", "\u{7f}\\"];
        // The number keeps names apart; the first may be the bare stem, even the empty one.
        let stem = *self.pick(&STEMS);
        if at == 0 { stem.to_owned() } else { format!("{stem}{at}") }
    }

    fn string(&mut self, bytes: &mut Vec<u8>) {
        let text = self.text();
        bytes.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
    }

    /// Up to forty characters, mostly of the kinds that need a decision.
    fn text(&mut self) -> String {
        let count = self.below(41);
        (0..count).map(|_| self.character()).collect()
    }

    fn character(&mut self) -> char {
        let (from, to) =
            [(0x20, 0x7E), (0x20, 0x7E), (0, 0x9F), (0xA0, 0x24F), (0x300, 0x2FFF), (0x3000, 0x9FFF), (0xAC00, 0xD7A3)]
                .get(self.below(9) as usize)
                .copied()
                .unwrap_or((0xE000, 0x10_FFFF));
        char::from_u32(from + self.below(u64::from(to - from) + 1) as u32).unwrap_or('?')
    }

    fn binary(&mut self, bytes: &mut Vec<u8>) {
        const OLD_GENERIC: u8 = 2;
        let subtype = *self.pick(&[0, 1, OLD_GENERIC, 3, 4, 5, 0x80, 0xFF]);
        let size = if matches!(subtype, 3 | 4) { 16 } else { self.below(40) };
        let outer = if subtype == OLD_GENERIC { size + 4 } else { size };
        bytes.extend_from_slice(&(outer as u32).to_le_bytes());
        bytes.push(subtype);
        if subtype == OLD_GENERIC {
            bytes.extend_from_slice(&(size as u32).to_le_bytes());
        }
        self.random(size, bytes);
    }

    fn double(&mut self) -> f64 {
        const SPECIAL: [f64; 12] = [
            0.0,
            -0.0,
            1.0,
            1e7,
            9_999_999.0,
            1e-3,
            9.99e-4,
            f64::MIN_POSITIVE,
            5e-324,
            f64::MAX,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        match self.below(4) {
            0 => *self.pick(&SPECIAL),
            1 => (self.integer() >> 20) as f64 / 100.0,
            // One NaN for all: JSON has a single text for them.
            _ => Some(f64::from_bits(self.next())).filter(|number| !number.is_nan()).unwrap_or(f64::NAN),
        }
    }

    fn date(&mut self) -> i64 {
        match self.below(3) {
            0 => *self.pick(&[0, -1, 1, 999, i64::MIN, i64::MAX, 253_402_300_799_999, 253_402_300_800_000]),
            1 => self.integer(),
            _ => self.below(4_000_000_000_000) as i64,
        }
    }

    fn integer(&mut self) -> i64 {
        let shift = self.below(64);
        self.next() as i64 >> shift
    }

    /// Zeros, NaN, infinities, and canonical numbers of all sizes.
    fn decimal128(&mut self) -> u128 {
        const BIAS: u64 = 6176;
        let sign = u128::from(self.below(2)) << 127;
        match self.below(8) {
            0 => 0x7C << 120,
            1 => sign | 0x78 << 120,
            _ => {
                let digits = self.below(35) as u32;
                let random = u128::from(self.next()) << 64 | u128::from(self.next());
                let significand = random % 10u128.pow(digits);
                let exponent = if self.below(2) == 0 { self.below(12_288) } else { BIAS - 20 + self.below(40) };
                sign | u128::from(exponent) << 113 | significand
            }
        }
    }

    fn random(&mut self, size: u64, bytes: &mut Vec<u8>) {
        for _ in 0..size {
            bytes.push(self.next() as u8);
        }
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// SplitMix64: good enough, and the same on every machine.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }
}

/// Documents for property tests.
#[cfg(test)]
pub(crate) fn document() -> impl proptest::strategy::Strategy<Value = RawDocumentBuf> {
    use proptest::prelude::*;
    (any::<u64>(), any::<bool>()).prop_map(|(seed, is_complete)| {
        let mut generator = Generator::new(seed);
        if is_complete { generator.document_of_every_type() } else { generator.document() }
    })
}
