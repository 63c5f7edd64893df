//! Addresses: `NARU_PORTAL_LISTEN`, `NARU_CONNECT_LISTEN`, `NARU_ADMIN_LISTEN`, `NARU_INSECURE_LISTEN`, `NARU_WORKER_ID`.
//!
//! There is no sign-in yet, so whoever reaches a listener may do everything: anything but loopback has to be asked for.

use std::net::SocketAddr;

use clap::Args;

/// Where the three listeners are, and how this process is called by the others.
#[derive(Debug, Clone, Args)]
pub struct ListenConfig {
    /// The portal.
    #[arg(id = "portal_listen", long = "portal-listen", env = "NARU_PORTAL_LISTEN", default_value = "127.0.0.1:3000")]
    pub portal: SocketAddr,
    /// The Kafka Connect API.
    #[arg(
        id = "connect_listen",
        long = "connect-listen",
        env = "NARU_CONNECT_LISTEN",
        default_value = "127.0.0.1:8083"
    )]
    pub connect: SocketAddr,
    /// Health and metrics.
    #[arg(id = "admin_listen", long = "admin-listen", env = "NARU_ADMIN_LISTEN", default_value = "127.0.0.1:9464")]
    pub admin: SocketAddr,
    /// `yes` allows addresses other than loopback, although nobody has to sign in.
    #[arg(id = "insecure_listen", long = "insecure-listen", env = "NARU_INSECURE_LISTEN", value_parser = ["yes", "no"], default_value = "no")]
    pub insecure: String,
    /// `host:port` under which this process appears as a worker; the Connect API's address when not given.
    #[arg(id = "worker_id", long = "worker-id", env = "NARU_WORKER_ID")]
    pub worker_id: Option<String>,
}

impl ListenConfig {
    /// Addresses that may not be listened on without `NARU_INSECURE_LISTEN=yes`.
    pub fn problems(&self) -> Vec<String> {
        if self.insecure == "yes" {
            return Vec::new();
        }
        [
            ("NARU_PORTAL_LISTEN", self.portal),
            ("NARU_CONNECT_LISTEN", self.connect),
            ("NARU_ADMIN_LISTEN", self.admin),
        ]
        .into_iter()
        .filter(|(_, address)| !address.ip().is_loopback())
        .map(|(name, address)| {
            format!(
                "{name}={address} is not a loopback address, and there is no sign-in yet: whoever reaches it may do \
                 everything. Set NARU_INSECURE_LISTEN=yes if the network in front of it keeps strangers out."
            )
        })
        .collect()
    }

    /// What this process is called in the Kafka Connect API: what was configured, else its address there, with the machine's
    /// name where the address is a wildcard. `connect` is the address that was really bound.
    pub fn worker_id(&self, connect: SocketAddr) -> String {
        match &self.worker_id {
            Some(id) => id.clone(),
            None if connect.ip().is_unspecified() => format!("{}:{}", host_name(), connect.port()),
            None => connect.to_string(),
        }
    }
}

fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "localhost".to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn listen(portal: &str, insecure: &str) -> ListenConfig {
        ListenConfig {
            portal: portal.parse().unwrap(),
            connect: "127.0.0.1:8083".parse().unwrap(),
            admin: "[::1]:9464".parse().unwrap(),
            insecure: insecure.to_owned(),
            worker_id: None,
        }
    }

    #[test]
    fn refuses_every_address_but_loopback_unless_told() {
        assert!(listen("127.0.0.1:3000", "no").problems().is_empty());
        assert_eq!(listen("0.0.0.0:3000", "no").problems().len(), 1);
        assert!(listen("0.0.0.0:3000", "yes").problems().is_empty());
    }

    #[test]
    fn a_worker_is_called_by_its_bound_address() {
        let config = listen("127.0.0.1:3000", "no");

        assert_eq!(config.worker_id("127.0.0.1:41234".parse().unwrap()), "127.0.0.1:41234");
        assert!(config.worker_id("0.0.0.0:8083".parse().unwrap()).ends_with(":8083"));
    }
}
