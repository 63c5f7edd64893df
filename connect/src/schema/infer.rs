//! `output.schema.infer.value`: a schema for one document, from that document alone.
//!
//! The rules are the official connector's: `_id` first, then fields by name; everything optional; arrays have one element
//! schema, to which structures are joined field by field and any other difference is text. Where its rules depend on the
//! identity of a Java object, which makes an empty array or a null first look like text and then like anything, so do these.

use bson::RawDocument;

use super::index::{as_map, by_utf16};
use super::project::{MAX_DEPTH, ProjectError};
use super::value::Decimal;
use super::{Field, Kind, Schema};
use crate::json::lossy;
use crate::json::reader::{Element, Reader, elements, tag};

/// Name of the schema of the whole document.
const TOP: &str = "default";
const ID: &[u8] = b"_id";

/// The schema of a document.
///
/// # Errors
/// The document is malformed, has a field without a name, or a decimal that is no number.
pub fn infer(document: &RawDocument) -> Result<Schema, ProjectError> {
    let guess = guess_document(document, 0)?;
    Ok(schema_of(guess, TOP.to_owned(), Need::Required))
}

/// What a value looks like; names come later, since they are the way from the top.
#[derive(Clone)]
enum Guess<'a> {
    /// A null, or the elements of an empty array: text, unless something else comes.
    Open,
    Text,
    Boolean,
    Int32,
    Int64,
    Float64,
    Bytes,
    Decimal {
        scale: i32,
    },
    Timestamp,
    Array(Box<Guess<'a>>),
    /// Sorted: `_id`, then by name.
    Struct(Vec<(&'a [u8], Guess<'a>)>),
}

impl PartialEq for Guess<'_> {
    /// The schemas would be equal; an open one is one of text.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Open | Self::Text, Self::Open | Self::Text)
            | (Self::Boolean, Self::Boolean)
            | (Self::Int32, Self::Int32)
            | (Self::Int64, Self::Int64)
            | (Self::Float64, Self::Float64)
            | (Self::Bytes, Self::Bytes)
            | (Self::Timestamp, Self::Timestamp) => true,
            (Self::Decimal { scale: left }, Self::Decimal { scale: right }) => left == right,
            (Self::Array(left), Self::Array(right)) => left == right,
            (Self::Struct(left), Self::Struct(right)) => left == right,
            _ => false,
        }
    }
}

fn guess_document(document: &RawDocument, depth: usize) -> Result<Guess<'_>, ProjectError> {
    if depth > MAX_DEPTH {
        return Err(ProjectError::TooDeep);
    }
    let mut fields = as_map(document)?;
    if fields.iter().any(|field| field.name.is_empty()) {
        return Err(ProjectError::NamelessField);
    }
    fields.sort_by(|left, right| by_name(left.name, right.name));
    let guessed = fields.into_iter().map(|field| Ok((field.name, guess(&field, depth)?)));
    guessed.collect::<Result<_, ProjectError>>().map(Guess::Struct)
}

/// `_id` before all others.
fn by_name(left: &[u8], right: &[u8]) -> std::cmp::Ordering {
    (left != ID).cmp(&(right != ID)).then_with(|| by_utf16(left, right))
}

fn guess<'a>(element: &Element<'a>, depth: usize) -> Result<Guess<'a>, ProjectError> {
    Ok(match element.tag {
        tag::BOOLEAN => Guess::Boolean,
        tag::INT32 => Guess::Int32,
        tag::INT64 => Guess::Int64,
        tag::DOUBLE => Guess::Float64,
        tag::DECIMAL128 => {
            let decimal = Decimal::of_bits(Reader::new(element.value).decimal128()?)?;
            Guess::Decimal { scale: decimal.scale }
        }
        tag::DATE | tag::TIMESTAMP => Guess::Timestamp,
        tag::DOCUMENT => guess_document(element.nested()?, depth + 1)?,
        tag::ARRAY => Guess::Array(Box::new(guess_elements(element.nested()?, depth + 1)?)),
        tag::BINARY => Guess::Bytes,
        tag::NULL => Guess::Open,
        _ => Guess::Text,
    })
}

/// One guess for all elements. Once it is text it stays text, and the rest is not looked at.
fn guess_elements(array: &RawDocument, depth: usize) -> Result<Guess<'_>, ProjectError> {
    if depth > MAX_DEPTH {
        return Err(ProjectError::TooDeep);
    }
    let mut joined = Guess::Open;
    for element in elements(array) {
        joined = join(joined, guess(&element?, depth)?);
        if matches!(joined, Guess::Text) {
            break;
        }
    }
    Ok(joined)
}

fn join<'a>(first: Guess<'a>, second: Guess<'a>) -> Guess<'a> {
    match (first, second) {
        (Guess::Open, other) | (other, Guess::Open) => other,
        (first, second) if first == second => first,
        (Guess::Array(first), Guess::Array(second)) => Guess::Array(Box::new(join(*first, *second))),
        (Guess::Struct(first), Guess::Struct(second)) => Guess::Struct(join_fields(first, second)),
        _ => Guess::Text,
    }
}

type Fields<'a> = Vec<(&'a [u8], Guess<'a>)>;

/// Fields of both, in order. Equal ones stay as they are in the first, even if it is open and the second is text.
fn join_fields<'a>(first: Fields<'a>, second: Fields<'a>) -> Fields<'a> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let mut joined = Vec::with_capacity(first.len().max(second.len()));
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    loop {
        let order = match (first.peek(), second.peek()) {
            (Some((left, _)), Some((right, _))) => by_name(left, right),
            (Some(_), None) => Less,
            (None, Some(_)) => Greater,
            (None, None) => return joined,
        };
        match order {
            Less => joined.extend(first.next()),
            Greater => joined.extend(second.next()),
            Equal => {
                if let (Some((name, left)), Some((_, right))) = (first.next(), second.next()) {
                    joined.push((name, if left == right { left } else { join(left, right) }));
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

/// The schema of a guess at a path.
fn schema_of(guess: Guess<'_>, path: String, need: Need) -> Schema {
    let mut schema = match guess {
        Guess::Open | Guess::Text => Schema::new(Kind::String),
        Guess::Boolean => Schema::new(Kind::Boolean),
        Guess::Int32 => Schema::new(Kind::Int32),
        Guess::Int64 => Schema::new(Kind::Int64),
        Guess::Float64 => Schema::new(Kind::Float64),
        Guess::Bytes => Schema::new(Kind::Bytes),
        Guess::Decimal { scale } => Schema::decimal(scale),
        Guess::Timestamp => Schema::timestamp(),
        Guess::Array(element) => {
            let element = schema_of(*element, path.clone(), Need::Optional);
            Schema::new(Kind::Array(element.into())).named(path)
        }
        Guess::Struct(fields) => {
            let fields = fields.into_iter().map(|(name, guess)| field(&path, name, guess)).collect();
            Schema::new(Kind::Struct(fields)).named(path)
        }
    };
    schema.is_optional = need == Need::Optional;
    schema
}

/// A field is named by its path: joined with `_`, and not by the name of the whole. An `_id` begins anew wherever it is.
fn field(path: &str, name: &[u8], guess: Guess<'_>) -> Field {
    let text = lossy(name).into_owned();
    let path = if name == ID || path == TOP { text.clone() } else { format!("{path}_{text}") };
    Field { name: text, schema: schema_of(guess, path, Need::Optional) }
}
