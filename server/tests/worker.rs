//! Who runs what: leases, replicas, restarts, outages.

mod flow;
mod leases;
mod outage;
mod restarts;
