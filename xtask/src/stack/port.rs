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

/// A free port that is not this one: one that was free a moment ago may be offered again.
pub(crate) fn choose_other_than(taken: u16) -> Result<u16> {
    loop {
        let port = choose(None)?;
        if port != taken {
            return Ok(port);
        }
    }
}

/// A port of this machine's loopback interface.
pub(crate) fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
