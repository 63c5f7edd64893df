//! Where a connector stands, in the official connector's terms.

use connect::config::SourceConfig;
use connect::position::Position;

use super::Error;
use super::connectors::find;
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::ids::TaskNumber;
use crate::state::AppState;

/// One partition of a source with its offset; all values are text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceOffset {
    /// `ns` of the partition: `offset.partition.name`, or what the official connector makes of the connection string.
    pub(crate) namespace: String,
    /// Names and values of the offset.
    pub(crate) offset: Vec<(&'static str, String)>,
}

/// A connector's offsets; none before its first commit.
///
/// # Errors
/// [`super::error::Missing::Connector`], [`Error::Unavailable`], [`Error::Internal`] when what is stored is unreadable.
pub(crate) async fn list(state: &AppState, principal: &Principal, name: &str) -> Result<Vec<SourceOffset>, Error> {
    authorise(principal, Action::Read, Object::Connector(name))?;
    let connector = find(state, principal, name).await?;
    let stored = db::position::load_position(&state.pool, connector.stored.id, TaskNumber(0)).await?;
    let Some(stored) = stored else { return Ok(Vec::new()) };
    let position = Position::from_json(&stored)
        .map_err(|error| Error::Internal("A stored position is unreadable", Some(Box::new(error))))?;
    // A stored configuration parsed when it was submitted; if a newer release refuses it, the partition has no name.
    let namespace = SourceConfig::parse(&connector.config).map(|config| config.offset_partition_name);
    let offset = position
        .official_offset()
        .map_err(|error| Error::Internal("A stored position is unreadable", Some(Box::new(error))))?;
    Ok(vec![SourceOffset { namespace: namespace.unwrap_or_default(), offset }])
}
