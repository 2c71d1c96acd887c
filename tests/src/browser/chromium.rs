//! Chromium: how it is started, and what only its developer tools can do.

use std::process::Command;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{
    ChromeCapabilities, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel,
};

use super::driver::Process;
use super::{Browser, Look};
use crate::artifact::keep;

/// What every browser is started with: no network of its own, and nothing that needs a screen.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
];

/// Runs in every page before the page does, and keeps what went wrong and what moved.
const WITNESS: &str = "(() => {
    const seen = { violations: [], errors: [], shift: 0 };
    Object.defineProperty(window, '__witness', { value: seen });
    addEventListener('securitypolicyviolation', (event) =>
        seen.violations.push(`${event.effectiveDirective} ${event.blockedURI}`), true);
    addEventListener('error', (event) => seen.errors.push(String(event.message)), true);
    addEventListener('unhandledrejection', (event) => seen.errors.push(String(event.reason)));
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
})()";

/// Starts the driver.
pub(super) fn driver() -> Process {
    Process::start(Command::new("chromedriver").arg("--port=0"))
}

/// Returns how a browser with this look is asked for.
pub(super) fn capabilities(look: Look, profile: &TempDir) -> WebDriverResult<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
    capabilities.add_arg(&format!("--lang={}", look.language))?;
    let mut preferences = json!({"intl.accept_languages": look.language});
    if !look.scripts {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    capabilities.add_experimental_option("prefs", preferences)?;
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}

impl Browser {
    pub(super) async fn set_up(&self, look: Look) {
        let scheme = if look.dark { "dark" } else { "light" };
        self.resize(look.width, 800, 1).await;
        self.media(&[("prefers-color-scheme", scheme)]).await;
        self.tell("Page.enable", json!({})).await;
        let witness = json!({"source": WITNESS});
        self.tell("Page.addScriptToEvaluateOnNewDocument", witness)
            .await;
    }

    /// Sets the size of the window, in CSS pixels, and how many pixels each of them has.
    pub async fn resize(&self, width: u32, height: u32, scale: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600,
        });
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Says what the owner of the browser prefers.
    pub async fn media(&self, features: &[(&str, &str)]) {
        let feature = |(name, value): &(&str, &str)| json!({"name": name, "value": value});
        let features: Vec<Value> = features.iter().map(feature).collect();
        let media = json!({"features": features});
        self.tell("Emulation.setEmulatedMedia", media).await;
    }

    /// Sends a command of the developer tools.
    pub async fn tell(&self, command: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(command, parameters).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Returns what an expression is in the page, or in the world that was named.
    pub(super) async fn evaluate(&self, expression: &str, world: Option<Value>) -> Value {
        let mut question = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        if let Some(world) = world {
            question["contextId"] = world;
        }
        let mut answer = self.tell("Runtime.evaluate", question).await;
        let failed = answer.get("exceptionDetails");
        assert!(failed.is_none(), "{expression}: {failed:?}");
        answer["result"]["value"].take()
    }

    /// Returns what an expression is to a script beside the page's own, with built-ins of its own.
    pub(super) async fn beside_chromium(&self, expression: &str) -> Value {
        let tree = self.tell("Page.getFrameTree", json!({})).await;
        let mut frame = &tree["frameTree"];
        if self.within {
            frame = &frame["childFrames"][0];
        }
        let frame = json!({"frameId": frame["frame"]["id"]});
        let world = self.tell("Page.createIsolatedWorld", frame).await;
        let world = world["executionContextId"].clone();
        self.evaluate(expression, Some(world)).await
    }

    /// Returns what the browser said of errors that no page caught.
    pub(super) async fn uncaught_in_chromium(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("a log");
        let messages = log.into_iter().map(|entry| entry.message);
        messages
            .filter(|message| message.contains(" Uncaught "))
            .collect()
    }

    /// Returns the violations of the page's policy that the page and the browser have seen.
    pub async fn violations(&self) -> Vec<String> {
        let seen = self.value("__witness.violations").await;
        let mut seen: Vec<String> = serde_json::from_value(seen).unwrap_or_default();
        let log = self.driver.browser_log().await.expect("a log");
        let told = log.into_iter().map(|entry| entry.message);
        seen.extend(told.filter(|message| message.contains("Content Security Policy")));
        seen
    }

    /// Returns role and name of every control, as those hear them who do not see the page.
    pub async fn controls(&self) -> Vec<(String, String)> {
        const ROLES: [&str; 6] = ["button", "radio", "checkbox", "textbox", "link", "dialog"];
        let tree = self.tell("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().expect("a tree").iter();
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        nodes
            .filter(|node| node["ignored"] == json!(false))
            .map(|node| (text(&node["role"]), text(&node["name"])))
            .filter(|(role, _)| ROLES.contains(&role.as_str()))
            .collect()
    }

    /// Keeps a picture of the whole page, however long.
    pub async fn long_picture(&self, name: &str) {
        let question = json!({"captureBeyondViewport": true, "format": "png"});
        let answer = self.tell("Page.captureScreenshot", question).await;
        let picture = Base64::decode_vec(answer["data"].as_str().unwrap_or_default());
        keep(&format!("{name}.png"), &picture.expect("base64"));
    }
}
