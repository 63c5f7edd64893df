//! The Kafka Connect API, request by request. Bodies are golden files under `snapshots/`; they were compared with those of a
//! Kafka Connect 4.3.1 worker.

mod clients;
mod config;
mod connectors;
mod http;
mod lifecycle;
mod loggers;
mod plugins;

/// Compares a story with its golden file.
macro_rules! golden {
    ($story:expr) => {
        insta::with_settings!({
            snapshot_path => "../snapshots",
            prepend_module_to_snapshot => true,
            omit_expression => true,
        }, {
            insta::assert_snapshot!($story.text)
        })
    };
}
use golden;

use crate::support::{Answer, TestApp};

/// Requests and their answers, one after the other.
struct Story {
    worker_id: String,
    text: String,
}

impl Story {
    fn of(app: &TestApp) -> Self {
        Self { worker_id: app.worker_id(), text: String::new() }
    }

    /// Adds an answer: request, status, location, body.
    fn tell(&mut self, answer: Answer) {
        let location = answer.location.map(|location| format!("Location: {location}\n")).unwrap_or_default();
        let Answer { request, status, text, .. } = answer;
        let text = text.replace(&self.worker_id, "[worker]");
        self.text.push_str(&format!("### {request}\n{status}\n{location}{text}\n\n"));
    }
}
