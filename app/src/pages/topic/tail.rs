//! Records of a topic as they arrive. They are kept in a bounded ring that is not reactive, and drawn once a frame, so that a
//! fast topic costs the browser no more than a slow one.

use std::collections::VecDeque;
use std::sync::Arc;

use leptos::prelude::*;

use super::Reading;
use super::records::{RecordTable, row_view};
use crate::components::icon::{Icon, IconName};
use crate::components::live::{News, use_news};
use crate::error::AppError;
use crate::i18n::{Language, format, use_language, use_preferences};
use crate::model::topic::{RecordRow, TailEvent};
use crate::routes::paths;

/// Rows that stay on the page.
const RING: usize = 200;

/// A row of the table: a record, or the sign that some may be missing between its neighbours.
#[derive(Clone)]
struct Line {
    id: u64,
    /// `None` is the sign.
    record: Option<Arc<RecordRow>>,
}

/// What has arrived.
#[derive(Default)]
struct Ring {
    /// Newest first.
    lines: VecDeque<Line>,
    last_id: u64,
    seen: u64,
    dropped: u64,
    /// Dropped before the connection that is open now: the server counts anew in each.
    dropped_before: u64,
    has_started: bool,
    is_frame_asked_for: bool,
}

/// How the tail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Connecting,
    Live,
    Lost,
    Interrupted,
    Ended(AppError),
}

/// What is drawn besides rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    seen: u64,
    dropped: u64,
}

impl Ring {
    fn push(&mut self, record: Option<RecordRow>) {
        self.last_id += 1;
        self.seen += u64::from(record.is_some());
        self.lines.push_front(Line { id: self.last_id, record: record.map(Arc::new) });
        self.lines.truncate(RING);
    }

    /// Takes in what the server tells.
    fn take(&mut self, event: TailEvent) {
        match event {
            TailEvent::Started => {
                self.dropped_before = self.dropped;
                let is_gap = std::mem::replace(&mut self.has_started, true)
                    && self.lines.front().is_some_and(|line| line.record.is_some());
                if is_gap {
                    self.push(None);
                }
            }
            TailEvent::Records(records) => records.into_iter().for_each(|record| self.push(Some(record))),
            TailEvent::Dropped(count) => self.dropped = self.dropped_before + count,
            TailEvent::Interrupted | TailEvent::Resumed | TailEvent::Ended(_) => {}
        }
    }

    fn counts(&self) -> Counts {
        Counts { seen: self.seen, dropped: self.dropped }
    }
}

/// The tail.
#[component]
pub(super) fn LiveTail(reading: Reading, partition: Option<i32>) -> impl IntoView {
    let language = use_language();
    let ring = StoredValue::new(Ring::default());
    let state = RwSignal::new(State::Connecting);
    let counts = RwSignal::new(Counts::default());
    let lines = RwSignal::new(Vec::<Line>::new());
    // How many had been seen when the reader pressed Pause.
    let paused_at = RwSignal::new(None::<u64>);
    let draw = move || {
        ring.update_value(|ring| ring.is_frame_asked_for = false);
        counts.set(ring.with_value(Ring::counts));
        if paused_at.get_untracked().is_none() {
            lines.set(ring.with_value(|ring| ring.lines.iter().cloned().collect()));
        }
    };
    let ask_for_frame = move || {
        let is_new = ring.try_update_value(|ring| !std::mem::replace(&mut ring.is_frame_asked_for, true));
        if is_new == Some(true) {
            request_animation_frame(draw);
        }
    };
    let url = reading.topic.with_value(|topic| paths::tail_stream(topic, partition, reading.decoders));
    // A memo, because a change of state that leaves the address as it is must not open the stream anew: that would change the
    // state again.
    let address =
        Memo::new(move |_| (!matches!(state.get(), State::Ended(error) if is_final(error))).then(|| url.clone()));
    use_news(
        move || address.get(),
        move |news| {
            if let Some(next) = next_state(state.get_untracked(), &news) {
                state.set(next);
            }
            if let News::Event(event) = news {
                ring.update_value(|ring| ring.take(event));
                ask_for_frame();
            }
        },
    );
    let pause = move |_| match paused_at.get_untracked() {
        None => paused_at.set(Some(ring.with_value(|ring| ring.seen))),
        Some(_) => {
            paused_at.set(None);
            ask_for_frame();
        }
    };
    let clear = move |_| {
        ring.update_value(|ring| ring.lines.clear());
        lines.set(Vec::new());
    };
    let is_paused = move || paused_at.with(Option::is_some);
    view! {
        <div class="tail-bar">
            <span role="status">{move || state_badge(language, state.get(), is_paused())}</span>
            <span class="quiet">{move || counts_text(language, counts.get(), paused_at.get())}</span>
            <span class="tail-actions">
                <button class="button needs-script" type="button" on:click=pause>
                    {move || pause_words(language, is_paused())}
                </button>
                <button class="button needs-script" type="button" on:click=clear>{language.clear()}</button>
            </span>
        </div>
        <p class="until-script">{language.live_needs_script()}</p>
        <Lines lines reading/>
    }
    .into_any()
}

/// What an event says about the tail itself.
fn next_state(state: State, news: &News<TailEvent>) -> Option<State> {
    match news {
        // The server ends a stream that it cannot go on with; the reason says more than that it ended.
        News::Lost => (!matches!(state, State::Ended(_))).then_some(State::Lost),
        News::Event(TailEvent::Interrupted) => Some(State::Interrupted),
        News::Event(TailEvent::Started | TailEvent::Resumed) => Some(State::Live),
        News::Event(TailEvent::Ended(error)) => Some(State::Ended(*error)),
        News::Event(TailEvent::Records(_) | TailEvent::Dropped(_)) => None,
    }
}

/// Asking again would not help.
fn is_final(error: AppError) -> bool {
    !matches!(error, AppError::Unavailable(_) | AppError::Network)
}

fn state_badge(language: Language, state: State, is_paused: bool) -> AnyView {
    let (class, icon, words) = match state {
        State::Live if is_paused => ("badge", IconName::Pause, language.live_paused()),
        State::Connecting => ("badge badge-busy", IconName::Spin, language.live_connecting()),
        State::Live => ("badge badge-good", IconName::Check, language.live_on()),
        State::Lost => ("badge badge-warn", IconName::Restart, language.live_lost()),
        State::Interrupted | State::Ended(AppError::Unavailable(_) | AppError::Network) => {
            ("badge badge-warn", IconName::Clock, language.live_interrupted())
        }
        State::Ended(AppError::NotFound) => ("badge badge-bad", IconName::Stop, language.live_ended_missing()),
        State::Ended(AppError::Conflict) => ("badge badge-bad", IconName::Stop, language.live_ended_busy()),
        State::Ended(_) => ("badge badge-bad", IconName::Stop, language.live_ended()),
    };
    view! { <span class=class><Icon name=icon/><span>{words}</span></span> }.into_any()
}

fn counts_text(language: Language, counts: Counts, paused_at: Option<u64>) -> String {
    let mut words = vec![language.live_seen(&format::count(counts.seen))];
    if let Some(seen) = paused_at {
        words.push(language.live_waiting(&format::count(counts.seen.saturating_sub(seen))));
    }
    if counts.dropped > 0 {
        words.push(language.live_dropped(&format::count(counts.dropped)));
    }
    if counts.seen > RING as u64 {
        words.push(language.live_keeps(&RING));
    }
    words.join(" · ")
}

fn pause_words(language: Language, is_paused: bool) -> AnyView {
    let (icon, words) =
        if is_paused { (IconName::Play, language.live_resume()) } else { (IconName::Pause, language.live_pause()) };
    view! { <Icon name=icon/> {words} }.into_any()
}

/// The rows. Each stays in place while others come and go, and with it what the reader has opened in it.
#[component]
fn Lines(lines: RwSignal<Vec<Line>>, reading: Reading) -> impl IntoView {
    let preferences = use_preferences();
    let language = preferences.language;
    let is_empty = Memo::new(move |_| lines.with(Vec::is_empty));
    let body = view! {
        <tbody>
            {move || is_empty.get().then(|| message(language.live_empty()))}
            <For each=move || lines.get() key=|line| line.id let:line>
                {match line.record {
                    Some(record) => row_view(preferences, reading, (*record).clone(), None),
                    None => message(language.live_gap()),
                }}
            </For>
        </tbody>
    };
    view! { <RecordTable caption=language.live_title().to_owned() role="log" body=body.into_any()/> }.into_any()
}

fn message(words: &'static str) -> AnyView {
    view! { <tr class="table-message"><td colspan="6" class="quiet">{words}</td></tr> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::topic::{Payload, RecordPlace};

    fn records(count: usize) -> TailEvent {
        let record = RecordRow {
            place: RecordPlace { partition: 0, offset: 0 },
            timestamp_ms: None,
            is_broker_time: false,
            key: Payload::null(),
            value: Payload::null(),
            headers: Vec::new(),
            omitted_headers: 0,
        };
        TailEvent::Records(vec![record; count])
    }

    #[test]
    fn the_ring_keeps_the_newest_and_counts_all() {
        let mut ring = Ring::default();
        for _ in 0..5 {
            ring.take(records(100));
        }

        assert_eq!((ring.lines.len(), ring.counts().seen), (RING, 500));
        assert_eq!(ring.lines[0].id, 500);
    }

    #[test]
    fn a_second_start_leaves_a_sign_and_counts_drops_on() {
        let mut ring = Ring::default();
        ring.take(TailEvent::Started);
        assert!(ring.lines.is_empty());
        ring.take(records(1));
        ring.take(TailEvent::Dropped(7));
        ring.take(TailEvent::Started);
        ring.take(TailEvent::Started);
        ring.take(TailEvent::Dropped(2));

        assert_eq!(ring.counts(), Counts { seen: 1, dropped: 9 });
        assert_eq!(ring.lines.iter().filter(|line| line.record.is_none()).count(), 1);
    }
}
