//! Views without data access: they get values and draw them.

pub(crate) mod actions;
pub(crate) mod check_list;
pub(crate) mod check_stream;
pub(crate) mod copy_button;
pub(crate) mod copy_table;
pub(crate) mod empty;
pub(crate) mod event_list;
pub(crate) mod facts;
pub(crate) mod failure;
pub(crate) mod frame;
pub(crate) mod header;
pub(crate) mod icon;
pub(crate) mod live;
pub(crate) mod load;
pub(crate) mod moment;
pub(crate) mod notice;
pub(crate) mod outcome_table;
pub(crate) mod pager;
pub(crate) mod problem_list;
pub(crate) mod sparkline;
pub(crate) mod stepper;
pub(crate) mod table;
pub(crate) mod tabs;
pub(crate) mod texts;
pub(crate) mod trouble;
pub(crate) mod verdict;
