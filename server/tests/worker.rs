//! Who runs what: leases, replicas, restarts, outages.

mod leases;
mod outage;
mod restarts;
