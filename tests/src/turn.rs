//! Turns for tests that need much of the machine.

use tokio::sync::{Semaphore, SemaphorePermit};

/// One browser, one load or one measurement at a time. The cheap tests of the same program run
/// beside it; so what is measured closely is a story of `tests/measured/`, which has none.
static HEAVY: Semaphore = Semaphore::const_new(1);

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    _permit: SemaphorePermit<'static>,
}

/// Waits for the turn of a heavy test.
pub async fn heavy() -> Turn {
    let permit = HEAVY.acquire().await;
    Turn {
        _permit: permit.expect("the semaphore is never closed"),
    }
}
