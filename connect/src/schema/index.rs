//! A document's fields by name.

use std::cmp::Ordering;

use bson::RawDocument;

use crate::json::reader::{Element, elements};
use crate::json::{Unreadable, lossy};

const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// The fields of a document, sorted by the bytes of their names; the first of two with one name counts, as for the driver's
/// raw documents.
pub(super) struct Index<'a>(Vec<Element<'a>>);

impl<'a> Index<'a> {
    pub(super) fn of(document: &'a RawDocument) -> Result<Self, Unreadable> {
        let mut fields: Vec<Element<'a>> = elements(document).collect::<Result<_, _>>()?;
        // Stable: of equal names the first stays in front.
        fields.sort_by(|left, right| left.name.cmp(right.name));
        Ok(Self(fields))
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<&Element<'a>> {
        let at = self.0.partition_point(|element| element.name < name);
        self.0.get(at).filter(|element| element.name == name).or_else(|| self.find_decoded(name))
    }

    /// A name that is not UTF-8 is found by what it is decoded to, in which some character was replaced.
    fn find_decoded(&self, name: &[u8]) -> Option<&Element<'a>> {
        let is_replaced = name.windows(REPLACEMENT.len()).any(|bytes| bytes == REPLACEMENT);
        self.0.iter().find(|element| is_replaced && lossy(element.name).as_bytes() == name)
    }
}

/// The fields of a document in the order in which their names first came, each with its last value: what a Java map makes of
/// them.
pub(super) fn as_map(document: &RawDocument) -> Result<Vec<Element<'_>>, Unreadable> {
    let mut fields: Vec<Element<'_>> = elements(document).collect::<Result<_, _>>()?;
    let mut sorted: Vec<usize> = (0..fields.len()).collect();
    sorted.sort_by(|left, right| fields[*left].name.cmp(fields[*right].name));
    if sorted.windows(2).all(|pair| fields[pair[0]].name != fields[pair[1]].name) {
        return Ok(fields);
    }
    let mut kept: Vec<Element<'_>> = Vec::with_capacity(fields.len());
    for field in fields.drain(..) {
        match kept.iter_mut().find(|earlier| earlier.name == field.name) {
            Some(earlier) => *earlier = field,
            None => kept.push(field),
        }
    }
    Ok(kept)
}

/// The order of Java's strings, by UTF-16 units: what lies outside the basic plane comes before its last 8,192 characters.
pub(super) fn by_utf16(left: &[u8], right: &[u8]) -> Ordering {
    const FIRST_OF_FOUR: u8 = 0xF0;
    const PRIVATE_USE_AND_BEYOND: u8 = 0xEE;
    let differing = left.iter().zip(right).find(|(left, right)| left != right);
    match differing {
        Some((&left, &right)) if left >= FIRST_OF_FOUR && (PRIVATE_USE_AND_BEYOND..FIRST_OF_FOUR).contains(&right) => {
            Ordering::Less
        }
        Some((&left, &right)) if right >= FIRST_OF_FOUR && (PRIVATE_USE_AND_BEYOND..FIRST_OF_FOUR).contains(&left) => {
            Ordering::Greater
        }
        _ => left.cmp(right),
    }
}
