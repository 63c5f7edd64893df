//! `/metrics` in Prometheus' text form.
//!
//! What belongs to connectors and tasks is written at scrape time from the supervisor's view, so that a series ends with its
//! connector. What is counted elsewhere in the process goes through the `metrics` facade and is appended.

mod exposition;
pub(crate) mod names;

use std::collections::HashMap;
use std::time::Instant;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use connect::lifecycle::{ConnectState, ObservedState};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::service::plugins;
use crate::service::verdict::{headroom_s, lag_ms};
use crate::state::AppState;
use crate::worker::view::{TaskView, WorkerView};
use exposition::{Exposition, Kind};

/// The facade's end; a cheap clone.
#[derive(Clone)]
pub(crate) struct Recorded(PrometheusHandle);

impl Recorded {
    /// Installs the process-wide recorder. A second application in one process (tests) has a recorder nobody counts in.
    pub(crate) fn install() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Taken already means that another application of this process counts.
        let _ = metrics::set_global_recorder(recorder);
        Self(handle)
    }
}

/// `GET /metrics`.
pub(crate) async fn scrape(State(state): State<AppState>) -> Response {
    let mut text = render(&state.worker.view(), &state.worker_id);
    text.push_str(&state.recorded.0.render());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn render(view: &WorkerView, worker_id: &str) -> String {
    let mut text = Exposition::default();
    write_worker(&mut text, view, worker_id);
    write_connectors(&mut text, view);
    write_connect_tasks(&mut text, view);
    write_own_tasks(&mut text, view);
    text.finish()
}

fn write_worker(text: &mut Exposition, view: &WorkerView, worker_id: &str) {
    text.family(names::BUILD_INFO, Kind::Gauge, "Release of this process");
    text.sample(&[(names::VERSION, env!("CARGO_PKG_VERSION")), (names::WORKER, worker_id)], 1.0);
    text.family(names::REPLICAS, Kind::Gauge, "Replicas alive on this database");
    text.sample(&[], count(view.live_replicas));
    text.family(names::RECONCILE_AGE, Kind::Gauge, "Seconds since desired and running were last compared");
    if let Some(at) = view.reconciled_at {
        text.sample(&[], Instant::now().duration_since(at).as_secs_f64());
    }
    text.family(names::CONNECTOR_COUNT, Kind::Gauge, "Connectors of this worker");
    text.sample(&[], count(view.connectors.len()));
    text.family(names::TASK_COUNT, Kind::Gauge, "Tasks of this worker");
    text.sample(&[], count(view.tasks.len()));
}

/// States whose number of tasks is told by connector.
const COUNTED: &[(ConnectState, &str)] = &[
    (ConnectState::Running, names::CONNECTOR_RUNNING_TASKS),
    (ConnectState::Paused, names::CONNECTOR_PAUSED_TASKS),
    (ConnectState::Failed, names::CONNECTOR_FAILED_TASKS),
    (ConnectState::Unassigned, names::CONNECTOR_UNASSIGNED_TASKS),
    (ConnectState::Restarting, names::CONNECTOR_RESTARTING_TASKS),
];

fn write_connectors(text: &mut Exposition, view: &WorkerView) {
    text.family(names::CONNECTOR_STATUS, Kind::Gauge, "State of a connector, in a label");
    for connector in &view.connectors {
        let status = connector.state.as_str().to_ascii_lowercase();
        text.sample(&[(names::CONNECTOR, &connector.name), (names::STATUS, &status)], 1.0);
    }
    text.family(names::CONNECTOR_CLASS, Kind::Gauge, "Class of a connector, in a label");
    for connector in &view.connectors {
        text.sample(&[(names::CONNECTOR, &connector.name), (names::CLASS, &connector.class)], 1.0);
    }
    text.family(names::CONNECTOR_TYPE, Kind::Gauge, "Type of a connector, in a label");
    for connector in &view.connectors {
        let kind = plugins::find(&connector.class).map_or("unknown", |plugin| plugin.kind.name());
        text.sample(&[(names::CONNECTOR, &connector.name), (names::TYPE, kind)], 1.0);
    }
    let mut tasks: HashMap<(&str, Option<ConnectState>), usize> = HashMap::new();
    for task in &view.tasks {
        for state in [None, Some(task.state)] {
            *tasks.entry((task.connector.as_str(), state)).or_default() += 1;
        }
    }
    let of = |name: &str, state| count(tasks.get(&(name, state)).copied().unwrap_or_default());
    text.family(names::CONNECTOR_TOTAL_TASKS, Kind::Gauge, "Tasks of a connector on this worker");
    for connector in &view.connectors {
        text.sample(&[(names::CONNECTOR, &connector.name)], of(&connector.name, None));
    }
    for (state, family) in COUNTED {
        text.family(family, Kind::Gauge, "Tasks of a connector on this worker in one state");
        for connector in &view.connectors {
            text.sample(&[(names::CONNECTOR, &connector.name)], of(&connector.name, Some(*state)));
        }
    }
}

/// Kafka Connect's families that a source task has.
fn write_connect_tasks(text: &mut Exposition, view: &WorkerView) {
    text.family(names::TASK_STATUS, Kind::Gauge, "State of a task, in a label");
    for task in &view.tasks {
        let (number, status) = (task.task.to_string(), task.state.as_str().to_ascii_lowercase());
        text.sample(&[(names::CONNECTOR, &task.connector), (names::TASK, &number), (names::STATUS, &status)], 1.0);
    }
    let mut each = |name, kind, help, value: &dyn Fn(&TaskView) -> Option<f64>| {
        text.family(name, kind, help);
        for task in &view.tasks {
            if let Some(value) = value(task) {
                text.sample(&[(names::CONNECTOR, &task.connector), (names::TASK, &task.task.to_string())], value);
            }
        }
    };
    each(names::POLL_TOTAL, Kind::Counter, "Events read", &|task| Some(big(task.totals.records_polled)));
    each(names::WRITE_TOTAL, Kind::Counter, "Records durable in Kafka", &|task| Some(big(task.totals.records_written)));
    each(names::WRITE_RATE, Kind::Gauge, "Records durable a second", &|task| Some(task.gauges.records_per_second));
    each(names::ACTIVE_COUNT, Kind::Gauge, "Records accepted and not yet durable", &|task| {
        Some(big(task.gauges.in_flight))
    });
    each(names::SKIPPED_TOTAL, Kind::Counter, "Events without a record", &|task| {
        Some(big(task.totals.records_skipped))
    });
    // A tolerated error is an error, and a failure too, because no error of a record is mended by trying again.
    for name in [names::ERRORS_TOTAL, names::FAILURES_TOTAL] {
        each(name, Kind::Counter, "Records at fault that were tolerated", &|task| {
            Some(big(task.totals.faults.record_errors))
        });
    }
    each(names::ERRORS_LOGGED_TOTAL, Kind::Counter, "Tolerated errors that were logged", &|task| {
        Some(big(task.totals.faults.errors_logged))
    });
    each(names::LETTERS_REQUESTED_TOTAL, Kind::Counter, "Dead letters written", &|task| {
        Some(big(task.totals.faults.dead_letters))
    });
    each(names::LAST_ERROR, Kind::Gauge, "Time of the last tolerated error in ms since 1970", &|task| {
        task.gauges.last_error_time_ms.map(big)
    });
}

/// What Kafka Connect has no name for.
fn write_own_tasks(text: &mut Exposition, view: &WorkerView) {
    let now = Utc::now();
    let mut each = |name, kind, help, value: &dyn Fn(&TaskView) -> Option<f64>| {
        text.family(name, kind, help);
        for task in &view.tasks {
            if let Some(value) = value(task) {
                text.sample(&[(names::CONNECTOR, &task.connector), (names::TASK, &task.task.to_string())], value);
            }
        }
    };
    each(names::RECORDS, Kind::Counter, "Records durable in Kafka", &|task| Some(big(task.totals.records_written)));
    each(names::DEAD_LETTERS, Kind::Counter, "Dead letters durable in Kafka", &|task| {
        Some(big(task.totals.faults.dead_letters))
    });
    each(names::BYTES, Kind::Counter, "Bytes of keys, values and headers durable in Kafka", &|task| {
        Some(big(task.totals.bytes_written))
    });
    each(names::BYTES_RATE, Kind::Gauge, "Bytes durable a second", &|task| Some(task.gauges.bytes_per_second));
    each(names::IN_FLIGHT, Kind::Gauge, "Records accepted and not yet durable", &|task| {
        Some(big(task.gauges.in_flight))
    });
    each(names::RESTARTS, Kind::Counter, "Attempts after the first", &|task| Some(big(task.totals.restarts)));
    each(names::LAG, Kind::Gauge, "Age of the newest committed change while others wait", &|task| {
        lag_ms(&task.gauges, now).map(|lag| big(i64::try_from(lag).unwrap_or(i64::MAX)) / 1_000.0)
    });
    each(names::TOKEN_AGE, Kind::Gauge, "Age of the committed resume token", &|task| {
        task.gauges.committed_token_time_ms.map(|at| big((now.timestamp_millis() - at).max(0)) / 1_000.0)
    });
    each(names::OPLOG_WINDOW, Kind::Gauge, "How far the oplog reaches back", &|task| {
        task.gauges.oplog_window_s.map(big)
    });
    each(
        names::OPLOG_HEADROOM,
        Kind::Gauge,
        "How long nothing has to be read before the position leaves the oplog",
        &|task| headroom_s(&task.gauges, now).map(|seconds| big(i64::try_from(seconds).unwrap_or(i64::MAX))),
    );
    each(names::STREAM_OPEN, Kind::Gauge, "1 while a change stream is open", &|task| {
        Some(if task.observed == ObservedState::Streaming { 1.0 } else { 0.0 })
    });
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus has nothing but doubles")]
fn big(value: i64) -> f64 {
    value as f64
}

fn count(value: usize) -> f64 {
    big(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use connect::lifecycle::ConnectState;

    use super::*;
    use crate::db::status::{Faults, Gauges, Growth};
    use crate::worker::view::ConnectorView;

    #[test]
    fn series_carry_kafka_connects_names_and_labels() {
        let view = WorkerView {
            reconciled_at: None,
            live_replicas: 2,
            connectors: vec![ConnectorView {
                name: "pa\"ti".to_owned(),
                class: "com.mongodb.kafka.connect.MongoSourceConnector".to_owned(),
                state: ConnectState::Running,
            }],
            tasks: vec![TaskView {
                connector: "pa\"ti".to_owned(),
                task: 0,
                observed: ObservedState::Streaming,
                state: ConnectState::Running,
                totals: Growth {
                    records_written: 7,
                    faults: Faults { dead_letters: 3, record_errors: 4, ..Faults::default() },
                    ..Growth::default()
                },
                gauges: Gauges::default(),
            }],
        };

        let text = render(&view, "h:8083");

        for line in [
            r#"kafka_connect_connector_status{connector="pa\"ti",status="running"} 1"#,
            r#"kafka_connect_worker_connector_running_task_count{connector="pa\"ti"} 1"#,
            r#"kafka_connect_connector_task_status{connector="pa\"ti",task="0",status="running"} 1"#,
            r#"kafka_connect_source_task_source_record_write_total{connector="pa\"ti",task="0"} 7"#,
            r#"naru_records_total{connector="pa\"ti",task="0"} 7"#,
            r#"naru_dead_letters_total{connector="pa\"ti",task="0"} 3"#,
            r#"kafka_connect_task_error_total_record_errors{connector="pa\"ti",task="0"} 4"#,
            r#"kafka_connect_task_error_deadletterqueue_produce_requests{connector="pa\"ti",task="0"} 3"#,
            "naru_replicas 2",
        ] {
            assert!(text.lines().any(|have| have == line), "{line}\nin\n{text}");
        }
    }
}
