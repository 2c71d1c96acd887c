//! How many requests of a class are worked on at once; the rest is rejected at once (load shedding).

use tokio::sync::{Semaphore, SemaphorePermit};

use super::class::Class;

/// Submissions at once. A group commit takes all that wait, so more would only wait longer; and
/// what more than these hold no longer stays in the processor's cache: a fifth slower at 1,000.
const INGEST: usize = 256;

/// Widget events at once. Nearly each takes no longer than a look into memory, so more than these
/// wait for nothing but the processor.
const WIDGET_EVENTS: usize = 64;

/// Pages, scores and files at once.
const READS: usize = 256;

/// The permits of all classes.
#[derive(Debug)]
pub struct ConcurrencyLimits {
    ingest: Semaphore,
    widget_events: Semaphore,
    reads: Semaphore,
}

/// A permit to work on a request; dropping it frees it.
#[derive(Debug)]
pub struct Permit<'limits>(
    #[expect(dead_code, reason = "held for its drop")] Option<SemaphorePermit<'limits>>,
);

impl ConcurrencyLimits {
    /// Takes a permit of a class, or none where all are taken.
    pub fn try_acquire(&self, class: Class) -> Option<Permit<'_>> {
        let permits = match class {
            Class::Ingest | Class::Change => &self.ingest,
            Class::WidgetEvent => &self.widget_events,
            Class::Read | Class::Asset => &self.reads,
            Class::Health => return Some(Permit(None)),
        };
        permits
            .try_acquire()
            .ok()
            .map(|permit| Permit(Some(permit)))
    }
}

impl Default for ConcurrencyLimits {
    fn default() -> Self {
        Self {
            ingest: Semaphore::new(INGEST),
            widget_events: Semaphore::new(WIDGET_EVENTS),
            reads: Semaphore::new(READS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(limits: &ConcurrencyLimits, class: Class) -> Vec<Permit<'_>> {
        std::iter::from_fn(|| limits.try_acquire(class)).collect()
    }

    #[test]
    fn a_full_class_leaves_the_others_their_permits() {
        let limits = ConcurrencyLimits::default();
        let ingest = take_all(&limits, Class::Ingest);
        assert_eq!(ingest.len(), INGEST);
        assert!(limits.try_acquire(Class::Read).is_some());
        assert_eq!(take_all(&limits, Class::WidgetEvent).len(), WIDGET_EVENTS);
        drop(ingest);
        assert!(limits.try_acquire(Class::Ingest).is_some());
    }

    #[test]
    fn health_is_never_refused() {
        let limits = ConcurrencyLimits::default();
        let permits: Vec<_> = (0..10_000)
            .map(|_| limits.try_acquire(Class::Health))
            .collect();
        assert!(permits.iter().all(Option::is_some));
    }
}
