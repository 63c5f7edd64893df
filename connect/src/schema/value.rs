//! Values of the Connect data API. They do not carry their schema: whoever has one knows the other.

use bytes::Bytes;

/// A value; which of the forms it has is its schema's doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, where the schema is optional.
    Null,
    /// Of [`super::Kind::Int8`].
    Int8(i8),
    /// Of [`super::Kind::Int16`].
    Int16(i16),
    /// Of [`super::Kind::Int32`].
    Int32(i32),
    /// Of [`super::Kind::Int64`].
    Int64(i64),
    /// Of [`super::Kind::Float32`].
    Float32(f32),
    /// Of [`super::Kind::Float64`].
    Float64(f64),
    /// Of [`super::Kind::Boolean`].
    Boolean(bool),
    /// Of [`super::Kind::String`].
    String(String),
    /// Of [`super::Kind::Bytes`].
    Bytes(Bytes),
    /// Of the logical type [`super::DECIMAL`].
    Decimal(Decimal),
    /// Of the logical types [`super::DATE`], [`super::TIME`] and [`super::TIMESTAMP`]: milliseconds since 1970.
    Instant(i64),
    /// Elements in order.
    Array(Vec<Value>),
    /// Entries in the order in which their keys first came; no key twice.
    Map(Vec<(String, Value)>),
    /// One value for each field of the schema, in its order.
    Struct(Vec<Value>),
}

/// A decimal number: `unscaled` times ten to the power of minus `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Its digits as a whole number. BSON's have 34 at most.
    pub unscaled: i128,
    /// How many of them are behind the point.
    pub scale: i32,
}

/// A BSON decimal that is no number to Java's `BigDecimal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalFault {
    /// NaN.
    #[error("NaN can not be converted to a BigDecimal")]
    NotANumber,
    /// One of the infinities.
    #[error("Infinity can not be converted to a BigDecimal")]
    Infinite,
    /// Zero with a minus sign.
    #[error("Negative zero can not be converted to a BigDecimal")]
    NegativeZero,
}

impl Decimal {
    /// Reads the 128 bits of a BSON decimal.
    pub(crate) fn of_bits(bits: u128) -> Result<Self, DecimalFault> {
        use crate::json::decimal::{Bits, split};
        match split(bits) {
            Bits::NotANumber => Err(DecimalFault::NotANumber),
            Bits::Infinity { .. } => Err(DecimalFault::Infinite),
            Bits::Number { is_negative: true, significand: 0, .. } => Err(DecimalFault::NegativeZero),
            Bits::Number { is_negative, significand, exponent } => {
                // 113 bits at most.
                let magnitude = significand as i128;
                Ok(Self { unscaled: if is_negative { -magnitude } else { magnitude }, scale: -exponent })
            }
        }
    }

    /// The digits as `BigInteger.toByteArray` gives them: two's complement, big end first, no byte more than needed.
    pub fn unscaled_bytes(&self) -> Vec<u8> {
        let bytes = self.unscaled.to_be_bytes();
        let is_needless =
            |pair: &[u8]| matches!(pair, [0, next] if *next < 0x80) || matches!(pair, [0xFF, next] if *next >= 0x80);
        let start = bytes.windows(2).take_while(|pair| is_needless(pair)).count();
        bytes[start..].to_vec()
    }
}
