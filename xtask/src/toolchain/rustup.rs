//! Adds what the widget's target needs with rustup.

use std::env;
use std::process::Command;
use std::time::Duration;

use super::{Supply, TARGET};
use crate::process;

/// After this long a download is taken to be impossible; it normally takes seconds.
const LIMIT: Duration = Duration::from_mins(2);

/// Tries to download what is missing from the active toolchain.
///
/// A failure is told and is no error: there is another way to a toolchain.
pub(super) fn install(supply: Supply) {
    // Only rustup's own cargo sets this; adding to a toolchain that is not in use helps nobody.
    if env::var_os("RUSTUP_TOOLCHAIN").is_none() || process::find_program("rustup").is_none() {
        return;
    }
    if !supply.compiled_library {
        add(&["target", "add", TARGET], "to compile for WebAssembly");
    }
    if !supply.library_source {
        add(
            &["component", "add", "rust-src"],
            "to compile the standard library for size",
        );
    }
}

fn add(arguments: &[&str], why: &str) {
    println!("Running `rustup {}` {why}.", arguments.join(" "));
    if let Err(error) = process::run_within(Command::new("rustup").args(arguments), LIMIT) {
        println!("warning: {error}; looking for another way");
    }
}
