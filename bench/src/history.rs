//! What was written to a collection, what its topic says, and whether the two agree: the judge of every fault this crate makes.
//!
//! [`connector`] is what runs; [`writers`] change documents and note what they mean to do before they do it, and what was acknowledged; [`positions`] are
//! watched meanwhile; [`observation`] reads records as events; [`verdict`] and [`transactions`] compare; [`evidence`] holds
//! their judgements. The programs that make faults use them and decide nothing about right and wrong.
//!
//! What is demanded of a topic, read from its beginning:
//!
//! * **Nothing lost, nothing invented.** Changes begin when the first copied record is in the topic, so after the position the
//!   stream starts from. For each `_id`, the distinct events in the order of their tokens are the acknowledged changes in their
//!   order; a change whose acknowledgement never came may be among them or not.
//! * **The topic is the collection.** Folded in the order of offsets (copied, inserted and replaced documents as they are,
//!   updates applied, deletions removed) it gives the documents the collection has at the end.
//! * **Order.** For each `_id` the events come in runs. Within a run each is the direct successor of the one before it. A new run
//!   begins only by going back to an event that was there already, which is a replay, and there are no more replays than faults.
//! * **No position ahead of the topic.** Whatever position was told at any time, the events it covers were in the topic by then.
//! * **Once**, where exactly once is promised: no event and no copied document comes twice, and records and positions are
//!   committed together or not at all.

pub(crate) mod connector;
pub(crate) mod evidence;
pub(crate) mod observation;
pub(crate) mod positions;
pub(crate) mod transactions;
pub(crate) mod verdict;
pub(crate) mod writers;
