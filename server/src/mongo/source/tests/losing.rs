//! Positions that MongoDB does not resume any more, under each policy.

use bson::Timestamp;
use connect::config::LostPositionPolicy;
use connect::position::{Recovery, ResumePoint};

use super::super::super::wire::{Wire, batch, refusal};
use super::refusals::{change_stream, config_on, database, event, is, nothing, token};
use super::*;

fn at(seconds: u32) -> Option<Timestamp> {
    Some(Timestamp { time: seconds, increment: 1 })
}

fn stored(config: &SourceConfig, recovery: Recovery) -> Position {
    let resume = ResumePoint::event(ResumeToken::new(bson::RawDocumentBuf::try_from(&token(1_003)).unwrap()), None);
    Position { phase: Phase::Stream { resume: ResumePoint { recovery, ..resume } }, selection: Selection::of(config) }
}

/// A server that refuses to go on after a token with this code; it has the events 1001 to 1005 at the times of their numbers, and
/// an oplog that begins at the time 1000.
async fn refusing(code: i32) -> Wire {
    let mut is_read = false;
    Wire::answering(move |command| {
        Some(match command.keys().next().unwrap().as_str() {
            "listCollections" => batch("firstBatch", 0, vec![doc! { "name": "patients", "type": "collection" }], None),
            "count" => doc! { "ok": 1, "n": 1 },
            "find" if command.get_str("find").is_ok_and(|name| name == "oplog.rs") => {
                batch("firstBatch", 0, vec![doc! { "ts": Timestamp { time: 1_000, increment: 1 } }], None)
            }
            "find" => batch("firstBatch", 0, vec![doc! { "_id": 1 }], None),
            "aggregate" => match change_stream(command) {
                Some(options) if options.get_document("startAfter").is_ok_and(|after| *after == token(1_003)) => {
                    refusal(code)
                }
                Some(options) if options.contains_key("startAtOperationTime") => nothing("firstBatch", 1_000),
                Some(options) if options.contains_key("startAfter") => nothing("firstBatch", 1_000),
                _ => nothing("firstBatch", 2_000),
            },
            _ if !is_read => {
                is_read = true;
                batch("nextBatch", 7, (1_001..=1_005).map(event).collect(), Some(token(1_005)))
            }
            _ => nothing("nextBatch", 2_001),
        })
    })
    .await
}

fn config(wire: &Wire, policy: LostPositionPolicy) -> SourceConfig {
    let mut config = config_on(wire, database());
    config.stream.on_lost_position = policy;
    config
}

#[tokio::test]
async fn a_token_of_no_use_is_gone_on_from_by_its_time_without_repeating_what_was_published() {
    for code in [280, 260, 50_811, 464] {
        let wire = refusing(code).await;
        let config = config(&wire, LostPositionPolicy::ResumeByTime);

        let mut reading = open(&config, Some(stored(&config, Recovery::default()))).await.unwrap();
        let Phase::Stream { resume } = &reading.position.phase else { panic!("it streams") };
        assert_eq!(resume.recovery.count, 1);
        assert_eq!(
            resume.recovery.covered.as_ref().and_then(ResumeToken::time),
            at(1_003).map(|mut time| {
                time.increment = 1;
                time
            })
        );
        let events = reading.documents(2).await;

        assert_eq!(ids(&events), [1_004, 1_005], "code {code}");
        assert_eq!(reading.progress.take_notices(), [Notice::ResumedAfterLoss { from: at(1_003) }]);
        let Phase::Stream { resume } = &reading.position.phase else { panic!("it streams") };
        assert_eq!(resume.recovery, Recovery::default(), "an event has come through");
    }
}

#[tokio::test]
async fn what_was_published_stays_left_out_after_another_restart() {
    let wire = refusing(280).await;
    let config = config(&wire, LostPositionPolicy::ResumeByTime);
    let first = open(&config, Some(stored(&config, Recovery::default()))).await.unwrap();
    let position = Position::from_json(&first.position.to_json()).unwrap();
    drop(first);

    let mut second = open(&config, Some(position)).await.unwrap();

    assert_eq!(ids(&second.documents(2).await), [1_004, 1_005]);
}

#[tokio::test]
async fn skipping_goes_on_from_now_and_says_what_is_missing() {
    let wire = refusing(286).await;
    let config = config(&wire, LostPositionPolicy::Skip);

    let reading = open(&config, Some(stored(&config, Recovery::default()))).await.unwrap();

    assert_eq!(reading.position.cluster_time(), at(2_000));
    assert_eq!(reading.progress.take_notices(), [Notice::ChangesSkipped { from: at(1_003), to: at(2_000) }]);
}

#[tokio::test]
async fn copying_again_copies_everything_in_scope_whatever_the_startup_mode_is() {
    let wire = refusing(286).await;
    let config = config(&wire, LostPositionPolicy::Recopy);

    let mut reading = open(&config, Some(stored(&config, Recovery::default()))).await.unwrap();
    let begun = reading.position.clone();
    assert_eq!(begun.cluster_time(), at(2_000), "the stream begins where the copy does");
    assert_eq!(ids(&reading.copied().await), [1]);

    assert_eq!(reading.progress.take_notices(), [Notice::CopiesAfterLoss { from: at(1_003) }]);
    let again = open(&config, Some(begun)).await.unwrap();
    assert!(matches!(again.position.phase, Phase::Copy { .. }), "a restart goes on with the copy");
}

#[tokio::test]
async fn two_recoveries_without_an_event_are_enough() {
    for policy in [LostPositionPolicy::ResumeByTime, LostPositionPolicy::Recopy, LostPositionPolicy::Skip] {
        let wire = refusing(280).await;
        let config = config(&wire, policy);
        let recovery = Recovery { count: 2, ..Recovery::default() };

        let error = open(&config, Some(stored(&config, recovery))).await.map(|_| ()).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::PositionLost);
        assert!(error.context().contains("has been applied 2 times in a row"), "{error}");
    }
}

#[tokio::test]
async fn a_loss_while_reading_is_kept_with_the_position_and_mended_by_the_next_attempt() {
    let wire = Wire::answering(|command| {
        Some(match () {
            () if is(command, "find") => refusal(13),
            () if is(command, "aggregate") => nothing("firstBatch", 1_000),
            () => refusal(280),
        })
    })
    .await;
    let config = config(&wire, LostPositionPolicy::Skip);
    let mut reading = open(&config, None).await.unwrap();

    let error = reading.error().await;
    assert_eq!(error.kind(), ErrorKind::SourceUnavailable, "{error}");
    assert!(error.context().contains("naru.on.lost.position=skip"), "{error}");
    let next = open(&config, Some(reading.position.clone())).await.unwrap();

    assert_eq!(next.progress.take_notices(), [Notice::ChangesSkipped { from: at(1_000), to: at(1_000) }]);
}

#[tokio::test]
async fn without_a_policy_the_task_stops_and_keeps_its_position() {
    let wire = refusing(280).await;
    let config = config(&wire, LostPositionPolicy::Stop);

    let error = open(&config, Some(stored(&config, Recovery::default()))).await.map(|_| ()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::PositionLost);
}
