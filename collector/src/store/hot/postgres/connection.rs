//! Connections to the server, and its tables brought up to date.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod, Runtime};
use refinery::Runner;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};

use crate::store::StoreError;
use crate::store::migrations::{Word, newest, runner};

pub(in crate::store) use deadpool_postgres::{Object as Client, Pool};

refinery::embed_migrations!("migrations/postgres");

/// What the words of the shared migrations mean. Texts are compared by their bytes, as in SQLite, so
/// that both databases list in the same order.
pub(in crate::store) const WORDS: [Word; 7] = [
    ("id", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    ("int", "BIGINT"),
    ("bool", "BOOLEAN"),
    ("text", "TEXT COLLATE \"C\""),
    ("uuid", "UUID"),
    ("bytes", "BYTEA"),
    ("strict", ""),
];

/// How many connections there are for reading.
const READING: usize = 13;

/// How many there are for ratings, which must not wait behind a rush of readers.
const WRITING: usize = 4;

/// How many there are for changes that people make.
const EDITING: usize = 3;

/// How many there are for what may take long.
const MAINTENANCE: usize = 2;

/// How long to wait for a connection, or for a free one.
const CHECKOUT_PATIENCE: Duration = Duration::from_secs(2);

/// How long a server that says nothing is waited for, beneath all that is asked of it: a machine
/// that has vanished closes nothing.
const SILENCE: Duration = Duration::from_secs(10);

/// What every session is set to, before what the operator asks for: who has vanished in the middle
/// of a transaction keeps its locks no longer than this.
const PRESET: &str = "-c idle_in_transaction_session_timeout=30s";

/// What every session is set to, whatever else is asked for: two that wait for each other's rows
/// must see what the other has done, and where one view is needed for long, it is begun as such.
const FIXED: &str = r"-c default_transaction_isolation=read\ committed";

/// The statement timeout of all sessions but those of [`Pools::maintenance`], a little below the
/// client's own: else the server would go on working, or waiting for a lock, after the client has
/// given up.
const STATEMENT_TIMEOUT: &str = "4s";

/// That of the shared limits: each collector has a limit of its own meanwhile.
const LIMIT_TIMEOUT: &str = "300ms";

/// Of all collectors that start at once, one migrates; the number only has to be the same in all.
const MIGRATION_LOCK: i64 = 0x6875_6979_696e_0001;

/// The connections of one collector.
#[derive(Clone)]
pub(in crate::store) struct Pools {
    /// For reading.
    pub(in crate::store) reading: Pool,
    /// For batches, counting them, widget events and health: each short, and one or two of it at once.
    pub(super) writing: Pool,
    /// For the shared limits, which nobody waits long for.
    pub(super) limits: Pool,
    /// For changes that people make, such as pauses and moderation.
    pub(in crate::store) editing: Pool,
    /// For migrations, imports, moves and recounts; without a statement timeout.
    pub(in crate::store) maintenance: Pool,
}

impl Pools {
    /// Gives no connection any more, and closes each when it comes back.
    pub(super) fn close(&self) {
        for pool in [
            &self.reading,
            &self.writing,
            &self.limits,
            &self.editing,
            &self.maintenance,
        ] {
            pool.close();
        }
    }
}

/// Connects, and migrates where that is needed.
pub(super) async fn open(address: &str) -> Result<Pools, StoreError> {
    let unusable = |error: &dyn std::fmt::Display| {
        StoreError::Unusable(format!("cannot use the PostgreSQL database: {error}"))
    };
    let mut config: Config = address.parse().map_err(|error| unusable(&error))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(unusable(&WITHOUT_TLS));
    }
    configure(&mut config);
    let pool = |connections, config: &Config| {
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        Pool::builder(Manager::from_config(config.clone(), NoTls, manager))
            .max_size(connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(CHECKOUT_PATIENCE))
            .create_timeout(Some(CHECKOUT_PATIENCE))
            .recycle_timeout(Some(CHECKOUT_PATIENCE))
            .build()
            .map_err(|error| unusable(&error))
    };
    let timed = |timeout: &str| {
        let mut timed = config.clone();
        let options = config.get_options().unwrap_or_default();
        timed.options(format!("{options} -c statement_timeout={timeout}"));
        timed
    };
    let brief = timed(STATEMENT_TIMEOUT);
    let pools = Pools {
        reading: pool(READING, &brief)?,
        writing: pool(WRITING, &brief)?,
        limits: pool(1, &timed(LIMIT_TIMEOUT))?,
        editing: pool(EDITING, &brief)?,
        maintenance: pool(MAINTENANCE, &config)?,
    };
    let client = pools.maintenance.get().await;
    // What a moment would mend elsewhere is lasting here: nothing was reached yet.
    let client = client.map_err(|error| match StoreError::from(error) {
        StoreError::Unavailable(reason) => unusable(&reason),
        other => unusable(&other),
    })?;
    must_be_durable(&client)
        .await
        .map_err(|error| unusable(&error))?;
    migrate(client).await.map_err(|error| unusable(&error))?;
    Ok(pools)
}

const WITHOUT_TLS: &str = "the collector speaks no TLS to it; leave sslmode out, and put a tunnel \
    between the two where others could listen";

const ACKNOWLEDGES_TOO_EARLY: &str = "its synchronous_commit is off, so that a crash would lose \
    ratings that were acknowledged; set it to on, for the database or for the role";

/// Refuses a server that acknowledges what is not on its disk.
async fn must_be_durable(client: &Client) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = "SELECT current_setting('synchronous_commit'), current_setting('fsync')";
    let row = client.query_one(settings, &[]).await?;
    if row.try_get::<_, &str>(0)? == "off" {
        return Err(ACKNOWLEDGES_TOO_EARLY.into());
    }
    if row.try_get::<_, &str>(1)? == "off" {
        // Nobody but the server's administrator can change it, and a test may want it so.
        tracing::error!(
            "fsync of the PostgreSQL server is off: a power cut loses ratings that were \
             acknowledged, or the whole database; set it to on"
        );
    }
    Ok(())
}

/// Sets what holds for every connection.
fn configure(config: &mut Config) {
    config.connect_timeout(CHECKOUT_PATIENCE);
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

/// Returns the migrations.
pub(in crate::store) fn migrations() -> Result<Runner, StoreError> {
    runner(&migrations::runner(), &WORDS)
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
    let known = newest(&migrations::runner());
    let is_new = "SELECT to_regclass('refinery_schema_history') IS NULL";
    if !client.query_one(is_new, &[]).await?.try_get::<_, bool>(0)? {
        let newest = "SELECT coalesce(max(version), 0)::bigint FROM refinery_schema_history";
        let version: i64 = client.query_one(newest, &[]).await?.try_get(0)?;
        if version > known {
            return Err(StoreError::newer("its schema", version, known).into());
        }
    }
    migrations()?.run_async(&mut *client).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use huiyin_test_postgres::Postgres;

    use super::*;
    use crate::store::sql::{Database, Tx, sql};

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
        let pools = open(&address).await.expect("opens");
        let client = pools.writing.get().await.expect("a connection");
        assert_eq!(set(&client, "work_mem").await, "5MB");
        let idle = set(&client, "idle_in_transaction_session_timeout").await;
        assert_eq!(idle, "30s");
    }

    #[tokio::test]
    async fn statements_have_a_timeout_on_the_server_but_not_maintenance() {
        let address = format!("{}?options=-c%20statement_timeout=9s", database("").await);
        let pools = open(&address).await.expect("opens");
        for (pool, expected) in [
            (&pools.reading, "4s"),
            (&pools.writing, "4s"),
            (&pools.limits, "300ms"),
            (&pools.editing, "4s"),
            (&pools.maintenance, "9s"),
        ] {
            let client = pool.get().await.expect("a connection");
            assert_eq!(set(&client, "statement_timeout").await, expected);
        }
    }

    #[tokio::test]
    async fn transactions_are_as_isolated_as_they_ask_for_whatever_the_database_says() {
        let address = database("default_transaction_isolation = 'repeatable read'").await;
        let pools = open(&address).await.expect("opens");
        let client = pools.reading.get().await.expect("a connection");
        assert_eq!(
            set(&client, "transaction_isolation").await,
            "read committed"
        );
        let database = Database::postgres(pools).for_maintenance();
        let isolation =
            async |tx: &mut Tx<'_>| tx.query_opt(sql!("SHOW transaction_isolation")).await;
        let isolation: Result<Option<String>, StoreError> = database.read(isolation).await;
        assert_eq!(
            isolation.expect("reads").as_deref(),
            Some("repeatable read")
        );
    }

    #[tokio::test]
    async fn a_server_that_acknowledges_too_early_is_refused() {
        let address = database("synchronous_commit = off").await;
        let Err(StoreError::Unusable(reason)) = open(&address).await else {
            panic!("it was taken");
        };
        assert!(reason.contains("synchronous_commit is off"), "{reason}");
        let address = format!("{address}?options=-c%20synchronous_commit=local");
        open(&address).await.expect("it is on the disk");
    }

    #[tokio::test]
    async fn a_rush_of_readers_keeps_nobody_from_writing() {
        let pools = open(&database("").await).await.expect("opens");
        let mut readers = Vec::new();
        for _ in 0..READING {
            readers.push(pools.reading.get().await.expect("a connection"));
        }
        assert!(pools.reading.get().await.is_err());
        assert!(pools.writing.get().await.is_ok());
        assert!(pools.editing.get().await.is_ok());
    }
}
