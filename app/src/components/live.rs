//! Data that goes on arriving: server-sent events while the page is looked at.
//!
//! A browser allows few connections to one host, and every open tab holds one: a stream is therefore closed while its tab
//! is hidden and opened again when it is looked at.

use std::rc::Rc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// Calls `receive` with every event of the stream at `url` for as long as the surrounding component lives. A change of the
/// URL opens the new stream; `None` closes. Does nothing on the server.
pub(crate) fn use_stream<T: DeserializeOwned + 'static>(
    url: impl Fn() -> Option<String> + 'static,
    receive: impl Fn(T) + 'static,
) {
    let receive: Rc<dyn Fn(String)> = Rc::new(move |text: String| {
        // An event of another build's shape is skipped: the next reload brings the matching page.
        if let Ok(event) = serde_json::from_slice(text.as_bytes()) {
            receive(event);
        }
    });
    Effect::new(move |previous: Option<Option<Stream>>| {
        drop(previous);
        url().and_then(|url| Stream::open(url, &receive))
    });
}

/// An open stream; closes when dropped.
struct Stream {
    source: Rc<std::cell::RefCell<Option<Connection>>>,
    _on_visibility: Listener,
}

struct Connection {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

struct Listener {
    target: web_sys::EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut()>,
}

impl Stream {
    fn open(url: String, receive: &Rc<dyn Fn(String)>) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let source = Rc::new(std::cell::RefCell::new(None));
        let connect = {
            let (source, receive, document) = (Rc::clone(&source), Rc::clone(receive), document.clone());
            move || {
                let is_open = source.borrow().is_some();
                if document.hidden() {
                    source.replace(None);
                } else if !is_open {
                    source.replace(Connection::open(&url, &receive));
                }
            }
        };
        connect();
        let on_visibility = Listener::add(document.into(), "visibilitychange", connect)?;
        Some(Self { source, _on_visibility: on_visibility })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.replace(None);
    }
}

impl Connection {
    fn open(url: &str, receive: &Rc<dyn Fn(String)>) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let receive = Rc::clone(receive);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                receive(text);
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
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
