//! Runs the collector with its demonstration pages.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{process, widget};

/// Builds widget and collector, then becomes the collector.
pub(crate) fn serve(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    widget::build(workspace)?;
    let binary = build_collector(workspace)?;
    let mut command = Command::new(binary);
    process::forget_package(&mut command);
    command
        .args(["serve", "--listen", "127.0.0.1:8080", "--database"])
        .arg(workspace.root().join("data/huiyin.db"))
        .args(["--demo", "--public-minimum", "1"])
        .args(arguments);
    let never = become_program(&mut command)?;
    match never {}
}

/// Builds the collector for use and returns its binary. The widget must be there already: it
/// becomes part of the binary.
pub(crate) fn build_collector(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = process::cargo(workspace.root());
    command.args([
        "build",
        "--release",
        "--locked",
        "--package",
        "huiyin-collector",
    ]);
    process::built_files(&mut command, "huiyin")?
        .into_iter()
        .find(|file| file.file_stem().is_some_and(|name| name == "huiyin") && is_program(file))
        .context("the collector compiled, but no binary named huiyin came out")
}

fn is_program(file: &std::path::Path) -> bool {
    file.extension().unwrap_or_default() == std::env::consts::EXE_EXTENSION
}

/// Replaces this program, so that signals reach the collector itself and it can end in order.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<Infallible> {
    use std::os::unix::process::CommandExt;

    Err(command.exec()).context("could not start the collector")
}

/// Waits for the program; the console hands Ctrl-C to both.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<Infallible> {
    let status = command.status().context("could not start the collector")?;
    std::process::exit(status.code().unwrap_or(1));
}
