//! The connector whose history is judged: one collection, copied and followed, in records that [`super::observation`] can read.

use crate::connect::Config;

/// The collection that writers change.
pub(crate) const COLLECTION: &str = "items";

/// Its configuration. With a topic for its positions it delivers exactly once.
pub(crate) fn config(mongodb_uri: &str, database: &str, offsets_topic: Option<&str>) -> Config {
    let mut properties = vec![
        ("connection.uri", mongodb_uri),
        ("database", database),
        ("collection", COLLECTION),
        ("copy.existing", "true"),
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("poll.await.time.ms", "500"),
        // Small replies: there must be something to fail between.
        ("batch.size", "200"),
    ];
    if let Some(topic) = offsets_topic {
        properties.extend([("exactly.once.support", "required"), ("offsets.storage.topic", topic)]);
    }
    properties.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
