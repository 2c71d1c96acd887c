//! Packages of npm that the build and the tests use, installed below the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;
use crate::workspace::Workspace;

/// Returns where a package lies, once it is installed: each in a folder of its own, because npm
/// takes away what was not asked for together.
pub(crate) fn package(workspace: &Workspace, name: &str) -> PathBuf {
    folder(workspace, name).join("node_modules").join(name)
}

fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.tools().join(name)
}

/// Returns the version of a package that is installed, if it can be run.
pub(crate) fn installed(workspace: &Workspace, name: &str) -> Option<String> {
    process::find_program("node")?;
    let description = fs::read_to_string(package(workspace, name).join("package.json")).ok()?;
    let description: Value = serde_json::from_str(&description).ok()?;
    description["version"].as_str().map(str::to_owned)
}

/// Installs a package in exactly this version, unless that is there already.
pub(crate) fn ensure(workspace: &Workspace, name: &str, version: &str, why: &str) -> Result<()> {
    if installed(workspace, name).as_deref() == Some(version) {
        return Ok(());
    }
    for program in ["node", "npm"] {
        process::find_program(program).with_context(|| format!("{program} is not installed"))?;
    }
    let folder = folder(workspace, name);
    fs::create_dir_all(&folder).context("could not create a folder in target/tools")?;
    println!("Installing the npm package {name} {version} into target/tools, {why}.");
    npm_install(&folder, &format!("{name}@{version}"))
}

fn npm_install(folder: &Path, package: &str) -> Result<()> {
    process::run(
        Command::new("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
            ])
            .args(["--loglevel", "error", "--prefix"])
            .arg(folder)
            .arg(package),
    )
}
