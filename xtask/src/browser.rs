//! Makes sure there is a browser for the tests that use the widget as a visitor would.

use std::process::Command;

use anyhow::Result;

use crate::{packages, process};

/// The names under which distributions ship Chromium, and one browser that behaves the same.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Installs the browser, its driver, and letters for Chinese where one of them is missing.
pub(crate) fn ensure() -> Result<()> {
    let mut missing = Vec::new();
    if !BROWSERS
        .iter()
        .any(|name| process::find_program(name).is_some())
    {
        missing.push("chromium");
    }
    if process::find_program("chromedriver").is_none() {
        missing.push("chromium-driver");
    }
    if !has_chinese_letters() {
        missing.extend(["fontconfig", "fonts-noto-cjk"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    packages::install(&missing, "the browser tests need what this machine lacks")
}

/// Without such a font every Chinese word on a screenshot is a row of empty boxes.
fn has_chinese_letters() -> bool {
    process::output(Command::new("fc-list").args([":lang=zh", "family"]))
        .is_ok_and(|families| !families.trim().is_empty())
}
