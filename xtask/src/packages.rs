//! Installs packages of the distribution, where that is allowed.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Installs packages with apt-get, and says first which ones and why.
///
/// Without apt-get or without the right to install, nothing is tried: the error then holds the
/// command a person has to run.
pub(crate) fn install(packages: &[&str], why: &str) -> Result<()> {
    may_install(packages, why)?;
    let names = packages.join(" ");
    println!("Installing {names}: {why}.");
    if !has_lists() {
        update()?;
    }
    if apt_install(packages).is_err() {
        // Lists that have grown old name files that are gone, so fresh ones deserve one more try.
        update()?;
        apt_install(packages).with_context(|| format!("could not install {names}"))?;
    }
    Ok(())
}

/// Fails where [`install`] could not even try, and says what a person has to do.
pub(crate) fn may_install(packages: &[&str], why: &str) -> Result<()> {
    let names = packages.join(" ");
    if process::find_program("apt-get").is_none() {
        bail!(
            "{why}. This system has no apt-get; install what it calls these packages, then try \
             again: {names}"
        );
    }
    if !is_root() {
        bail!(
            "{why}. Only root may install packages; run this, then try again:\n    \
             sudo apt-get update && sudo apt-get install --no-install-recommends {names}"
        );
    }
    Ok(())
}

/// Fetches the lists of packages when there are none, so that they can be asked about.
pub(crate) fn ensure_lists() -> Result<()> {
    if has_lists() || !is_root() || process::find_program("apt-get").is_none() {
        return Ok(());
    }
    update()
}

fn update() -> Result<()> {
    println!("Fetching the lists of packages.");
    process::run(Command::new("apt-get").args(["update", "--quiet"]))
}

fn apt_install(packages: &[&str]) -> Result<()> {
    process::run(
        Command::new("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn has_lists() -> bool {
    fs::read_dir("/var/lib/apt/lists").is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
    })
}
