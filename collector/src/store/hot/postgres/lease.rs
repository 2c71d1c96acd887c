//! Connections in use, and how long an answer is waited for.

use std::time::Duration;

use scopeguard::ScopeGuard;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::connection::{Client, Pool};
use crate::store::StoreError;

/// How long a batch or a statement may take; a server that is silent for longer is as good as gone.
pub(in crate::store) const STATEMENT_PATIENCE: Duration = Duration::from_secs(5);

/// A connection that goes back to its pool only when the server has answered, also where whoever
/// asked has left: the next user would wait for an answer that nobody wants.
pub(in crate::store) type Lease = ScopeGuard<Client, fn(Client)>;

/// Takes a connection from a pool; [`ScopeGuard::into_inner`] tells that the server has answered.
pub(in crate::store) async fn lease(pool: &Pool) -> Result<Lease, StoreError> {
    Ok(scopeguard::guard(pool.get().await?, give_back_when_idle))
}

/// Runs `work` on a connection of a pool, for a limited time.
pub(in crate::store) async fn in_time<T, E: Into<StoreError>>(
    pool: &Pool,
    what: &str,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, E>,
) -> Result<T, StoreError> {
    let mut client = lease(pool).await?;
    let done = timeout(STATEMENT_PATIENCE, work(&mut client)).await;
    let client = ScopeGuard::into_inner(client);
    match done {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(timed_out(client, what)),
    }
}

/// Closes a connection on which something took too long, so that nobody uses it again; returns the
/// error.
pub(in crate::store) fn timed_out(client: Client, what: &str) -> StoreError {
    drop(Client::take(client));
    StoreError::Unavailable(format!("no answer to {what}"))
}

/// Waits in the background until the server has answered all that was asked.
///
/// Meanwhile the connection keeps its place in the pool: were it closed, requests that are
/// cancelled could have the server work on more queries than there are connections.
fn give_back_when_idle(client: Client) {
    let Ok(runtime) = Handle::try_current() else {
        drop(Client::take(client));
        return;
    };
    runtime.spawn(async move {
        let idle = timeout(STATEMENT_PATIENCE, client.simple_query("")).await;
        if !matches!(idle, Ok(Ok(_))) {
            drop(Client::take(client));
        }
    });
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::time::sleep;

    use super::super::tests::opened;
    use super::*;
    use crate::store::Store;
    use crate::store::sql::{Tx, sql};

    const SLOW: &str = "SELECT 1 FROM pg_sleep(2)";

    #[tokio::test]
    async fn whoever_reads_waits_for_no_query_of_another_who_has_left() {
        let (store, _) = opened().await;
        let soon = Duration::from_millis(300);
        let slow = store.database().query_opt::<i64>(sql!(SLOW));
        assert!(timeout(soon, slow).await.is_err(), "it was cancelled");
        let slow = store
            .database()
            .read(async |tx: &mut Tx<'_>| tx.query_opt::<i64>(sql!(SLOW)).await);
        assert!(timeout(soon, slow).await.is_err(), "it was cancelled");
        let begun = Instant::now();
        let quick = store.database().query_opt::<i64>(sql!("SELECT 1"));
        assert_eq!(quick.await.expect("reads"), Some(1));
        assert!(begun.elapsed() < Duration::from_secs(1));
        let pool = &store.pools.reading;
        assert_eq!((pool.status().size, pool.status().available), (3, 1));
        while pool.status().available < 3 {
            assert!(begun.elapsed() < STATEMENT_PATIENCE, "they come back");
            sleep(Duration::from_millis(50)).await;
        }
    }
}
