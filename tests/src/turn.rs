//! Turns for tests that need much of the machine.

use std::sync::LazyLock;
use std::thread;

use tokio::sync::{Semaphore, SemaphorePermit};

/// As many browsers and loads at a time as the machine has cores; cheap tests run beside them. What
/// is measured closely is a story of `tests/measured/`, which are run one after the other.
static HEAVY: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(thread::available_parallelism().map_or(1, Into::into)));

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
