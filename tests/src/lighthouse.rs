//! Lighthouse: what it says of a page.

use std::env;
use std::process::Command;

use serde_json::Value;

/// Runs Lighthouse on a page, with the given options, and returns its report.
pub async fn report(address: &str, options: &[&str]) -> Value {
    let program = env::var_os("HUIYIN_LIGHTHOUSE");
    let program = program.expect("run `cargo xtask test`, which fetches Lighthouse");
    let mut command = Command::new("node");
    command
        .arg(program)
        .arg(address)
        .args(["--quiet", "--output=json", "--form-factor=mobile"])
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage")
        .args(options)
        .env("CHROME_PATH", "/usr/bin/chromium");
    // The page is served from this process meanwhile.
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.expect("nobody panics").expect("node can be started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("Lighthouse said no report: {error} {said}"))
}
