//! What goes on beside serving: ratings follow departments that have moved, the past is counted for
//! breakdowns that were asked for, and what is kept only for a while is removed.

use std::sync::Arc;
use std::time::Duration;

use crate::store::{Store, StoreError};

/// How long to wait between two looks; an import settles by itself, unless it was interrupted.
const PAUSE: Duration = Duration::from_secs(5);

/// Keeps the store in order for as long as it is awaited.
pub async fn go_on(store: Arc<dyn Store>) {
    loop {
        if let Err(error) = settle(store.as_ref()).await {
            tracing::warn!(%error, "ratings could not follow a department yet; trying again");
        }
        if let Err(error) = store.fill_breakdowns().await {
            tracing::warn!(%error, "the past could not be broken down yet; trying again");
        }
        if let Err(error) = store.expire().await {
            tracing::warn!(%error, "what has expired could not be removed yet; trying again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Lets all ratings follow the departments that have moved.
///
/// Each step is a transaction of its own: ratings come in between two, and whoever is interrupted
/// leaves the rest to the next.
pub async fn settle(store: &dyn Store) -> Result<(), StoreError> {
    while store.settle().await? > 0 {}
    Ok(())
}
