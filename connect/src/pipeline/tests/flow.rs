//! What flows, in which order, and what stops it.

use std::time::Duration;

use super::*;

fn keys(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn carries_events_in_order_and_commits_the_last() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();

    bench.script.push(changes(1..=3));
    bench.script.push(changes(4..=5));
    bench.committed(at(5)).await;

    assert_eq!(bench.sink.log_keys(), keys(1..=5));
    assert_eq!(bench.told.read.load(Ordering::SeqCst), 5);
    assert_eq!(bench.told.durable.load(Ordering::SeqCst), 5);
    assert!(bench.stop().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn commits_only_the_contiguous_durable_prefix() {
    let bench = Setup::default().start();
    bench.script.push(changes(1..=3));
    bench.queued(3).await;

    bench.sink.report(Ticket(0), Ok(()));
    bench.sink.report(Ticket(2), Ok(()));
    bench.committed(at(1)).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(bench.store.committed().unwrap().phase, at(1));

    bench.sink.report(Ticket(1), Ok(()));
    bench.committed(at(3)).await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_delivery_ends_the_run_with_the_prefix_committed() {
    let bench = Setup::default().start();
    bench.script.push(changes(1..=4));
    bench.queued(4).await;

    bench.sink.report(Ticket(0), Ok(()));
    bench.sink.report(Ticket(1), Err(Error::new(ErrorKind::SinkRefused, "The broker refused a record")));
    bench.sink.report(Ticket(2), Ok(()));
    let error = bench.running.await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SinkRefused);
    assert_eq!(bench.store.committed().unwrap().phase, at(1));
    assert!(bench.sink.read(|state| state.is_dropped && !state.is_closed), "what is queued must be discarded");
}

#[tokio::test(start_paused = true)]
async fn a_full_sink_gets_the_same_record_again_in_order() {
    let bench = Setup { capacity: 2, ..Setup::default() }.start();

    bench.script.push(changes(1..=5));
    bench.sink.wait_for(|state| state.refusals > 0).await;
    for _ in 0..5 {
        bench.sink.wait_for(|state| !state.queued.is_empty()).await;
        bench.sink.deliver(1);
    }
    bench.committed(at(5)).await;

    assert_eq!(bench.sink.log_keys(), keys(1..=5));
}

#[tokio::test(start_paused = true)]
async fn a_full_window_stops_the_reading() {
    let window = WindowLimits { max_events: 2, max_bytes: usize::MAX };
    let bench = Setup { settings: Settings { window, ..Settings::default() }, ..Setup::default() }.start();

    for number in 1..=4 {
        bench.script.push(changes([number]));
    }
    bench.queued(2).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(bench.told.read.load(Ordering::SeqCst), 2, "nothing is read beyond the window");

    bench.sink.deliver(2);
    bench.queued(2).await;
    bench.sink.deliver(2);
    bench.committed(at(4)).await;
}

#[tokio::test(start_paused = true)]
async fn bytes_fill_the_window_as_well() {
    let window = WindowLimits { max_events: usize::MAX, max_bytes: 7 };
    let bench = Setup { settings: Settings { window, ..Settings::default() }, ..Setup::default() }.start();

    bench.script.push(changes(1..=4));
    bench.queued(2).await;
    tokio::time::sleep(Duration::from_secs(30)).await;

    assert_eq!(bench.sink.read(|state| state.queued.len()), 2, "each record has six bytes");
}

#[tokio::test(start_paused = true)]
async fn events_without_a_record_move_the_position_in_their_turn() {
    let bench = Setup::default().start();
    bench.script.push(vec![change(1), change_like(2, "silent"), change_like(3, "silent")]);
    bench.queued(1).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(bench.store.committed(), None, "the event before them is not durable yet");

    bench.sink.deliver(1);
    bench.committed(at(3)).await;

    assert_eq!(bench.told.silent.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_poison_record_ends_the_run_by_default() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();

    bench.script.push(vec![change(1), change_like(2, "poison"), change(3)]);
    let error = bench.running.await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert_eq!(bench.sink.log_keys(), keys([1]));
    assert_eq!(bench.store.committed().unwrap().phase, at(1));
}

#[tokio::test(start_paused = true)]
async fn poison_records_are_skipped_and_counted_when_tolerated() {
    let settings = Settings { tolerance: Tolerance::both(ErrorTolerance::All), ..Settings::default() };
    let bench = Setup { settings, refused: Some("3"), ..Setup::default() }.start();
    bench.script.push(vec![change(1), change_like(2, "poison"), change(3), change(4), change(5)]);
    bench.queued(3).await;

    bench.sink.report(Ticket(3), Err(Error::new(ErrorKind::RecordTooLarge, "A record is too large")));
    bench.sink.deliver(2);
    bench.committed(at(5)).await;

    assert_eq!(bench.sink.log_keys(), keys([1, 5]));
    let tolerated = bench.told.tolerated.lock().unwrap().clone();
    assert_eq!(tolerated, vec![ErrorKind::Conversion, ErrorKind::RecordTooLarge, ErrorKind::RecordTooLarge]);
}

#[tokio::test(start_paused = true)]
async fn other_errors_are_never_tolerated() {
    let settings = Settings { tolerance: Tolerance::both(ErrorTolerance::All), ..Settings::default() };
    let bench = Setup { settings, ..Setup::default() }.start();
    bench.script.push(changes(1..=2));
    bench.queued(2).await;

    bench.sink.report(Ticket(0), Err(Error::new(ErrorKind::SinkPermission, "The broker forbids it")));

    assert_eq!(bench.running.await.unwrap().unwrap_err().kind(), ErrorKind::SinkPermission);
    assert_eq!(bench.store.committed(), None);
}

#[tokio::test(start_paused = true)]
async fn every_topic_is_made_sure_of_once_and_before_its_first_record() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();

    bench.script.push(vec![change_like(1, "a"), change_like(2, "b"), change_like(3, "a"), change_like(4, "b")]);
    bench.committed(at(4)).await;

    assert_eq!(bench.sink.read(|state| state.topics.clone()), ["a", "b"]);
    assert_eq!(bench.sink.log_keys(), keys(1..=4));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_leaves_everything_before_it_delivered_and_committed() {
    let bench = Setup::default().start();
    bench.script.push(changes(1..=2));
    bench.script.fail(Error::new(ErrorKind::SourceUnavailable, "MongoDB is away"));
    bench.queued(2).await;
    bench.script.dropped().await;

    bench.sink.deliver(2);
    let error = bench.running.await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SourceUnavailable);
    assert_eq!(bench.store.committed().unwrap().phase, at(2));
    assert!(bench.sink.read(|state| state.is_closed));
}

#[tokio::test(start_paused = true)]
async fn cancelling_waits_for_what_is_in_flight_and_commits_it() {
    let bench = Setup::default().start();
    bench.script.push(changes(1..=3));
    bench.queued(3).await;

    bench.cancel.cancel();
    bench.script.dropped().await;
    bench.sink.deliver(3);
    bench.running.await.unwrap().unwrap();

    assert_eq!(bench.store.committed().unwrap().phase, at(3));
    assert!(bench.sink.read(|state| state.is_closed));
}

#[tokio::test(start_paused = true)]
async fn cancelling_does_not_wait_for_ever() {
    let bench = Setup::default().start();
    bench.script.push(changes(1..=3));
    bench.queued(3).await;
    bench.sink.deliver(1);
    bench.store.set_mode(crate::testing::StoreMode::Hanging);

    let began = tokio::time::Instant::now();
    bench.cancel.cancel();
    let error = bench.running.await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::StoreUnavailable);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(bench.sink.read(|state| state.is_dropped && !state.is_closed));
}
