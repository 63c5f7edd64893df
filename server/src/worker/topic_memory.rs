//! Tells each topic once, however many records go there, and again after the list was emptied.

use std::collections::HashSet;
use std::sync::Arc;

use super::progress::TaskProgress;

/// The topics that one attempt has told. Asked for every record, so the common case compares a pointer.
pub(super) struct TopicMemory {
    progress: TaskProgress,
    resets_seen: u64,
    last: Option<Arc<str>>,
    told: HashSet<Arc<str>>,
}

impl TopicMemory {
    pub(super) fn new(progress: TaskProgress) -> Self {
        Self { resets_seen: progress.topic_resets(), progress, last: None, told: HashSet::new() }
    }

    /// A record goes to this topic.
    pub(super) fn see(&mut self, topic: &Arc<str>) {
        let resets = self.progress.topic_resets();
        if resets != self.resets_seen {
            self.resets_seen = resets;
            self.last = None;
            self.told.clear();
        }
        if self.last.as_ref().is_some_and(|last| Arc::ptr_eq(last, topic)) {
            return;
        }
        if self.told.insert(Arc::clone(topic)) {
            self.progress.add_topic(topic);
        }
        self.last = Some(Arc::clone(topic));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_told_again_after_the_list_was_emptied() {
        let progress = TaskProgress::default();
        let mut memory = TopicMemory::new(progress.clone());
        let (one, two): (Arc<str>, Arc<str>) = ("one".into(), "two".into());
        memory.see(&one);
        memory.see(&two);

        progress.forget_topics();
        assert!(progress.topics().is_empty());
        memory.see(&two);

        assert_eq!(progress.topics().into_iter().collect::<Vec<_>>(), ["two"]);
    }
}
