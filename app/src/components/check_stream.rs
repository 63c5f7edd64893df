//! Checks as they end: a stream that is over once the last one has been told.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::model::check::{CheckReport, CheckRow};

/// The event after the last check; its data is the whole report.
const DONE: &str = "done";

/// What the stream tells.
pub(crate) enum CheckNews {
    /// A check has ended.
    Ended(CheckRow),
    /// All have.
    Complete(CheckReport),
    /// The stream broke off.
    Lost,
}

/// Runs checks for as long as `url` gives one. A change of the URL begins anew.
pub(crate) fn use_checks(url: impl Fn() -> Option<String> + 'static, tell: impl Fn(CheckNews) + 'static) {
    let tell: Rc<dyn Fn(CheckNews)> = Rc::new(tell);
    Effect::new(move |previous: Option<Option<Run>>| {
        drop(previous);
        url().and_then(|url| Run::open(&url, &tell))
    });
}

struct Run {
    source: Rc<RefCell<Option<EventSource>>>,
    _callbacks: [Closure<dyn FnMut(MessageEvent)>; 3],
}

impl Run {
    fn open(url: &str, tell: &Rc<dyn Fn(CheckNews)>) -> Option<Self> {
        let opened = EventSource::new(url).ok()?;
        let source = Rc::new(RefCell::new(Some(opened.clone())));
        let callback = |news: fn(Option<String>) -> Option<CheckNews>, is_last: bool| {
            let (tell, source) = (Rc::clone(tell), Rc::clone(&source));
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                // A browser would come back and run everything once more.
                if is_last && let Some(source) = source.take() {
                    source.close();
                }
                if let Some(news) = news(event.data().as_string()) {
                    tell(news);
                }
            })
        };
        let on_row = callback(|text| serde_json::from_slice(text?.as_bytes()).ok().map(CheckNews::Ended), false);
        let on_done = callback(|text| serde_json::from_slice(text?.as_bytes()).ok().map(CheckNews::Complete), true);
        let on_error = callback(|_| Some(CheckNews::Lost), true);
        opened.set_onmessage(Some(on_row.as_ref().unchecked_ref()));
        opened.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        opened.add_event_listener_with_callback(DONE, on_done.as_ref().unchecked_ref()).ok()?;
        Some(Self { source, _callbacks: [on_row, on_done, on_error] })
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(source) = self.source.take() {
            source.set_onmessage(None);
            source.set_onerror(None);
            source.close();
        }
    }
}
