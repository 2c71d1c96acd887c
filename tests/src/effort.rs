//! How often a test repeats what depends on chance, and how long it waits.

use std::env;
use std::time::Duration;

use crate::wait::PATIENCE;

/// Returns `long` under `cargo xtask test --long`, and `fast` otherwise.
///
/// The fast figure keeps a story under half a minute; both run the same code.
pub fn cycles(fast: u64, long: u64) -> u64 {
    if is_long() { long } else { fast }
}

/// Returns the promised time limit under `cargo xtask test --long`, and [`PATIENCE`] otherwise.
///
/// The gate must not depend on the speed of a machine that others use as well; there the limit only
/// tells late from never.
pub fn time_limit(promised: Duration) -> Duration {
    if is_long() {
        promised
    } else {
        promised.max(PATIENCE)
    }
}

fn is_long() -> bool {
    env::var_os("HUIYIN_LONG").is_some_and(|long| long == "1")
}
