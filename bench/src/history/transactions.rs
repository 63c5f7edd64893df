//! Whether records and positions came in transactions: each whole, each with its position.
//!
//! A consumer is never shown the markers that end transactions, but each has an offset: in a topic of one partition with one
//! writer, a gap between two records is the end of a transaction. What is demanded:
//!
//! * **Whole.** Of a transaction's records a reader of committed records sees all or none.
//! * **Together.** Between the last event of a committed transaction and the first of the next there is a committed position, and
//!   no committed position lies between two events of one transaction.

use std::collections::BTreeSet;

/// A record of the topic, aborted ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) offset: i64,
    /// The event's token; `None` for a copied document.
    pub(crate) token: Option<String>,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    pub(crate) committed: usize,
    pub(crate) aborted: usize,
    /// What is wrong, a sentence each.
    pub(crate) faults: Vec<String>,
}

/// Weighs every record of the topic in the order of offsets against the offsets a reader of committed records sees, and the tokens
/// of the committed positions.
pub(crate) fn weigh(entries: &[Entry], committed: &BTreeSet<i64>, positions: &BTreeSet<String>) -> Findings {
    let mut findings = Findings::default();
    let mut kept: Vec<&[Entry]> = Vec::new();
    for transaction in entries.chunk_by(|one, next| next.offset == one.offset + 1) {
        let seen = transaction.iter().filter(|entry| committed.contains(&entry.offset)).count();
        let (first, last) = (transaction[0].offset, transaction[transaction.len() - 1].offset);
        if seen == 0 {
            findings.aborted += 1;
        } else {
            findings.committed += 1;
            kept.push(transaction);
        }
        if seen != 0 && seen != transaction.len() {
            findings
                .faults
                .push(format!("of the records {first} to {last}, {seen} are committed and the others are not"));
        }
    }
    let mut spans = kept.iter().filter_map(|transaction| span(transaction)).peekable();
    while let Some((first, last)) = spans.next() {
        if let Some(inside) = positions.range(first.to_owned()..last.to_owned()).next() {
            findings.faults.push(format!("the position {inside} lies inside the transaction from {first} to {last}"));
        }
        let next = spans.peek().map(|(next, _)| *next);
        let mut behind = positions.range(last.to_owned()..);
        if behind.next().is_none_or(|position| next.is_some_and(|next| position.as_str() >= next)) {
            findings.faults.push(format!("the transaction from {first} to {last} has no position of its own"));
        }
    }
    findings
}

/// Tokens of the first and last event of a transaction; `None` where it has only copied documents.
fn span(transaction: &[Entry]) -> Option<(&str, &str)> {
    let tokens = || transaction.iter().filter_map(|entry| entry.token.as_deref());
    Some((tokens().min()?, tokens().max()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two transactions of two events each, with a marker behind each, and one that was aborted between them.
    fn entries() -> Vec<Entry> {
        [(0, "01"), (1, "02"), (3, "03"), (5, "03"), (6, "04")]
            .map(|(offset, token)| Entry { offset, token: Some(token.to_owned()) })
            .to_vec()
    }

    fn weigh_with(committed: &[i64], positions: &[&str]) -> Findings {
        let positions = positions.iter().map(|position| (*position).to_owned()).collect();
        weigh(&entries(), &committed.iter().copied().collect(), &positions)
    }

    #[test]
    fn whole_transactions_with_their_positions_are_good() {
        let findings = weigh_with(&[0, 1, 5, 6], &["02", "04"]);

        assert_eq!(findings, Findings { committed: 2, aborted: 1, faults: Vec::new() });
    }

    #[test]
    fn half_a_transaction_is_found() {
        assert_eq!(weigh_with(&[0, 5, 6], &["02", "04"]).faults.len(), 1);
    }

    #[test]
    fn a_transaction_without_its_position_is_found() {
        assert_eq!(weigh_with(&[0, 1, 5, 6], &["04"]).faults.len(), 1);
        assert_eq!(weigh_with(&[0, 1, 5, 6], &["02"]).faults.len(), 1);
    }

    #[test]
    fn a_position_inside_a_transaction_is_found() {
        assert_eq!(weigh_with(&[0, 1, 5, 6], &["01", "02", "04"]).faults.len(), 1);
    }

    #[test]
    fn copied_documents_have_no_token_to_compare() {
        let entries = [Entry { offset: 0, token: None }, Entry { offset: 1, token: None }];

        let findings = weigh(&entries, &BTreeSet::from([0, 1]), &BTreeSet::new());

        assert_eq!(findings, Findings { committed: 1, aborted: 0, faults: Vec::new() });
    }
}
