//! When positions are committed, and what happens while the store is away.

use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::testing::StoreMode;

async fn delivered(bench: &Bench, numbers: std::ops::RangeInclusive<u64>) {
    let count = numbers.clone().count();
    let before = bench.told.durable.load(Ordering::SeqCst);
    bench.script.push(changes(numbers));
    while bench.told.durable.load(Ordering::SeqCst) < before + count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn commits_once_a_second_while_events_flow() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();
    bench.script.push(changes(1..=1));
    bench.committed(at(1)).await;
    let began = Instant::now();

    bench.script.push(changes(2..=2));
    delivered(&bench, 3..=3).await;
    bench.committed(at(3)).await;

    assert_eq!(began.elapsed(), Duration::from_secs(1));
    assert_eq!(bench.store.state().commits.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_events_are_committed_at_once() {
    let settings = Settings { commit_events: 5, ..Settings::default() };
    let bench = Setup { delivering: Delivering::InOrder, settings, ..Setup::default() }.start();
    bench.script.push(changes(1..=1));
    bench.committed(at(1)).await;
    let began = Instant::now();

    delivered(&bench, 2..=9).await;
    bench.store.wait_for(|state| state.commits.len() == 2).await;

    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_idle_token_is_committed_now_and_then_and_never_before_what_is_in_flight() {
    let bench = Setup::default().start();
    bench.script.push(vec![change(1), idle_token(10)]);
    bench.queued(1).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.store.committed(), None);

    bench.sink.deliver(1);
    let post_batch = |number| Phase::Stream { resume: ResumePoint::post_batch(token(number)) };
    bench.committed(post_batch(10)).await;
    let began = Instant::now();
    for number in 11..=20 {
        bench.script.push(vec![idle_token(number)]);
    }
    bench.committed(post_batch(20)).await;

    assert_eq!(began.elapsed(), Settings::default().idle_commit_interval);
    assert_eq!(bench.store.state().commits.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn streams_on_while_the_store_is_away_and_commits_when_it_is_back() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();
    bench.store.set_mode(StoreMode::Away);
    delivered(&bench, 1..=100).await;
    bench.store.wait_for(|state| state.attempts >= 3).await;
    delivered(&bench, 101..=200).await;
    assert_eq!(bench.store.committed(), None);

    bench.store.set_mode(StoreMode::Working);
    bench.committed(at(200)).await;

    assert_eq!(*bench.told.store.lock().unwrap(), ["away", "back"]);
    assert!(bench.stop().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn reading_pauses_once_too_much_is_uncommitted_and_goes_on_by_itself() {
    let settings = Settings { store_grace_events: 50, ..Settings::default() };
    let bench = Setup { delivering: Delivering::InOrder, settings, ..Setup::default() }.start();
    bench.store.set_mode(StoreMode::Away);
    bench.store.wait_for(|state| state.attempts == 0).await;
    delivered(&bench, 1..=50).await;
    bench.store.wait_for(|state| state.attempts >= 1).await;
    bench.script.push(changes(51..=60));
    bench.script.push(changes(61..=70));
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(bench.told.durable.load(Ordering::SeqCst) < 70);

    bench.store.set_mode(StoreMode::Working);
    bench.committed(at(70)).await;

    assert_eq!(bench.sink.log_keys().len(), 70);
}

#[tokio::test(start_paused = true)]
async fn reading_pauses_after_a_minute_without_the_store() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();
    bench.store.set_mode(StoreMode::Away);
    delivered(&bench, 1..=1).await;
    bench.store.wait_for(|state| state.attempts >= 1).await;
    tokio::time::sleep(Duration::from_secs(59)).await;
    delivered(&bench, 2..=2).await;

    tokio::time::sleep(Duration::from_secs(2)).await;
    bench.script.push(changes(3..=3));
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(bench.told.durable.load(Ordering::SeqCst), 2);

    bench.store.set_mode(StoreMode::Working);
    bench.committed(at(3)).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_commit_does_not_hold_up_the_stream() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();
    bench.store.set_mode(StoreMode::Hanging);

    delivered(&bench, 1..=10).await;
    bench.store.wait_for(|state| state.attempts == 1).await;
    delivered(&bench, 11..=20).await;

    assert_eq!(bench.sink.log_keys().len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_lost_lease_ends_the_run_at_once_and_writes_nothing() {
    let bench = Setup::default().start();
    bench.store.set_mode(StoreMode::LeaseLost);
    bench.script.push(changes(1..=3));
    bench.queued(3).await;
    let began = Instant::now();

    bench.sink.deliver(1);
    let error = bench.running.await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::LeaseLost);
    assert_eq!(began.elapsed(), Duration::ZERO, "two records in flight are not waited for");
    let state = bench.store.state();
    assert_eq!((state.attempts, state.commits.len()), (1, 0));
    assert!(bench.sink.read(|state| state.is_dropped && !state.is_closed));
}

#[tokio::test(start_paused = true)]
async fn stopping_while_the_store_is_away_says_so() {
    let bench = Setup { delivering: Delivering::InOrder, ..Setup::default() }.start();
    bench.store.set_mode(StoreMode::Away);
    delivered(&bench, 1..=5).await;
    bench.store.wait_for(|state| state.attempts >= 1).await;

    assert_eq!(bench.stop().await.unwrap_err().kind(), ErrorKind::StoreUnavailable);
}
