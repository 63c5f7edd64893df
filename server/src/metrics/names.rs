//! Every metric's name and every label, in one place. Dashboards and alerts are built on them: none is ever renamed.
//!
//! `kafka_connect_*` are the names that Kafka Connect's metrics have under the usual exporter rules; `naru_*` are ours.

pub(crate) const CONNECTOR: &str = "connector";
pub(crate) const TASK: &str = "task";
pub(crate) const STATUS: &str = "status";
pub(crate) const CLASS: &str = "connector_class";
pub(crate) const TYPE: &str = "connector_type";
pub(crate) const DOOR: &str = "door";
pub(crate) const METHOD: &str = "method";
pub(crate) const PATH: &str = "path";
pub(crate) const VERSION: &str = "version";
pub(crate) const WORKER: &str = "worker_id";

pub(crate) const CONNECTOR_COUNT: &str = "kafka_connect_worker_connector_count";
pub(crate) const TASK_COUNT: &str = "kafka_connect_worker_task_count";
pub(crate) const CONNECTOR_TOTAL_TASKS: &str = "kafka_connect_worker_connector_total_task_count";
pub(crate) const CONNECTOR_RUNNING_TASKS: &str = "kafka_connect_worker_connector_running_task_count";
pub(crate) const CONNECTOR_PAUSED_TASKS: &str = "kafka_connect_worker_connector_paused_task_count";
pub(crate) const CONNECTOR_FAILED_TASKS: &str = "kafka_connect_worker_connector_failed_task_count";
pub(crate) const CONNECTOR_UNASSIGNED_TASKS: &str = "kafka_connect_worker_connector_unassigned_task_count";
pub(crate) const CONNECTOR_RESTARTING_TASKS: &str = "kafka_connect_worker_connector_restarting_task_count";
pub(crate) const CONNECTOR_STATUS: &str = "kafka_connect_connector_status";
pub(crate) const CONNECTOR_CLASS: &str = "kafka_connect_connector_connector_class";
pub(crate) const CONNECTOR_TYPE: &str = "kafka_connect_connector_connector_type";
pub(crate) const TASK_STATUS: &str = "kafka_connect_connector_task_status";
pub(crate) const POLL_TOTAL: &str = "kafka_connect_source_task_source_record_poll_total";
pub(crate) const WRITE_TOTAL: &str = "kafka_connect_source_task_source_record_write_total";
pub(crate) const WRITE_RATE: &str = "kafka_connect_source_task_source_record_write_rate";
pub(crate) const ACTIVE_COUNT: &str = "kafka_connect_source_task_source_record_active_count";
pub(crate) const SKIPPED_TOTAL: &str = "kafka_connect_task_error_total_records_skipped";
pub(crate) const ERRORS_TOTAL: &str = "kafka_connect_task_error_total_record_errors";
pub(crate) const FAILURES_TOTAL: &str = "kafka_connect_task_error_total_record_failures";
pub(crate) const ERRORS_LOGGED_TOTAL: &str = "kafka_connect_task_error_total_errors_logged";
pub(crate) const LETTERS_REQUESTED_TOTAL: &str = "kafka_connect_task_error_deadletterqueue_produce_requests";
pub(crate) const LAST_ERROR: &str = "kafka_connect_task_error_last_error_timestamp";

pub(crate) const BUILD_INFO: &str = "naru_build_info";
pub(crate) const REPLICAS: &str = "naru_replicas";
pub(crate) const RECONCILE_AGE: &str = "naru_reconcile_age_seconds";
pub(crate) const RECORDS: &str = "naru_records_total";
pub(crate) const DEAD_LETTERS: &str = "naru_dead_letters_total";
pub(crate) const BYTES: &str = "naru_bytes_total";
pub(crate) const BYTES_RATE: &str = "naru_bytes_per_second";
pub(crate) const IN_FLIGHT: &str = "naru_records_in_flight";
pub(crate) const RESTARTS: &str = "naru_task_restarts_total";
pub(crate) const LAG: &str = "naru_lag_seconds";
pub(crate) const TOKEN_AGE: &str = "naru_resume_token_age_seconds";
pub(crate) const OPLOG_WINDOW: &str = "naru_oplog_window_seconds";
pub(crate) const OPLOG_HEADROOM: &str = "naru_oplog_headroom_seconds";
pub(crate) const STREAM_OPEN: &str = "naru_stream_open";
pub(crate) const HTTP_REQUESTS: &str = "naru_http_requests_total";
