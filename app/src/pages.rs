//! Pages, one a file: each owns its resources and puts components together.

pub(crate) mod connectors;
pub(crate) mod not_found;
