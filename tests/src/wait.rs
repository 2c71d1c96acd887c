//! Waiting for a condition, with a deadline generous enough for a slow machine.

use std::time::{Duration, Instant};

/// How long anything may take that a person would call immediate.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long to leave what is waited for alone between two looks.
const BETWEEN: Duration = Duration::from_millis(25);

/// Looks until `ready` returns something, and returns it.
///
/// Panics after [`PATIENCE`] with `what` was waited for.
pub async fn until<T>(what: &str, mut ready: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = ready().await {
            return value;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "waited {PATIENCE:?} in vain: {what}"
        );
        tokio::time::sleep(BETWEEN).await;
    }
}
