//! Connections to the server, and its tables brought up to date.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod, Runtime};
use tokio_postgres::{Config, NoTls};

use crate::store::StoreError;

pub(super) use deadpool_postgres::{Object as Client, Pool};

refinery::embed_migrations!("migrations/postgres");

/// How many connections one collector holds at the most.
const CONNECTIONS: usize = 16;

/// How long to wait for a connection, or for a free one.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a server that says nothing is waited for, beneath all that is asked of it: a machine
/// that has vanished closes nothing.
const SILENCE: Duration = Duration::from_secs(10);

/// What every session is set to, before what the operator asks for: who has vanished in the middle
/// of a transaction keeps its locks no longer than this.
const PRESET: &str = "-c idle_in_transaction_session_timeout=30s";

/// What every session is set to, whatever else is asked for: two that wait for each other's rows
/// must see what the other has done, and where one view is needed for long, it is begun as such.
const FIXED: &str = r"-c default_transaction_isolation=read\ committed";

/// Said first in a transaction that is given up after a while by who waits for it; the server gives
/// it up a little earlier, so that nobody goes on waiting for a lock for one who has gone.
pub(super) const BE_BRIEF: &str = "SET LOCAL statement_timeout = '4s'";

/// Of all collectors that start at once, one migrates; the number only has to be the same in all.
const MIGRATION_LOCK: i64 = 0x6875_6979_696e_0001;

/// Connects, and migrates where that is needed.
pub(super) async fn open(address: &str) -> Result<Pool, StoreError> {
    let unusable = |error: &dyn std::fmt::Display| {
        StoreError::Unusable(format!("cannot use the PostgreSQL database: {error}"))
    };
    let mut config: Config = address.parse().map_err(|error| unusable(&error))?;
    configure(&mut config);
    let manager = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let pool = Pool::builder(Manager::from_config(config, NoTls, manager))
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .build()
        .map_err(|error| unusable(&error))?;
    let client = pool.get().await;
    let client = client.map_err(|error| unusable(&StoreError::from(error)))?;
    migrate(client).await.map_err(|error| unusable(&error))?;
    Ok(pool)
}

/// Sets what holds for every connection.
fn configure(config: &mut Config) {
    config.connect_timeout(PATIENCE);
    config.tcp_user_timeout(SILENCE);
    config.keepalives_idle(SILENCE);
    config.keepalives_interval(Duration::from_secs(2));
    config.keepalives_retries(3);
    let asked = config.get_options().unwrap_or_default();
    config.options(format!("{PRESET} {asked} {FIXED}"));
    if config.get_application_name().is_none() {
        config.application_name("huiyin");
    }
}

async fn migrate(client: Client) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Its own connection: closing it gives the lock back, whatever happens.
    let mut client = Client::take(client);
    client
        .execute("SELECT pg_advisory_lock($1)", &[&MIGRATION_LOCK])
        .await?;
    let encoding: String = client
        .query_one("SHOW server_encoding", &[])
        .await?
        .try_get(0)?;
    if encoding != "UTF8" {
        return Err(format!("its encoding is {encoding}, and UTF8 is needed").into());
    }
    migrations::runner().run_async(&mut *client).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use huiyin_tests::postgres::Postgres;
    use tokio_postgres::IsolationLevel;

    use super::*;

    /// Makes a database with a setting of its own.
    async fn database(set: &'static str) -> String {
        let made = tokio::task::spawn_blocking(move || {
            let address = Postgres::quick().database();
            if let (false, Some((_, name))) = (set.is_empty(), address.rsplit_once('/')) {
                Postgres::quick().ask(&address, &format!("ALTER DATABASE {name} SET {set}"));
            }
            address
        });
        made.await.expect("a database")
    }

    async fn set(client: &Client, name: &str) -> String {
        let row = client.query_one(&format!("SHOW {name}"), &[]).await;
        row.expect("reads").get(0)
    }

    #[tokio::test]
    async fn whoever_vanishes_is_not_waited_for_and_the_operators_options_hold() {
        let address = format!("{}?options=-c%20work_mem=5MB", database("").await);
        let client = open(&address).await.expect("opens").get().await;
        let client = client.expect("a connection");
        assert_eq!(set(&client, "work_mem").await, "5MB");
        let idle = set(&client, "idle_in_transaction_session_timeout").await;
        assert_eq!(idle, "30s");
        assert_eq!(set(&client, "statement_timeout").await, "0");
    }

    #[tokio::test]
    async fn transactions_are_as_isolated_as_they_ask_for_whatever_the_database_says() {
        let address = database("default_transaction_isolation = 'repeatable read'").await;
        let client = open(&address).await.expect("opens").get().await;
        let mut client = client.expect("a connection");
        assert_eq!(
            set(&client, "transaction_isolation").await,
            "read committed"
        );
        let asked = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .start();
        let transaction = asked.await.expect("begins");
        let row = transaction.query_one("SHOW transaction_isolation", &[]);
        let isolation: String = row.await.expect("reads").get(0);
        assert_eq!(isolation, "repeatable read");
    }
}
