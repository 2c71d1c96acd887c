//! What goes on beside serving: ratings are added to the roll-ups, and follow departments that have
//! moved, the past is counted for breakdowns that were asked for, and what is kept only for a while
//! is removed.

use std::sync::Arc;
use std::time::Duration;

use crate::store::{Store, StoreError};

/// How long to wait between two looks; an import settles by itself, unless it was interrupted.
const PAUSE: Duration = Duration::from_secs(5);

/// How long ratings gather before they are added to the roll-ups: the longer, the fewer rows are
/// written, and the more must every reader add up.
const GATHERING: Duration = Duration::from_millis(250);

/// How long to wait where nothing was rated.
const IDLE: Duration = Duration::from_secs(1);

/// Keeps the store in order for as long as it is awaited.
pub async fn go_on(store: Arc<dyn Store>) {
    // Apart, because a move of many ratings takes a while.
    tokio::join!(roll_up(store.as_ref()), keep(store.as_ref()));
}

async fn roll_up(store: &dyn Store) {
    loop {
        let pause = match store.roll_up().await {
            Ok(true) => GATHERING,
            Ok(false) => IDLE,
            Err(error) => {
                tracing::warn!(%error, "ratings could not be rolled up yet; trying again");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn keep(store: &dyn Store) {
    loop {
        if let Err(error) = settle(store).await {
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
