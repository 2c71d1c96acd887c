//! A value that is read again once it is too old, by one asker while the others go on.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What was read of late. While one asker reads it again, all others are given what was known: a
/// store that is slow to answer holds no more than one of them up.
pub(crate) struct Fresh<T> {
    known: Mutex<Option<(Instant, T)>>,
    /// Held by the one that reads.
    reading: tokio::sync::Mutex<()>,
}

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }
}

impl<T: Clone> Fresh<T> {
    /// Returns the value; reads it where it is not known, or has been for longer than `long`.
    ///
    /// Whoever reads is told why that failed; the others keep what was known.
    pub(crate) async fn get<E>(
        &self,
        long: Duration,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = match self.known() {
            Some((at, value)) if at.elapsed() < long => return Ok(value),
            Some((_, value)) => match self.reading.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(value),
            },
            None => self.reading.lock().await,
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

    /// Says how long ago the value was read.
    #[cfg(test)]
    pub(crate) fn was_read(&self, ago: Duration) {
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
        let fresh = Fresh::default();
        let slowly = || Box::pin(fresh.get(LONG, async || pending::<Result<u8, ()>>().await));
        let at_once = async |answer: Result<u8, ()>| {
            let read = fresh.get(LONG, async || answer);
            timeout(Duration::ZERO, read).await.ok()
        };
        let mut stalled = slowly();
        assert!(timeout(Duration::ZERO, &mut stalled).await.is_err());
        assert_eq!(at_once(Ok(0)).await, None, "nothing is known yet");
        // Who reads may leave.
        drop(stalled);
        assert_eq!(at_once(Ok(0)).await, Some(Ok(0)));
        fresh.was_read(LONG);
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
        let fresh = Fresh::default();
        let get = async |answer| fresh.get(LONG, async || Ok::<u8, ()>(answer)).await;
        assert_eq!(get(0).await, Ok(0));
        fresh.was_read(LONG / 2);
        assert_eq!(get(1).await, Ok(0));
        fresh.was_read(LONG);
        assert_eq!(get(2).await, Ok(2));
    }
}
