//! A process that a test has started.

use std::process::Child;

/// A process that does not outlive its test.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever ended before is only collected.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
