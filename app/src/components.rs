//! Views without data access: they get values and draw them.

pub(crate) mod empty;
pub(crate) mod failure;
pub(crate) mod frame;
pub(crate) mod header;
pub(crate) mod icon;
pub(crate) mod live;
pub(crate) mod moment;
pub(crate) mod notice;
pub(crate) mod pager;
pub(crate) mod verdict;
