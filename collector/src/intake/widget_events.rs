//! How often the widget was seen and used, counted in memory and written every few seconds.
//!
//! A page view costs no transaction. What a crash loses is a few seconds of numbers; ratings never
//! go this way.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use huiyin_shared::slug::Slug;
use jiff::civil::Date;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::model::{Counted, WidgetEvent, WidgetEventCounts};
use crate::store::Store;

/// How long counts gather before they are written.
const GATHERING: Duration = Duration::from_secs(3);

/// How many counts are written in one transaction: ratings wait for no more than these.
const STEP: usize = 64;

/// How long the end waits for the last counts to be written.
const PATIENCE: Duration = Duration::from_secs(5);

/// What has been counted and is not written yet.
#[derive(Default)]
pub struct EventCounters {
    waiting: Mutex<HashMap<Counted, WidgetEventCounts>>,
    end: watch::Sender<bool>,
}

impl EventCounters {
    /// Counts a moment of a registered department.
    pub fn count(&self, department: Slug, day: Date, moment: WidgetEvent) {
        let counted = Counted { department, day };
        *self.waiting().entry(counted).or_default().of(moment) += 1;
    }

    /// Writes what has gathered every few seconds, and the last of it when told to end.
    pub async fn run(&self, store: &dyn Store) {
        let mut end = self.end.subscribe();
        loop {
            let ends = timeout(GATHERING, end.wait_for(|end| *end)).await.is_ok();
            // Not cut off in the middle, where nobody could tell what was written.
            let written = self.write(store);
            if !ends {
                written.await;
            } else if timeout(PATIENCE, written).await == Ok(true) {
                return;
            } else {
                tracing::warn!("the last widget events could not be written and are lost");
                return;
            }
        }
    }

    /// Has [`Self::run`] write what is left, and return.
    pub fn end(&self) {
        self.end.send_replace(true);
    }

    /// Writes what has gathered; returns whether all of it is written. What is not waits on.
    async fn write(&self, store: &dyn Store) -> bool {
        let waiting = std::mem::take(&mut *self.waiting());
        let mut counted: Vec<(Counted, WidgetEventCounts)> = waiting.into_iter().collect();
        while !counted.is_empty() {
            let step = counted.split_off(counted.len().saturating_sub(STEP));
            if let Err(error) = store.count_widget_events(step.clone()).await {
                tracing::warn!(%error, "widget events could not be written yet; will retry");
                counted.extend(step);
                self.put_back(counted);
                return false;
            }
        }
        true
    }

    fn put_back(&self, counted: Vec<(Counted, WidgetEventCounts)>) {
        let mut waiting = self.waiting();
        for (one, moments) in counted {
            waiting.entry(one).or_default().add(moments);
        }
    }

    /// Returns how many rows wait to be written.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> usize {
        self.waiting().len()
    }

    /// Returns all that waits to be written, of whatever department and day.
    #[cfg(test)]
    pub(crate) fn all(&self) -> WidgetEventCounts {
        self.waiting()
            .values()
            .fold(WidgetEventCounts::default(), |mut all, these| {
                all.add(*these);
                all
            })
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Counted, WidgetEventCounts>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::model::Dimension;
    use crate::model::period::Period;
    use crate::store::testing::{DAY, World, slug};

    /// How many days are counted at the most.
    const DAYS: i64 = 200;

    fn count(counters: &EventCounters, day: i64) {
        let day = DAY.checked_add(day.days()).expect("a day");
        counters.count(slug("tax"), day, WidgetEvent::Seen);
    }

    async fn seen(world: &World) -> u64 {
        let last = DAY.checked_add(DAYS.days()).expect("a day");
        let days = Period::new(DAY, last).expect("a period");
        let figures = world.figures("province", Dimension::Kind, days).await;
        figures.moments.seen
    }

    #[tokio::test]
    async fn what_has_gathered_is_written_at_the_end() {
        let world = World::sqlite().await;
        let counters = EventCounters::default();
        count(&counters, 0);
        count(&counters, 1);
        assert_eq!(seen(&world).await, 0);
        tokio::join!(counters.run(world.store.as_ref()), async {
            counters.end();
        });
        assert_eq!(seen(&world).await, 2);
    }

    #[tokio::test]
    async fn what_cannot_be_written_waits_for_the_next_time() {
        let world = World::sqlite().await;
        let counters = EventCounters::default();
        world.tamper("ALTER TABLE moment_day RENAME TO elsewhere");
        // More than are written at a time.
        for day in 0..DAYS {
            count(&counters, day);
        }
        assert!(!counters.write(world.store.as_ref()).await);
        world.tamper("ALTER TABLE elsewhere RENAME TO moment_day");
        count(&counters, 0);
        assert!(counters.write(world.store.as_ref()).await);
        assert_eq!(seen(&world).await, 201);
    }
}
