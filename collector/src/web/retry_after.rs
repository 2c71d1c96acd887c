//! When to come again, spread so that not all come again at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Over how many seconds those who were refused together are spread.
const SPREAD: u64 = 8;

/// How long whoever found no room stays away at the least.
pub(super) const SOON: Duration = Duration::from_secs(2);

/// Returns whole seconds to wait: at least so long, and up to eight more.
///
/// The surplus goes round by turns, which spreads more evenly than chance does.
pub(super) fn spread(wait: Duration) -> u64 {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed) % SPREAD;
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    seconds.max(1) + turn
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn those_refused_together_come_again_at_different_times_and_none_too_early() {
        let waits: BTreeSet<u64> = (0..64)
            .map(|_| spread(Duration::from_millis(1_200)))
            .collect();
        assert!(waits.len() >= 4, "{waits:?}");
        assert!(
            waits.iter().all(|wait| (2..=10).contains(wait)),
            "{waits:?}"
        );
    }
}
