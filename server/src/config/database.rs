//! Postgres: `DATABASE_URL`, `NARU_DATABASE_MAX_CONNECTIONS`.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use sqlx::postgres::PgConnectOptions;

/// How Postgres is reached.
#[derive(Debug, Clone, Args)]
pub struct DatabaseConfig {
    /// Connection string of Postgres, `postgres://user:password@host:port/database`.
    #[arg(id = "database_url", long = "database-url", env = "DATABASE_URL", hide_env_values = true)]
    pub url: DatabaseUrl,
    /// Connections at most; the workers need two of them.
    #[arg(
        id = "database_max_connections",
        long = "database-max-connections",
        env = "NARU_DATABASE_MAX_CONNECTIONS",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(4..=1000)
    )]
    pub max_connections: u32,
}

/// A connection string that parsed. `Debug` shows host, port and database, never the user's password.
#[derive(Clone)]
pub struct DatabaseUrl(PgConnectOptions);

impl DatabaseUrl {
    /// Options for the driver.
    pub fn options(&self) -> PgConnectOptions {
        self.0.clone()
    }

    /// The same server and user with another database.
    pub fn with_database(&self, name: &str) -> Self {
        Self(self.0.clone().database(name))
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The driver's own message may quote the text, password included.
        PgConnectOptions::from_str(text).map(Self).map_err(|_| "not a postgres:// connection string".to_owned())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.0.get_database().unwrap_or("(default)");
        write!(formatter, "{}:{}/{}", self.0.get_host(), self.0.get_port(), database)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn debug_shows_no_password() {
        let url: DatabaseUrl = "postgres://naru:s3cret@db.example:5433/naru".parse().unwrap();

        assert_eq!(format!("{url:?}"), "db.example:5433/naru");
    }

    #[test]
    fn an_unreadable_url_is_not_quoted() {
        let error = "postgres://naru:s3cret@[bad".parse::<DatabaseUrl>().unwrap_err();

        assert!(!error.contains("s3cret"), "{error}");
    }
}
