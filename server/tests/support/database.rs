//! A Postgres database of one test, gone when the test ends.

use server::config::{DatabaseConfig, DatabaseUrl};
use sqlx::postgres::{PgPool, PgPoolOptions};

use super::unique;

/// A migrated database that nobody else uses.
pub(crate) struct TestDatabase {
    name: String,
    server: DatabaseUrl,
    url: DatabaseUrl,
    /// For looking behind the application's back.
    pub(crate) pool: PgPool,
}

impl TestDatabase {
    /// Makes one on the server that `DATABASE_URL` names.
    pub(crate) async fn create() -> Self {
        let database = Self::create_empty().await;
        server::migrate(&database.config()).await.expect("the migrations apply");
        database
    }

    /// One without tables.
    pub(crate) async fn create_empty() -> Self {
        let server: DatabaseUrl = std::env::var("DATABASE_URL")
            .expect("DATABASE_URL names the Postgres of the tests")
            .parse()
            .expect("DATABASE_URL is a connection string");
        let name = unique("naru_test");
        let admin = PgPool::connect_with(server.options()).await.expect("Postgres answers");
        sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&admin).await.expect("may create");
        admin.close().await;
        let url = server.with_database(&name);
        let pool =
            PgPoolOptions::new().max_connections(2).connect_with(url.options()).await.expect("the database answers");
        Self { name, server, url, pool }
    }

    /// How an application reaches it.
    pub(crate) fn config(&self) -> DatabaseConfig {
        DatabaseConfig { url: self.url.clone(), max_connections: 8 }
    }

    /// Its connection string, for another process. The tests' Postgres asks for no password.
    pub(crate) fn url_text(&self) -> String {
        format!("postgres://{}@{}/{}", self.url.options().get_username(), self.server_address(), self.name)
    }

    /// How an application reaches it through something in between.
    pub(crate) fn config_through(&self, port: u16) -> DatabaseConfig {
        let url = format!("postgres://{}@127.0.0.1:{port}/{}", self.url.options().get_username(), self.name);
        DatabaseConfig { url: url.parse().expect("a connection string"), max_connections: 8 }
    }

    /// Where the Postgres server listens.
    pub(crate) fn server_address(&self) -> String {
        let options = self.server.options();
        format!("{}:{}", options.get_host(), options.get_port())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let drop = async move {
            let admin = PgPool::connect_with(server.options()).await?;
            sqlx::query(sqlx::AssertSqlSafe(format!("drop database if exists {name} with (force)")))
                .execute(&admin)
                .await
        };
        // A runtime of its own: the test's is ending.
        let thread = std::thread::spawn(move || tokio::runtime::Runtime::new().map(|runtime| runtime.block_on(drop)));
        let _ = thread.join();
    }
}
