//! Kafka's requests on the wire, as far as the proxy looks: four bytes of length, then the kind.

/// EndTxn: ends a transaction, by commit or abort.
const END_TXN: u16 = 26;

const LENGTH_BYTES: usize = 4;

/// A whole request at the beginning of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Its length included.
    pub(super) size_bytes: usize,
    pub(super) ends_transaction: bool,
}

impl Request {
    /// The first request of the buffer, once all of it is there.
    pub(super) fn first(buffer: &[u8]) -> Option<Self> {
        let (length, rest) = buffer.split_first_chunk::<LENGTH_BYTES>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let body = rest.get(..length)?;
        let kind = body.first_chunk().map(|kind| u16::from_be_bytes(*kind));
        Some(Self { size_bytes: LENGTH_BYTES + length, ends_transaction: kind == Some(END_TXN) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_when_all_of_it_is_there() {
        let request = [0, 0, 0, 4, 0, 26, 0, 3, 99];

        assert_eq!(Request::first(&request[..7]), None);
        assert_eq!(Request::first(&request), Some(Request { size_bytes: 8, ends_transaction: true }));
        assert_eq!(Request::first(&[0, 0, 0, 2, 0, 3]), Some(Request { size_bytes: 6, ends_transaction: false }));
    }
}
