//! What goes on beside serving: ratings are added to the roll-ups, and follow departments that have
//! moved, what is kept only for a while is removed, and the widget that is served is left for
//! binaries to come.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::metrics::Metrics;
use crate::store::{Store, StoreError};
use crate::widget::releases;

/// How long to wait between two looks; an import settles by itself, unless it was interrupted.
const PAUSE: Duration = Duration::from_secs(5);

/// How long ratings gather before they are added to the roll-ups: the longer, the fewer rows are
/// written, and the more must every reader add up.
const GATHERING: Duration = Duration::from_millis(250);

/// The longest that they gather where adding them takes long.
const MOST_GATHERING: Duration = Duration::from_secs(1);

/// How much longer they gather than it takes to add them, up to the longest: the roll-ups then get a
/// twentieth of the time.
const REST: u32 = 19;

/// How long to wait where nothing was rated.
const IDLE: Duration = Duration::from_secs(1);

/// How many batches are too many to wait before they are counted.
const BACKLOG: u64 = 1_000;

/// Keeps the store in order for as long as it is awaited.
pub async fn run(store: Arc<dyn Store>, metrics: Metrics) {
    // Apart, because a move of many ratings takes a while.
    tokio::join!(roll_up(store.as_ref(), &metrics), maintain(store.as_ref()));
}

async fn roll_up(store: &dyn Store, metrics: &Metrics) {
    let mut left = 0;
    loop {
        let begun = Instant::now();
        let counted = store.roll_up().await;
        let gathering = (begun.elapsed() * REST).clamp(GATHERING, MOST_GATHERING);
        // Also after a failure: if it goes on, this tells. What cannot be looked at is as it was.
        if let Ok(uncounted) = store.uncounted().await {
            left = uncounted;
            metrics
                .uncounted
                .set(i64::try_from(left).unwrap_or(i64::MAX));
        }
        let pause = match counted {
            Ok(true) if left >= BACKLOG => continue,
            Ok(true) => gathering,
            Ok(false) => IDLE,
            Err(error) => {
                tracing::warn!(%error, "ratings could not be rolled up yet; trying again");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn maintain(store: &dyn Store) {
    let mut widget_is_kept = false;
    loop {
        if !widget_is_kept {
            match releases::keep(store).await {
                Ok(()) => widget_is_kept = true,
                Err(error) => tracing::warn!(%error, "the widget is not kept yet; trying again"),
            }
        }
        if let Err(error) = settle(store).await {
            tracing::warn!(%error, "ratings could not follow a department yet; trying again");
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
    loop {
        let begun = Instant::now();
        if store.settle().await? == 0 {
            return Ok(());
        }
        // Another process that writes ratings to the file gets its turn.
        tokio::time::sleep(begun.elapsed().min(PAUSE)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Sent, World};

    /// Goes on until so many batches are uncounted.
    async fn until(world: &World, metrics: &Metrics, batches: i64) {
        let seen = async {
            while metrics.uncounted.get() != batches {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            () = roll_up(world.store.as_ref(), metrics) => {}
            seen = tokio::time::timeout(Duration::from_secs(20), seen) => seen.expect("is seen"),
        }
    }

    #[tokio::test]
    async fn it_is_seen_that_nothing_can_be_counted() {
        for world in [World::sqlite().await, World::postgres().await] {
            let metrics = Metrics::new(std::iter::empty());
            world.tamper("ALTER TABLE rollup_day RENAME TO elsewhere");
            world.send(&Sent::new(1, 5)).await.expect("taken");
            until(&world, &metrics, 1).await;
            world.tamper("ALTER TABLE elsewhere RENAME TO rollup_day");
            until(&world, &metrics, 0).await;
            world.assert_verified().await;
        }
    }
}
