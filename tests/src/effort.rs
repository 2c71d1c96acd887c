//! How often a test repeats what depends on chance.

use std::env;

/// Returns `long` under `cargo xtask test --long`, and `fast` otherwise.
///
/// The fast figure keeps a story under half a minute; both run the same code.
pub fn cycles(fast: u64, long: u64) -> u64 {
    if env::var_os("HUIYIN_LONG").is_some_and(|long| long == "1") {
        long
    } else {
        fast
    }
}
