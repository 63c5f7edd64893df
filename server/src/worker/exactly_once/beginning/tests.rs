#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::rawdoc;
use connect::position::{Phase, ResumePoint, ResumeToken};
use serde_json::{Map, json};
use uuid::Uuid;

use super::*;
use crate::ids::{ConnectorId, TaskNumber};
use connect::position::OfficialOffset;

const LEASE: Lease = Lease { connector: ConnectorId(Uuid::from_u128(7)), task: TaskNumber(0), epoch: LeaseEpoch(5) };

/// A stream's position at a second.
fn at(second: u32) -> Position {
    let token = ResumeToken::new(rawdoc! { "_data": format!("82{second:08X}0000000129") });
    Position { phase: Phase::Stream { resume: ResumePoint::event(token, None) }, selection: Selection::default() }
}

fn kept(second: u32, epoch: i64, connector: Uuid) -> Option<StoredOffset> {
    let mut reached = Reached::default();
    reached.note("t", 0, 9);
    let kept = KeptPosition { position: at(second), connector: connector.to_string(), epoch, reached };
    Some(StoredOffset::Own(Box::new(kept)))
}

fn official(second: u32) -> Option<StoredOffset> {
    let values: Map<String, serde_json::Value> =
        [("_id".to_owned(), json!(format!(r#"{{"_data": "82{second:08X}0000000129"}}"#)))].into_iter().collect();
    Some(StoredOffset::Official(OfficialOffset::read(&values).unwrap()))
}

fn row(second: u32, epoch: i64, keeper: Keeper) -> Option<StoredPosition> {
    Some(StoredPosition { position: at(second).to_json(), epoch: LeaseEpoch(epoch), keeper })
}

fn found(stored: Option<StoredOffset>, remembered: Option<StoredPosition>) -> Result<Option<Position>, ErrorKind> {
    let found = weigh(stored, remembered, Selection::default(), LEASE, "offsets");
    found.map(|found| found.position).map_err(|error| error.kind())
}

#[test]
fn a_position_that_is_gone_from_its_topic_is_never_taken_for_none() {
    assert_eq!(found(None, row(1, 4, Keeper::Kafka)), Err(ErrorKind::PositionLost));
    assert_eq!(found(None, None), Ok(None));
}

#[test]
fn the_topic_counts_and_the_copy_of_it_does_not() {
    let ours = LEASE.connector.0;

    assert_eq!(found(kept(2, 4, ours), row(1, 5, Keeper::Kafka)), Ok(Some(at(2))));
    assert_eq!(found(official(2), row(9, 5, Keeper::Kafka)), Ok(Some(at(2))));
}

#[test]
fn what_was_committed_at_least_once_meanwhile_counts() {
    let (ours, other) = (LEASE.connector.0, Uuid::from_u128(8));

    assert_eq!(found(None, row(1, 4, Keeper::Postgres)), Ok(Some(at(1))));
    assert_eq!(found(kept(2, 3, ours), row(1, 4, Keeper::Postgres)), Ok(Some(at(1))), "under a newer epoch");
    assert_eq!(found(kept(2, 4, ours), row(1, 3, Keeper::Postgres)), Ok(Some(at(2))), "under an older epoch");
    assert_eq!(found(official(2), row(3, 4, Keeper::Postgres)), Ok(Some(at(3))), "later");
    assert_eq!(
        found(kept(4, 9, other), row(3, 4, Keeper::Postgres)),
        Ok(Some(at(4))),
        "another connector's, and later"
    );
}

#[test]
fn an_epoch_from_the_future_is_told_and_nothing_is_begun() {
    let found = weigh(kept(2, 6, LEASE.connector.0), None, Selection::default(), LEASE, "offsets").unwrap();

    assert_eq!(found, Found { newer_epoch: Some(LeaseEpoch(6)), ..Found::default() });
}
