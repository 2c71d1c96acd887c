//! `cargo xtask bench`: every figure of time, rate and size.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::stories::Stories;
use crate::workspace::Workspace;
use crate::{budget, postgres, process, widget};

/// Prints the widget's sizes, runs the measured stories, and compares the collector with other
/// servers. A limit that does not hold is an error, but only after everything was measured.
pub(crate) fn bench(workspace: &Workspace, quick: bool) -> Result<()> {
    postgres::ensure()?;
    widget::build(workspace)?;
    let budget = budget::report(workspace);
    let stories = Stories::prepare(workspace)?;
    let measured = stories.run_measured(workspace);
    compare(workspace, &stories, quick)?;
    budget?;
    measured
}

/// Builds the load generator and measures the collector beside other servers.
fn compare(workspace: &Workspace, stories: &Stories, quick: bool) -> Result<()> {
    let mut build = process::cargo(workspace.root());
    build.args([
        "build",
        "--release",
        "--locked",
        "--package",
        "huiyin-tests",
        "--bin",
        "bench",
    ]);
    let program = process::built_files(&mut build, "bench")?
        .into_iter()
        .find(|file| file.is_file())
        .context("the measurement compiled, but no binary named bench came out")?;
    // On the disk of the workspace: the system's folder for such files may be in memory, where
    // nothing is durable and a sync costs nothing.
    let data = workspace.bench().join("data");
    fs::create_dir_all(&data)?;
    // Like the system's folder, open to all: PostgreSQL refuses to run as root, and whoever it then
    // runs as has to remove its files again.
    #[cfg(unix)]
    fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o1777))?;
    let mut command = Command::new(program);
    process::forget_package(&mut command);
    command
        .current_dir(workspace.root())
        .arg("--out")
        .arg(workspace.bench())
        .arg("--tools")
        .arg(workspace.tools())
        .env("HUIYIN_BINARY", &stories.collector)
        .env("TMPDIR", data);
    if quick {
        command.arg("--quick");
    }
    process::run(&mut command)
}
