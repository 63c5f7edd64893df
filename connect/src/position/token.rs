//! Resume tokens: opaque documents, kept as the server sent them, of which only the time inside is ever read.

use bson::{RawDocument, RawDocumentBuf, Timestamp};

/// A change stream's resume token.
#[derive(Debug, Clone, PartialEq)]
pub struct ResumeToken(RawDocumentBuf);

impl ResumeToken {
    /// A token as the server sent it: an event's `_id`, or a reply's `postBatchResumeToken`.
    pub fn new(document: RawDocumentBuf) -> Self {
        Self(document)
    }

    /// The token's document, to be handed back to the server.
    pub fn as_document(&self) -> &RawDocument {
        &self.0
    }

    /// The cluster time inside the token, or `None` where the token has another form than MongoDB's own.
    pub fn time(&self) -> Option<Timestamp> {
        time_in(self.data()?)
    }

    /// `_data`: hexadecimal text that sorts in stream order, or `None` where the token has another form.
    pub fn data(&self) -> Option<&str> {
        self.0.get("_data").ok().flatten()?.as_str()
    }

    /// Whether this token stands at or before `other` in the stream; `None` when either has an unknown form.
    pub fn is_at_or_before(&self, other: &Self) -> Option<bool> {
        Some(self.data()? <= other.data()?)
    }
}

/// The 64-bit timestamp behind the key string's type byte: `82` and sixteen hexadecimal digits.
fn time_in(data: &str) -> Option<Timestamp> {
    let digits = data.strip_prefix("82")?.get(..16)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let bits = u64::from_str_radix(digits, 16).ok()?;
    Some(Timestamp { time: u32::try_from(bits >> 32).ok()?, increment: u32::try_from(bits & 0xffff_ffff).ok()? })
}

#[cfg(test)]
mod tests {
    use bson::rawdoc;

    use super::*;

    #[test]
    fn reads_the_time_inside_a_token() {
        let token = ResumeToken::new(rawdoc! { "_data": "8263A1B2C30000000729295A1004AB" });

        assert_eq!(token.time(), Some(Timestamp { time: 0x63a1_b2c3, increment: 7 }));
    }

    #[test]
    fn reads_no_time_from_another_form() {
        for token in [
            rawdoc! { "_data": "8263A1" },
            rawdoc! { "_data": "0163A1B2C30000000729" },
            rawdoc! { "_data": "82+3A1B2C300000007" },
            rawdoc! { "_data": 7 },
            rawdoc! { "other": "8263A1B2C30000000729" },
            rawdoc! {},
        ] {
            assert_eq!(ResumeToken::new(token.clone()).time(), None, "{token:?}");
        }
    }

    #[test]
    fn tokens_sort_by_their_text() {
        let earlier = ResumeToken::new(rawdoc! { "_data": "8263A1B2C300000007" });
        let later = ResumeToken::new(rawdoc! { "_data": "8263A1B2C300000008" });
        let foreign = ResumeToken::new(rawdoc! { "value": 1 });

        assert_eq!(earlier.is_at_or_before(&later), Some(true));
        assert_eq!(later.is_at_or_before(&earlier), Some(false));
        assert_eq!(later.is_at_or_before(&later), Some(true));
        assert_eq!(later.is_at_or_before(&foreign), None);
    }
}
