//! How fast a known number of records comes, and what that costs.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::Worker;
use super::usage::Usage;
use crate::connect::Config;
use crate::topic::{Ends, Kafka};

const LIMIT: Duration = Duration::from_secs(600);
/// Fine enough against seconds of work, coarse enough not to be work itself.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// What was measured.
pub(super) struct Throughput {
    pub(super) count: i64,
    /// From the request that creates the connector to the last record.
    pub(super) whole_s: f64,
    /// From the first record to the last.
    pub(super) flowing_s: f64,
    pub(super) cpu_s: f64,
    pub(super) peak_mb: f64,
}

impl Throughput {
    #[expect(clippy::cast_precision_loss, reason = "a count of records is far below 2^52")]
    pub(super) fn per_s(&self) -> f64 {
        self.count as f64 / self.flowing_s
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of records is far below 2^52")]
    pub(super) fn cpu_us_each(&self) -> f64 {
        self.cpu_s * 1e6 / self.count as f64
    }
}

/// Creates a connector and waits until `count` records are in its topic. The connector is left running.
pub(super) async fn measure(
    kafka: &Kafka,
    worker: &Worker,
    name: &str,
    config: &Config,
    topic: &str,
    count: i64,
) -> Result<Throughput> {
    let usage = Usage::of(worker.pid)?;
    usage.reset_peak()?;
    let cpu_before_s = usage.cpu_s()?;
    let start = Instant::now();
    worker.connect.request_creation(name, config).await?;
    let mut first = None;
    loop {
        let seen = kafka.count_after(topic, &Ends::new()).await?;
        let now = Instant::now();
        if seen > 0 && first.is_none() {
            first = Some(now);
        }
        if seen >= count {
            let first = first.unwrap_or(start);
            return Ok(Throughput {
                count,
                whole_s: (now - start).as_secs_f64(),
                flowing_s: (now - first).as_secs_f64(),
                cpu_s: usage.cpu_s()? - cpu_before_s,
                peak_mb: usage.peak_mb()?,
            });
        }
        ensure!(start.elapsed() < LIMIT, "{seen} of {count} records after {} s", LIMIT.as_secs());
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}
