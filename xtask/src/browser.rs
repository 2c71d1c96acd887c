//! Makes sure there are browsers for the tests that use the widget as a visitor would.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{node, packages, process};

/// The names under which distributions ship Chromium, and one browser that behaves the same.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The names under which they ship Firefox.
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// The version of axe-core that every explained finding belongs to.
const AXE: &str = "4.14.1";

/// The newest Lighthouse that runs on the Node of a distribution.
const LIGHTHOUSE: &str = "12.8.2";

/// What the tests need beside what is on the search path.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    /// The driver of Firefox.
    pub(crate) geckodriver: PathBuf,
    /// The script that looks for what shuts people out.
    pub(crate) axe: PathBuf,
    /// The program that judges whole pages as search engines do.
    pub(crate) lighthouse: PathBuf,
}

/// Installs browsers, their drivers, letters for Chinese and the judges of pages where one of them
/// is missing.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Tools> {
    let has = |names: &[&str]| {
        names
            .iter()
            .any(|name| process::find_program(name).is_some())
    };
    let mut missing = Vec::new();
    if !has(&CHROMIUM) {
        missing.push("chromium");
    }
    if !has(&["chromedriver"]) {
        missing.push("chromium-driver");
    }
    if !has(&FIREFOX) {
        missing.push("firefox-esr");
    }
    if !has_chinese_letters() {
        missing.extend(["fontconfig", "fonts-noto-cjk"]);
    }
    if !has(&["npm"]) {
        missing.push("npm");
    }
    if !missing.is_empty() {
        packages::install(&missing, "the browser tests need what this machine lacks")?;
    }
    Ok(Tools {
        geckodriver: geckodriver(workspace)?,
        axe: axe(workspace)?,
        lighthouse: lighthouse(workspace)?,
    })
}

/// Returns the driver of Firefox. No distribution in wide use ships it, but it is a crate.
fn geckodriver(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(found) = process::find_program("geckodriver") {
        return Ok(found);
    }
    let built = workspace.tools().join("bin/geckodriver");
    if !built.is_file() {
        println!("Building geckodriver into target/tools, to drive Firefox.");
        fs::create_dir_all(workspace.tools()).context("could not create target/tools")?;
        // It passes messages on, for which a build without optimisation is quick enough.
        process::run(
            process::cargo(workspace.root())
                .args(["install", "geckodriver", "--debug", "--locked", "--quiet"])
                .arg("--root")
                .arg(workspace.tools()),
        )?;
    }
    Ok(built)
}

fn lighthouse(workspace: &Workspace) -> Result<PathBuf> {
    const PACKAGE: &str = "lighthouse";
    let why = "to judge a page with and without the tag";
    node::ensure(workspace, PACKAGE, LIGHTHOUSE, why)?;
    Ok(node::package(workspace, PACKAGE).join("cli/index.js"))
}

fn axe(workspace: &Workspace) -> Result<PathBuf> {
    const PACKAGE: &str = "axe-core";
    node::ensure(workspace, PACKAGE, AXE, "to look for what shuts people out")?;
    Ok(node::package(workspace, PACKAGE).join("axe.min.js"))
}

/// Without such a font every Chinese word on a screenshot is a row of empty boxes.
fn has_chinese_letters() -> bool {
    process::output(Command::new("fc-list").args([":lang=zh", "family"]))
        .is_ok_and(|families| !families.trim().is_empty())
}
