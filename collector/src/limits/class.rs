//! Classes of routes, each with room of its own, and the pace at which connections are taken in.

use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// What kind of work a route is. A rush on one class leaves the others their room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Something is stored.
    Ingest,
    /// A page view is counted, which may fail without harm.
    Moment,
    /// Something public is looked at.
    Read,
    /// Whether the process lives and can work; never refused for want of room.
    Health,
}

/// How many submissions are worked on at once. A group commit takes all that wait, so more would
/// only wait longer; and what more than these hold no longer stays near the processor, so that each
/// costs more: a fifth more at 1,000.
const INGEST: usize = 256;

/// How many moments are worked on at once. Nearly each takes no longer than looking into memory, so
/// more than these wait for nothing but the processor.
const MOMENTS: usize = 64;

/// How many pages and scores are worked on at once.
const READS: usize = 256;

impl Class {
    /// Returns the largest body, in bytes: a comment of 2,000 characters of four bytes each, written
    /// as `%XX`, and room for everything else; or a few short words.
    pub const fn body_limit(self) -> usize {
        match self {
            Self::Ingest | Self::Read | Self::Health => 32 * 1024,
            Self::Moment => 2 * 1024,
        }
    }
}

/// The room of each class.
#[derive(Debug)]
pub struct Classes {
    ingest: Semaphore,
    moments: Semaphore,
    reads: Semaphore,
    /// How fast connections may be taken in.
    pub pace: Pace,
}

/// A place in a class; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place<'room>(
    #[expect(dead_code, reason = "held for its drop")] Option<SemaphorePermit<'room>>,
);

impl Classes {
    /// Takes a place in a class, or none where all are taken.
    pub fn enter(&self, class: Class) -> Option<Place<'_>> {
        let room = match class {
            Class::Ingest => &self.ingest,
            Class::Moment => &self.moments,
            Class::Read => &self.reads,
            Class::Health => return Some(Place(None)),
        };
        room.try_acquire().ok().map(|permit| Place(Some(permit)))
    }
}

impl Default for Classes {
    fn default() -> Self {
        Self {
            ingest: Semaphore::new(INGEST),
            moments: Semaphore::new(MOMENTS),
            reads: Semaphore::new(READS),
            pace: Pace::default(),
        }
    }
}

/// Holds new connections back while many are turned away.
///
/// To refuse costs more than to serve, for it ends a connection and another one follows. A
/// collector that takes in whoever comes would spend its time on refusals once ten times as many
/// come as it can serve. So each refusal must be earned: by requests served, or by a little time,
/// so that health checks get through. Whoever is not taken in waits in the system's queue, which
/// costs nothing.
#[derive(Debug)]
pub struct Pace(AtomicI32);

/// How many requests must have been served for one that is turned away, which costs as much as two
/// or three of them. Less than what is under way when a class is full, so that it never runs dry
/// while the next connection is held back.
const WORTH: i32 = 128;

/// How many may be turned away in a row after a calm.
const CALM: i32 = 16 * WORTH;

/// How far the pace can be in debt: each new connection turns an old one away, whose client comes
/// back to find its place taken. Time alone pays this back in a second or little more.
const DEBT: i32 = -16 * WORTH;

/// How often a held-back connection is thought of again, and what that time is worth.
const TICK: (Duration, i32) = (Duration::from_millis(4), 8);

impl Pace {
    /// Notes a request that was served.
    pub fn served(&self) {
        // A read is enough in the usual calm.
        if self.0.load(Ordering::Relaxed) < CALM {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Notes a request that was turned away for want of room.
    pub fn turned_away(&self) {
        if self.0.load(Ordering::Relaxed) > DEBT {
            self.0.fetch_sub(WORTH, Ordering::Relaxed);
        }
    }

    /// Returns whether hardly anyone was turned away of late.
    pub fn is_calm(&self) -> bool {
        self.0.load(Ordering::Relaxed) > CALM / 2
    }

    /// Waits until one more connection may be taken in.
    pub async fn turn(&self) {
        while self.0.load(Ordering::Relaxed) <= 0 {
            tokio::time::sleep(TICK.0).await;
            self.0.fetch_add(TICK.1, Ordering::Relaxed);
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicI32::new(CALM))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_class_leaves_the_others_their_room() {
        let classes = Classes::default();
        let places: Vec<_> = (0..INGEST).map(|_| classes.enter(Class::Ingest)).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(classes.enter(Class::Ingest).is_none());
        assert!(classes.enter(Class::Read).is_some());
        let moments: Vec<_> = (0..MOMENTS).map(|_| classes.enter(Class::Moment)).collect();
        assert!(moments.iter().all(Option::is_some));
        assert!(classes.enter(Class::Moment).is_none());
        drop(places);
        assert!(classes.enter(Class::Ingest).is_some());
    }

    #[test]
    fn health_is_never_refused() {
        let classes = Classes::default();
        let places: Vec<_> = (0..10_000).map(|_| classes.enter(Class::Health)).collect();
        assert!(places.iter().all(Option::is_some));
    }

    async fn waits(pace: &Pace) -> bool {
        let turn = tokio::time::timeout(Duration::ZERO, pace.turn());
        turn.await.is_err()
    }

    #[tokio::test]
    async fn connections_wait_once_many_were_turned_away_and_come_again_when_others_were_served() {
        let pace = Pace::default();
        assert!(!waits(&pace).await);
        while !waits(&pace).await {
            pace.turned_away();
        }
        // Less than what was under way when the class was full: it never runs dry.
        for _ in 1..INGEST {
            pace.served();
        }
        assert!(!waits(&pace).await);
    }

    #[tokio::test]
    async fn the_deepest_debt_is_paid_back_by_time_alone() {
        let pace = Pace::default();
        for _ in 0..10_000 {
            pace.turned_away();
        }
        for _ in 1..INGEST {
            pace.served();
        }
        assert!(waits(&pace).await, "each that came back was charged");
        let soon = tokio::time::timeout(Duration::from_secs(10), pace.turn());
        assert!(soon.await.is_ok());
    }
}
