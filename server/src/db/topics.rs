//! Topics that connectors have written to, read and reset. [`super::position::record_topics`] adds to them.

use sqlx::PgExecutor;

use super::Error;
use crate::ids::ConnectorId;

/// A connector's topics since the last reset, by name.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_topics(executor: impl PgExecutor<'_>, connector: ConnectorId) -> Result<Vec<String>, Error> {
    let topics = sqlx::query_scalar!(
        r#"select topic from connector_topics where connector_id = $1 order by topic collate "C""#,
        connector.0
    )
    .fetch_all(executor)
    .await?;
    Ok(topics)
}

/// Every topic with the name of the connector that wrote to it, by topic.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_topic_writers(executor: impl PgExecutor<'_>) -> Result<Vec<(String, String)>, Error> {
    let rows = sqlx::query!(
        r#"
        select connector_topics.topic, connectors.name
        from connector_topics
        join connectors on connectors.id = connector_topics.connector_id
        order by connector_topics.topic collate "C", connectors.name collate "C"
        "#,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.topic, row.name)).collect())
}

/// Forgets a connector's topics, and has its workers tell them anew.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn reset_topics(executor: impl PgExecutor<'_>, connector: ConnectorId) -> Result<(), Error> {
    sqlx::query!(
        r#"
        with forgotten as (
            delete from connector_topics where connector_id = $1
        )
        update connectors
        set topic_resets = topic_resets + 1
        where id = $1
        "#,
        connector.0
    )
    .execute(executor)
    .await?;
    Ok(())
}
