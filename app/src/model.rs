//! What pages show, as plain serialisable data: the server makes it, the browser reads it.
//!
//! No behaviour beyond parsing and arithmetic; no words in any language (those are in `i18n`). Counts and positions travel
//! exactly; times are milliseconds since the epoch.

pub mod check;
pub mod connection_string;
pub mod connector;
pub mod draft;
pub mod json_tree;
pub mod outcome;
pub mod preferences;
pub mod source;
pub mod topic;
