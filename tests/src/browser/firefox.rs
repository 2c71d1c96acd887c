//! Firefox: how it is started, and what it says of errors.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{BrowserCapabilitiesHelper, DesiredCapabilities, FirefoxCapabilities};

use super::driver::Process;
use super::{Browser, Look};

/// The names under which distributions ship it.
const NAMES: [&str; 2] = ["firefox-esr", "firefox"];

/// Starts the driver, which the task runner builds.
pub(super) fn driver() -> Process {
    let program = env::var_os("HUIYIN_GECKODRIVER").unwrap_or_else(|| "geckodriver".into());
    // Firefox prints what a page has not caught, and its driver passes that on.
    Process::start(Command::new(program).args(["--port", "0", "--log", "info"]))
}

/// Returns how a browser with this look is asked for.
pub(super) fn capabilities(look: Look, profile: &TempDir) -> WebDriverResult<FirefoxCapabilities> {
    let mut capabilities = DesiredCapabilities::firefox();
    let profile = profile.path().to_string_lossy().into_owned();
    for flag in ["-headless", "-no-remote", "-profile", &profile] {
        capabilities.add_arg(flag)?;
    }
    for (flag, size) in [("--width", look.width), ("--height", 800)] {
        capabilities.add_arg(flag)?;
        capabilities.add_arg(&size.to_string())?;
    }
    capabilities.set_firefox_binary(&program().to_string_lossy())?;
    let preferences = json!({
        "intl.accept_languages": look.language,
        "javascript.enabled": look.scripts,
        "layout.css.prefers-color-scheme.content-override": i32::from(!look.dark),
        "javascript.options.showInConsole": true,
        "browser.dom.window.dump.enabled": true,
        // No network of its own.
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "app.update.disabledForTesting": true,
        "datareporting.policy.dataSubmissionEnabled": false,
        "browser.safebrowsing.downloads.enabled": false,
        "network.proxy.type": 0,
    });
    capabilities.set_browser_option("prefs", preferences)?;
    Ok(capabilities)
}

/// Returns what the browser said of errors that no page caught.
pub(super) fn uncaught(process: &Process) -> Vec<String> {
    let mut lines = process.printed();
    // The browser's own code has errors of its own.
    lines.retain(|line| line.starts_with("JavaScript error: http"));
    lines
}

impl Browser {
    /// Returns what an expression is to a script beside the page's own, with built-ins of its own.
    pub(super) async fn beside_firefox(&self, expression: &str) -> Value {
        let script = format!("return ({expression})");
        let answer = self.driver.execute(script, Vec::new()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{expression}: {error}"));
        answer.json().clone()
    }
}

fn program() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut programs = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let program = programs.find(|program| program.is_file());
    program.expect("Firefox is installed: run `cargo xtask test`, which sees to it")
}
