//! A cached value with one refresh in flight: stale-while-revalidate for everybody else.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A cached value. While one caller refreshes it, all others get the stale one: a slow store holds up
/// no more than one of them.
pub(crate) struct Refreshing<T> {
    known: Mutex<Option<(Instant, T)>>,
    /// Held by the one that refreshes.
    refreshing: tokio::sync::Mutex<()>,
}

impl<T> Default for Refreshing<T> {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
        }
    }
}

impl<T: Clone> Refreshing<T> {
    /// Returns the value; reads it where none is cached, or the cached one is older than `long`.
    ///
    /// The caller that reads gets the error of a failure; the others get the stale value.
    pub(crate) async fn get<E>(
        &self,
        long: Duration,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let _guard = match self.known() {
            Some((at, value)) if at.elapsed() < long => return Ok(value),
            Some((_, value)) => match self.refreshing.try_lock() {
                Ok(guard) => guard,
                Err(_) => return Ok(value),
            },
            None => self.refreshing.lock().await,
        };
        // Somebody may have read it since.
        if let Some((at, value)) = self.known()
            && at.elapsed() < long
        {
            return Ok(value);
        }
        let value = read().await?;
        let known = Some((Instant::now(), value.clone()));
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(value)
    }

    fn known(&self) -> Option<(Instant, T)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// Sets the age of the cached value.
    #[cfg(test)]
    pub(crate) fn set_age(&self, ago: Duration) {
        let mut known = self.known.lock().expect("not poisoned");
        let (at, _) = known.as_mut().expect("something is known");
        *at = Instant::now().checked_sub(ago).expect("a clock that runs");
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::timeout;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn whoever_reads_slowly_or_in_vain_holds_nobody_else_up() {
        let cached = Refreshing::default();
        let slowly = || Box::pin(cached.get(LONG, async || pending::<Result<u8, ()>>().await));
        let at_once = async |answer: Result<u8, ()>| {
            let read = cached.get(LONG, async || answer);
            timeout(Duration::ZERO, read).await.ok()
        };
        let mut stalled = slowly();
        assert!(timeout(Duration::ZERO, &mut stalled).await.is_err());
        assert_eq!(at_once(Ok(0)).await, None, "nothing is known yet");
        // Who reads may leave.
        drop(stalled);
        assert_eq!(at_once(Ok(0)).await, Some(Ok(0)));
        cached.set_age(LONG);
        let mut stalled = slowly();
        assert!(timeout(Duration::ZERO, &mut stalled).await.is_err());
        for _ in 0..3 {
            assert_eq!(at_once(Ok(1)).await, Some(Ok(0)));
        }
        drop(stalled);
        assert_eq!(at_once(Err(())).await, Some(Err(())));
        assert_eq!(at_once(Ok(1)).await, Some(Ok(1)));
    }

    #[tokio::test]
    async fn many_questions_are_one_until_the_answer_is_old() {
        let cached = Refreshing::default();
        let get = async |answer| cached.get(LONG, async || Ok::<u8, ()>(answer)).await;
        assert_eq!(get(0).await, Ok(0));
        cached.set_age(LONG / 2);
        assert_eq!(get(1).await, Ok(0));
        cached.set_age(LONG);
        assert_eq!(get(2).await, Ok(2));
    }
}
