//! Makes sure that the figures for operators can be checked by the tool of those who read them.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{packages, process};

/// Installs Prometheus where its tool is missing, and returns the tool.
pub(crate) fn ensure() -> Result<PathBuf> {
    if process::find_program("promtool").is_none() {
        packages::install(
            &["prometheus"],
            "its promtool checks the names and labels of /metrics",
        )?;
    }
    process::find_program("promtool").context("the package prometheus brought no promtool")
}
