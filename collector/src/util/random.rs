//! The only place that asks for randomness; passed in, so that a test can choose it.

use std::sync::Arc;

use huiyin_shared::id::{EditKey, FeedbackId};

/// Fills bytes that nobody can guess.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Random {
    /// Returns the operating system's source.
    ///
    /// # Panics
    /// Its use panics where the operating system has none: no id may then be made.
    pub fn system() -> Self {
        Self::new(|bytes| {
            getrandom::fill(bytes).expect("the operating system gives random bytes");
        })
    }

    /// Returns a source that calls `fill`.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// Makes the id of a feedback at this time, in Unix milliseconds.
    pub fn feedback_id(&self, now: i64) -> FeedbackId {
        let mut random = [0; 10];
        (self.0)(&mut random);
        FeedbackId::new(u64::try_from(now).unwrap_or_default(), random)
    }

    /// Makes an edit key.
    pub fn edit_key(&self) -> EditKey {
        EditKey::new(self.key())
    }

    /// Makes a key that lives as long as the process.
    pub fn key(&self) -> [u8; 16] {
        let mut random = [0; 16];
        (self.0)(&mut random);
        random
    }
}
