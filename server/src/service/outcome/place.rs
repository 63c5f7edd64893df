//! Where records would go: whether their topics exist, and over how many partitions keys are spread.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use connect::config::TopicCreationRules;

use crate::detached::finish_within;
use crate::service::remote::Remote;

/// How long a redrawn preview waits for Kafka. What comes later is there for the next one.
const PATIENCE: Duration = Duration::from_millis(200);

/// What is known of a topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// It exists; `None` while Kafka does not answer.
    pub(super) exists: Option<bool>,
    /// Its partitions, or those it would get, where that is known.
    pub(super) partitions: Option<u32>,
}

/// What is known of some topics.
pub(super) struct Places {
    known: HashMap<String, Place>,
}

impl Places {
    /// What is known of one.
    pub(super) fn of(&self, topic: &str) -> Place {
        self.known.get(topic).copied().unwrap_or_default()
    }
}

/// Looks topics up, or remembers them. Never waits long, and never fails.
pub(super) async fn find(remote: &Remote, topics: BTreeSet<String>, creation: &TopicCreationRules) -> Places {
    let (asking, asked) = (remote.clone(), topics.clone());
    let asked_for = |topic: &str| {
        let partitions = creation.for_topic(topic).ok().and_then(|creation| creation.partitions);
        partitions.and_then(|count| u32::try_from(count).ok())
    };
    let is_default_wanted = topics.iter().any(|topic| asked_for(topic).is_none());
    // Answers go into the store of the remote as they come, whether somebody still waits for them or not.
    finish_within(PATIENCE, async move { ask(&asking, &asked, is_default_wanted).await }).await;
    let default = || remote.defaults.get(&()).and_then(|defaults| defaults.partitions);
    let known = topics.into_iter().filter_map(|topic| {
        let place = match remote.places.get(&topic)? {
            Some(partitions) => Place { exists: Some(true), partitions: Some(partitions) },
            None => Place { exists: Some(false), partitions: asked_for(&topic).or_else(default) },
        };
        Some((topic, place))
    });
    Places { known: known.collect() }
}

async fn ask(remote: &Remote, topics: &BTreeSet<String>, is_default_wanted: bool) {
    let Ok(client) = remote.topics() else { return };
    for topic in topics {
        if remote.places.get(topic).is_some() {
            continue;
        }
        // Kafka does not answer: asking for the others would only take as long.
        let Ok(found) = client.find(topic).await else { return };
        let partitions = found.map(|shape| u32::try_from(shape.partitions.len()).unwrap_or(u32::MAX));
        remote.places.put(topic.clone(), partitions, 1);
    }
    let is_any_missing = topics.iter().any(|topic| remote.places.get(topic) == Some(None));
    if is_default_wanted && is_any_missing && remote.defaults.get(&()).is_none() {
        // Without the right to read them the default stays unknown; that is remembered too.
        let defaults = client.broker_defaults().await.unwrap_or_default();
        remote.defaults.put((), defaults, 1);
    }
}
