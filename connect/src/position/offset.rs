//! A position in the form of the official connector's source offsets, as the Kafka Connect API shows them.

use bson::raw::cstr;
use bson::{RawBson, RawDocument, RawDocumentBuf};

use super::{NamespaceCopy, Phase, Position};
use crate::json::{Style, Unreadable, to_text};

impl Position {
    /// Names and values of the offset: `_id` (relaxed JSON text), and `copy` = `"true"` while copying. All values are strings.
    ///
    /// While copying, `_id` names the newest copied document of the collection that is being copied, in the official form
    /// `{"_id": …, "copyingData": true}`; before the first one it is the token where the stream will begin.
    ///
    /// # Errors
    /// A token or an `_id` cannot be written as JSON.
    pub fn official_offset(&self) -> Result<Vec<(&'static str, String)>, Unreadable> {
        let relaxed = |document: &RawDocument| to_text(document, Style::Relaxed);
        let (id, is_copy) = match &self.phase {
            Phase::Stream { resume } => (relaxed(resume.token.as_document())?, false),
            Phase::Copy { start, namespaces } => match newest_id(namespaces) {
                Some(id) => (relaxed(&copying_id(id))?, true),
                None => (relaxed(start.token.as_document())?, true),
            },
        };
        let mut offset = vec![("_id", id)];
        if is_copy {
            offset.push(("copy", "true".to_owned()));
        }
        Ok(offset)
    }
}

/// The last `_id` of the first collection under way, or else of the last one that is done.
fn newest_id(namespaces: &[NamespaceCopy]) -> Option<&RawBson> {
    let newest = |copy: &&NamespaceCopy| newest_id_of(copy).is_some();
    let under_way = namespaces.iter().filter(|copy| !copy.is_done).find(newest);
    let done = || namespaces.iter().rev().find(newest);
    under_way.or_else(done).and_then(newest_id_of)
}

/// Of ranges side by side, that of the first one under way.
fn newest_id_of(copy: &NamespaceCopy) -> Option<&RawBson> {
    let under_way = copy.ranges.iter().filter(|range| !range.is_done);
    let ranges = || under_way.chain(copy.ranges.iter().rev()).find_map(|range| range.last_id.as_ref());
    copy.last_id.as_ref().or_else(ranges)
}

fn copying_id(id: &RawBson) -> RawDocumentBuf {
    let mut document = RawDocumentBuf::new();
    document.append(cstr!("_id"), id.as_raw_bson_ref());
    document.append(cstr!("copyingData"), true);
    document
}
