//! Records at fault become dead letters, and the position waits for them.

use std::time::Duration;

use super::*;
use crate::config::Parties;
use crate::error::Stage;

/// Encodes as `encode` does; dead letters go to a topic of their own, under the event's number.
struct Letters {
    largest: LetterContent,
}

impl Encode for Letters {
    fn encode(&mut self, event: &EventDocument) -> Result<Option<ProducerRecord>, Error> {
        match event.raw().unwrap().get_str("kind").unwrap() {
            "illegal" => Err(Error::new(ErrorKind::TopicUnusable, "Kafka takes no such topic")),
            "unconverted" => Err(Error::new(ErrorKind::Conversion, "Not convertible").at(Stage::ValueConverter)),
            _ => encode(event),
        }
    }

    fn dead_letter(&mut self, event: &EventDocument, error: &Error, content: LetterContent) -> Option<ProducerRecord> {
        let number = event.raw().unwrap().get_i64("number").unwrap();
        let size = if content == self.largest { "whole" } else { "part" };
        Some(ProducerRecord {
            topic: Arc::from("letters"),
            key: Some(Bytes::from(format!("{size} {number} {:?}", error.kind()))),
            value: None,
            headers: Vec::new(),
        })
    }
}

fn all() -> Settings {
    Settings { tolerance: Tolerance::both(ErrorTolerance::All), has_dead_letters: true, ..Settings::default() }
}

fn setup() -> Setup {
    Setup { settings: all(), ..Setup::default() }
}

fn start(setup: Setup) -> Bench {
    setup.start_with(Letters { largest: LetterContent::Whole })
}

fn too_large() -> Result<(), Error> {
    Err(Error::new(ErrorKind::RecordTooLarge, "A record is too large"))
}

#[tokio::test(start_paused = true)]
async fn an_event_without_a_record_becomes_a_dead_letter_in_its_turn() {
    let bench = start(Setup { delivering: Delivering::InOrder, ..setup() });

    bench.script.push(vec![change(1), change_like(2, "poison"), change(3)]);
    bench.committed(at(3)).await;

    assert_eq!(bench.sink.log_keys(), ["1", "whole 2 Conversion", "3"]);
    assert_eq!(bench.sink.read(|state| state.topics.clone()), ["plain", "letters"]);
    assert_eq!(bench.told.letters.load(Ordering::SeqCst), 1);
    assert_eq!(*bench.told.set_aside.lock().unwrap(), [ErrorKind::Conversion]);
    assert!(bench.told.tolerated.lock().unwrap().is_empty(), "nothing was skipped");
}

#[tokio::test(start_paused = true)]
async fn the_position_moves_only_after_the_dead_letter_is_durable() {
    let bench = start(setup());
    bench.script.push(vec![change(1), change(2), change(3)]);
    bench.queued(3).await;

    bench.sink.report(Ticket(0), Ok(()));
    bench.sink.report(Ticket(1), too_large());
    bench.sink.report(Ticket(2), Ok(()));
    bench.queued(1).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(bench.store.committed().unwrap().phase, at(1), "the dead letter is still on its way");

    bench.sink.deliver(1);
    bench.committed(at(3)).await;
    assert_eq!(bench.sink.log_keys(), ["1", "3", "part 2 RecordTooLarge"]);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_the_sink_never_takes_becomes_a_dead_letter() {
    let bench = start(Setup { refused: Some("2"), delivering: Delivering::InOrder, ..setup() });

    bench.script.push(changes(1..=3));
    bench.committed(at(3)).await;

    assert_eq!(bench.sink.log_keys(), ["1", "part 2 RecordTooLarge", "3"]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_that_is_too_large_itself_leaves_its_documents_behind() {
    let bench = start(setup());
    bench.script.push(vec![change_like(1, "poison")]);
    bench.queued(1).await;

    bench.sink.report(Ticket(0), too_large());
    bench.sink.wait_for(|state| state.queued.len() == 1 && state.queued[0].1.key != Some(Bytes::new())).await;
    bench.sink.deliver(1);
    bench.committed(at(1)).await;

    assert_eq!(bench.sink.log_keys(), ["part 1 RecordTooLarge"]);
    assert_eq!(*bench.told.set_aside.lock().unwrap(), [ErrorKind::Conversion], "one event, told once");
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_that_cannot_be_delivered_ends_the_run_before_its_event() {
    let bench = start(setup());
    bench.script.push(vec![change(1), change(2)]);
    bench.queued(2).await;
    bench.sink.report(Ticket(0), Ok(()));
    bench.sink.report(Ticket(1), too_large());
    bench.queued(1).await;

    bench.sink.report(Ticket(1), too_large());
    let error = bench.running.await.unwrap().unwrap_err();

    assert_eq!(error.kind(), ErrorKind::RecordTooLarge);
    assert_eq!(bench.store.committed().unwrap().phase, at(1));
}

#[tokio::test(start_paused = true)]
async fn an_illegal_topic_becomes_a_dead_letter_and_is_never_dropped() {
    let bench = start(Setup { delivering: Delivering::InOrder, ..setup() });
    bench.script.push(vec![change_like(1, "illegal"), change(2)]);
    bench.committed(at(2)).await;
    assert_eq!(bench.sink.log_keys(), ["whole 1 TopicUnusable", "2"]);

    let bench = start(Setup { settings: Settings { has_dead_letters: false, ..all() }, ..Setup::default() });
    bench.script.push(vec![change_like(1, "illegal")]);
    assert_eq!(bench.running.await.unwrap().unwrap_err().kind(), ErrorKind::TopicUnusable);
}

#[tokio::test(start_paused = true)]
async fn each_party_tolerates_its_own_stages_only() {
    let connector = Parties { connector: ErrorTolerance::All, framework: ErrorTolerance::None };
    let framework = Parties { connector: ErrorTolerance::None, framework: ErrorTolerance::All };
    for (tolerance, tolerated, other) in [(connector, "poison", "unconverted"), (framework, "unconverted", "poison")] {
        let settings = Settings { tolerance, ..all() };
        let bench = start(Setup { settings, delivering: Delivering::InOrder, ..Setup::default() });

        bench.script.push(vec![change_like(1, tolerated), change_like(2, other)]);
        let error = bench.running.await.unwrap().unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Conversion);
        assert_eq!(bench.store.committed().unwrap().phase, at(1), "{tolerated}");
    }
}

#[tokio::test(start_paused = true)]
async fn cancelling_does_not_wait_for_a_dead_letter_that_was_not_sent() {
    let bench = start(Setup { capacity: 1, ..setup() });
    bench.script.push(vec![change(1), change(2)]);
    bench.queued(1).await;

    bench.cancel.cancel();
    bench.script.dropped().await;
    bench.sink.report(Ticket(0), too_large());
    let began = tokio::time::Instant::now();
    bench.running.await.unwrap().unwrap();

    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(bench.store.committed(), None, "the event is met again by the next attempt");
}
