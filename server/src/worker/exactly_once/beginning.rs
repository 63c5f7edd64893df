//! Where an exactly-once task goes on: what the offsets topic says, what Postgres remembers, and whether both can be believed.

use std::time::Duration;

use bytes::Bytes;
use connect::config::SourceConfig;
use connect::position::{KeptPosition, Position, Reached, Selection, StoredOffset};
use connect::{Error, ErrorKind};
use sqlx::PgPool;
use tokio::time::timeout;
use tracing::info;

use crate::blocking::blocking;
use crate::db;
use crate::db::leases::Lease;
use crate::db::position::{Keeper, StoredPosition};
use crate::ids::LeaseEpoch;
use crate::kafka::client::ClientSettings;
use crate::kafka::consumer::next_offsets;
use crate::kafka::fault::Fault;
use crate::kafka::offsets_topic::OffsetsTopic;

/// How long Postgres may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long Kafka may take to say how far topics reach.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    /// Where to go on; `None` when the task begins afresh.
    pub(super) position: Option<Position>,
    /// How far topics had been written.
    pub(super) reached: Reached,
    /// The topic's position was written under an epoch that this database has not reached yet.
    pub(super) newer_epoch: Option<LeaseEpoch>,
}

/// Reads the topic and Postgres, and weighs them.
///
/// # Errors
/// `PositionLost` when the topic no longer holds what was kept there or it cannot be understood, `StoreUnavailable`, and what
/// Kafka has against reading.
pub(super) async fn find(
    topic: &OffsetsTopic,
    key: &str,
    connector: &str,
    config: &SourceConfig,
    pool: &PgPool,
    lease: Lease,
) -> Result<Found, Error> {
    let selection = Selection::of(config);
    let value = match topic.find(key.to_owned()).await? {
        Some(value) => Some(value),
        None => find_moved(topic, connector, &selection).await?,
    };
    let doing = "Reading the position from Postgres";
    let remembered = timeout(STATEMENT_TIMEOUT, db::position::find_position(pool, lease.connector, lease.task))
        .await
        .map_err(|_| Error::new(ErrorKind::StoreUnavailable, doing))?
        .map_err(|error| Error::caused(ErrorKind::StoreUnavailable, doing, error))?;
    weigh(value.as_deref().map(StoredOffset::from_value).transpose()?, remembered, selection, lease, topic.name())
}

/// The position of the same data under another partition name, as after a change of the hosts in the connection string.
async fn find_moved(topic: &OffsetsTopic, connector: &str, selection: &Selection) -> Result<Option<Bytes>, Error> {
    let mut moved = None;
    for (partition, value) in topic.list(connector.to_owned()).await? {
        // What cannot be read belongs to a partition that is not asked for.
        let Ok(StoredOffset::Own(kept)) = StoredOffset::from_value(&value) else { continue };
        if selection.owns_position_of(&kept.position.selection) {
            info!(partition, "the position is kept under another partition name");
            moved = Some(value);
        }
    }
    Ok(moved)
}

fn weigh(
    stored: Option<StoredOffset>,
    remembered: Option<StoredPosition>,
    selection: Selection,
    lease: Lease,
    topic: &str,
) -> Result<Found, Error> {
    let own_row = remembered.as_ref().filter(|row| row.keeper == Keeper::Postgres);
    match stored {
        Some(StoredOffset::Own(kept)) => {
            let KeptPosition { position, connector, epoch, reached } = *kept;
            let is_ours = connector == lease.connector.0.to_string();
            if is_ours && epoch > lease.epoch.0 {
                return Ok(Found { newer_epoch: Some(LeaseEpoch(epoch)), ..Found::default() });
            }
            let kept = Found { position: Some(position), reached, newer_epoch: None };
            match own_row {
                // Written later, while the connector delivered at least once.
                Some(row) if is_ours && row.epoch.0 > epoch => from_row(row),
                Some(row) if !is_ours => Ok(later(from_row(row)?, kept)),
                _ => Ok(kept),
            }
        }
        Some(StoredOffset::Official(offset)) => {
            let taken_over = Found { position: offset.into_position(selection), ..Found::default() };
            Ok(match own_row {
                Some(row) => later(from_row(row)?, taken_over),
                None => taken_over,
            })
        }
        None => match remembered {
            Some(row) if row.keeper == Keeper::Kafka => {
                let context =
                    format!("The position of this connector was kept in topic {topic} and is not there any more");
                Err(Error::new(ErrorKind::PositionLost, context))
            }
            Some(row) => from_row(&row),
            None => Ok(Found::default()),
        },
    }
}

/// The later of the two: where different hands wrote them, nothing is known of their order but the time in their tokens.
fn later(row: Found, kept: Found) -> Found {
    let time = |found: &Found| found.position.as_ref().and_then(Position::cluster_time);
    if time(&row) > time(&kept) { row } else { kept }
}

fn from_row(row: &StoredPosition) -> Result<Found, Error> {
    Ok(Found { position: Some(Position::from_json(&row.position)?), ..Found::default() })
}

/// A topic that ends before what was written to it has been deleted and made again, or has lost its end to an unclean election.
///
/// # Errors
/// `TopicShrunk`, or what Kafka has against asking.
pub(super) async fn check_reached(settings: &ClientSettings, reached: &Reached) -> Result<(), Error> {
    let wanted: Vec<(String, i32, i64)> = reached
        .topics()
        .flat_map(|(topic, last)| last.iter().map(move |(partition, offset)| (topic.to_owned(), *partition, *offset)))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let doing = "Asking Kafka how far the topics reach";
    let (settings, asked) = (settings.clone(), wanted.clone());
    let next = blocking(move || {
        next_offsets(&settings, asked.iter().map(|(topic, partition, _)| (topic.as_str(), *partition)), REQUEST_TIMEOUT)
    });
    let next = next.await.unwrap_or(Err(Fault::Closed)).map_err(|fault| fault.while_doing(doing))?;
    for (topic, partition, last) in wanted {
        let end = next.get(&(topic.clone(), partition)).copied().flatten();
        if end.is_none_or(|end| end <= last) {
            let end = end.map_or_else(|| "is gone".to_owned(), |end| format!("ends at {end}"));
            let context =
                format!("Partition {partition} of topic {topic} was written up to offset {last} and now {end}");
            return Err(Error::new(ErrorKind::TopicShrunk, context));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
