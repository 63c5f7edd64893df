//! Ports nobody uses.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context as _, Result};

/// The wanted port, or one that is free now. A little later it may not be; the service then says so.
pub(crate) fn choose(wanted: Option<u16>) -> Result<u16> {
    match wanted {
        Some(port) => Ok(port),
        None => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("No free port")?;
            Ok(listener.local_addr().context("No free port")?.port())
        }
    }
}

/// Free ports that are neither this one nor each other: one that was free a moment ago may be offered again.
pub(crate) fn choose_others_than<const COUNT: usize>(taken: u16) -> Result<[u16; COUNT]> {
    let mut ports = [taken; COUNT];
    for place in 0..COUNT {
        while ports[place] == taken || ports[..place].contains(&ports[place]) {
            ports[place] = choose(None)?;
        }
    }
    Ok(ports)
}

/// A port of this machine's loopback interface.
pub(crate) fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
