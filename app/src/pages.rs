//! Pages, one a file: each owns its resources and puts components together.

pub(crate) mod config;
pub(crate) mod confirm;
pub(crate) mod connector;
pub(crate) mod connectors;
pub(crate) mod not_found;
pub(crate) mod record;
pub(crate) mod topic;
pub(crate) mod topics;
pub(crate) mod wizard;
