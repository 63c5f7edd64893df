//! Data that goes on arriving: server-sent events while the page is looked at.
//!
//! A browser allows few connections to one host, and every open tab holds one: a stream is therefore closed while its tab
//! is hidden and opened again when it is looked at.

use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// How long a stream that the server or a proxy refused is left alone; lost connections come back by themselves.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// What a stream tells.
pub(crate) enum News<T> {
    /// An event.
    Event(T),
    /// The connection is lost; it is tried again for as long as the page is looked at.
    Lost,
}

/// What a connection tells, before it is known what an event's text means.
type Receive = Rc<dyn Fn(News<String>)>;

/// Calls `receive` with every event of the stream at `url` for as long as the surrounding component lives. A change of the
/// URL opens the new stream; `None` closes. Does nothing on the server.
pub(crate) fn use_stream<T: DeserializeOwned + 'static>(
    url: impl Fn() -> Option<String> + 'static,
    receive: impl Fn(T) + 'static,
) {
    use_news(url, move |news| {
        if let News::Event(event) = news {
            receive(event);
        }
    });
}

/// As [`use_stream`], and tells when the connection is lost.
pub(crate) fn use_news<T: DeserializeOwned + 'static>(
    url: impl Fn() -> Option<String> + 'static,
    receive: impl Fn(News<T>) + 'static,
) {
    let receive: Receive = Rc::new(move |news| match news {
        News::Lost => receive(News::Lost),
        // An event of another build's shape is skipped: the next reload brings the matching page.
        News::Event(text) => {
            if let Ok(event) = serde_json::from_slice(text.as_bytes()) {
                receive(News::Event(event));
            }
        }
    });
    Effect::new(move |previous: Option<Option<Stream>>| {
        drop(previous);
        url().and_then(|url| Stream::open(url, &receive))
    });
}

/// An open stream; closes when dropped.
struct Stream {
    connection: Slot,
    _on_visibility: Listener,
}

type Slot = Rc<std::cell::RefCell<Option<Connection>>>;

struct Connection {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

struct Listener {
    target: web_sys::EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut()>,
}

impl Stream {
    fn open(url: String, receive: &Receive) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let connection = Slot::default();
        let connect = {
            let (connection, receive, document) = (Rc::clone(&connection), Rc::clone(receive), document.clone());
            move || {
                let is_open = connection.borrow().is_some();
                if document.hidden() {
                    connection.replace(None);
                } else if !is_open {
                    connection.replace(Connection::open(&url, &receive, &connection));
                }
            }
        };
        connect();
        let on_visibility = Listener::add(document.into(), "visibilitychange", connect)?;
        Some(Self { connection, _on_visibility: on_visibility })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.connection.replace(None);
    }
}

impl Connection {
    fn open(url: &str, receive: &Receive, slot: &Slot) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let on_message = {
            let receive = Rc::clone(receive);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    receive(News::Event(text));
                }
            })
        };
        let on_error = {
            let (url, receive, slot, source) =
                (url.to_owned(), Rc::clone(receive), Rc::downgrade(slot), source.clone());
            Closure::<dyn FnMut()>::new(move || {
                receive(News::Lost);
                // The browser itself comes back after a lost connection, but never after a refusal.
                if source.ready_state() == EventSource::CLOSED {
                    let (url, receive, slot) = (url.clone(), Rc::clone(&receive), slot.clone());
                    set_timeout(move || reopen(&url, &receive, &slot), TRY_AGAIN);
                }
            })
        };
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message, _on_error: on_error })
    }
}

/// Opens a refused stream again, unless it has been closed or opened meanwhile.
fn reopen(url: &str, receive: &Receive, slot: &Weak<std::cell::RefCell<Option<Connection>>>) {
    let Some(slot) = slot.upgrade() else { return };
    let is_refused =
        slot.borrow().as_ref().is_some_and(|connection| connection.source.ready_state() == EventSource::CLOSED);
    if is_refused {
        let connection = Connection::open(url, receive, &slot);
        slot.replace(connection);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

impl Listener {
    fn add(target: web_sys::EventTarget, event: &'static str, call: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(call);
        target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, event, callback })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.callback.as_ref().unchecked_ref());
    }
}
