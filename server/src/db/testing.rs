//! A database of one test on the Postgres that `DATABASE_URL` names.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::ops::Deref;

use connect::lifecycle::DesiredState;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use super::{connectors, leases, schema};
use crate::ids::{ConfigVersion, ConnectorId, ConnectorName, TaskNumber};

/// A migrated database that goes with the test.
pub(crate) struct UnitDatabase {
    pool: PgPool,
    server: PgConnectOptions,
    name: String,
}

impl Deref for UnitDatabase {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        &self.pool
    }
}

impl Drop for UnitDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let drop = async move {
            let server = PgPool::connect_with(server).await?;
            sqlx::query(sqlx::AssertSqlSafe(format!("drop database if exists {name} with (force)")))
                .execute(&server)
                .await
        };
        // A runtime of its own: the test's is ending.
        let thread = std::thread::spawn(move || tokio::runtime::Runtime::new().map(|runtime| runtime.block_on(drop)));
        let _ = thread.join();
    }
}

/// A migrated database, or `None`, said aloud, where `DATABASE_URL` names no Postgres.
pub(crate) async fn database() -> Option<UnitDatabase> {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        eprintln!("skipped: DATABASE_URL names no Postgres");
        return None;
    };
    let options: PgConnectOptions = url.parse().expect("DATABASE_URL is a connection string");
    let name = format!("naru_unit_{}", Uuid::now_v7().simple());
    let server = PgPool::connect_with(options.clone()).await.expect("Postgres answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&server).await.expect("may create");
    server.close().await;
    let pool = PgPool::connect_with(options.clone().database(&name)).await.expect("the database answers");
    schema::migrate(&pool).await.expect("the migrations apply");
    Some(UnitDatabase { pool, server: options, name })
}

/// A running connector with one task that nobody holds.
pub(crate) async fn connector(pool: &PgPool, name: &str) -> ConnectorId {
    let id = ConnectorId(Uuid::now_v7());
    let name = ConnectorName::parse(name).expect("a name");
    let mut transaction = pool.begin().await.expect("a transaction");
    let desired = DesiredState::Running;
    connectors::insert_connector(&mut *transaction, id, &name, "Class", desired).await.expect("inserted");
    connectors::insert_version(&mut *transaction, id, ConfigVersion(1), &[], "test").await.expect("inserted");
    leases::insert_task(&mut *transaction, id, TaskNumber(0)).await.expect("inserted");
    transaction.commit().await.expect("committed");
    id
}
