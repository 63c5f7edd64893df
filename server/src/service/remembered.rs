//! Answers from outside that are kept for a moment: redrawing a page asks for the same ones again and again.
//!
//! Bounded by number, by weight and by age; what is too old is let go of even if nobody asks any more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much is kept, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Answers.
    pub(crate) entries: usize,
    /// Their weights together.
    pub(crate) weight: usize,
    /// Age at which an answer is let go of.
    pub(crate) age: Duration,
}

/// Answers by what was asked. A cheap clone of one store.
pub(crate) struct Remembered<K, V> {
    entries: Arc<Mutex<Vec<Entry<K, V>>>>,
    bounds: Bounds,
}

struct Entry<K, V> {
    key: K,
    value: V,
    weight: usize,
    since: Instant,
}

impl<K, V> Clone for Remembered<K, V> {
    fn clone(&self) -> Self {
        Self { entries: Arc::clone(&self.entries), bounds: self.bounds }
    }
}

impl<K: Eq + Send + 'static, V: Clone + Send + 'static> Remembered<K, V> {
    /// Nothing kept yet.
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { entries: Arc::default(), bounds }
    }

    /// The answer, if it is still kept.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.since.elapsed() < self.bounds.age);
        entries.iter().find(|entry| entry.key == *key).map(|entry| entry.value.clone())
    }

    /// Keeps an answer, at the cost of the oldest ones. One that is heavier than all that may be kept is not kept.
    pub(crate) fn put(&self, key: K, value: V, weight: usize) {
        if weight > self.bounds.weight {
            return;
        }
        {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            entries.retain(|entry| entry.key != key);
            entries.push(Entry { key, value, weight, since: Instant::now() });
            let mut total: usize = entries.iter().map(|entry| entry.weight).sum();
            let mut surplus = 0;
            while entries.len() - surplus > self.bounds.entries || total > self.bounds.weight {
                total -= entries[surplus].weight;
                surplus += 1;
            }
            entries.drain(..surplus);
        }
        let (entries, age) = (Arc::downgrade(&self.entries), self.bounds.age);
        tokio::spawn(async move {
            tokio::time::sleep(age).await;
            if let Some(entries) = entries.upgrade() {
                entries.lock().unwrap_or_else(PoisonError::into_inner).retain(|entry| entry.since.elapsed() < age);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remembered(entries: usize, weight: usize) -> Remembered<u8, u8> {
        Remembered::new(Bounds { entries, weight, age: Duration::from_secs(60) })
    }

    fn kept(remembered: &Remembered<u8, u8>) -> Vec<u8> {
        (0..10).filter_map(|key| remembered.get(&key)).collect()
    }

    #[tokio::test]
    async fn the_oldest_go_when_there_are_too_many_or_they_weigh_too_much() {
        let few = remembered(2, 100);
        let light = remembered(10, 10);
        for key in 0..4 {
            few.put(key, key, 1);
            light.put(key, key, 4);
        }

        assert_eq!(kept(&few), [2, 3]);
        assert_eq!(kept(&light), [2, 3]);
    }

    #[tokio::test]
    async fn what_is_too_heavy_is_not_kept_and_pushes_nothing_out() {
        let remembered = remembered(2, 10);
        remembered.put(1, 1, 1);
        remembered.put(2, 2, 11);

        assert_eq!(kept(&remembered), [1]);
    }

    #[tokio::test]
    async fn a_new_answer_takes_the_place_of_the_old_one() {
        let remembered = remembered(2, 10);
        remembered.put(1, 1, 1);
        remembered.put(1, 7, 1);

        assert_eq!(kept(&remembered), [7]);
    }

    #[tokio::test]
    async fn what_is_too_old_is_let_go_of() {
        let remembered = Remembered::new(Bounds { entries: 2, weight: 10, age: Duration::ZERO });
        remembered.put(1, 1, 1);

        assert!(kept(&remembered).is_empty());
    }
}
