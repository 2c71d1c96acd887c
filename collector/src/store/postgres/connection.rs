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

/// Of all collectors that start at once, one migrates; the number only has to be the same in all.
const MIGRATION_LOCK: i64 = 0x6875_6979_696e_0001;

/// Connects, and migrates where that is needed.
pub(super) async fn open(address: &str) -> Result<Pool, StoreError> {
    let unusable = |error: &dyn std::fmt::Display| {
        StoreError::Unusable(format!("cannot use the PostgreSQL database: {error}"))
    };
    let mut config: Config = address.parse().map_err(|error| unusable(&error))?;
    config.connect_timeout(PATIENCE);
    config.keepalives_idle(Duration::from_secs(30));
    if config.get_application_name().is_none() {
        config.application_name("huiyin");
    }
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
