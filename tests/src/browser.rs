//! A real browser with an empty profile, and what a citizen does with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::print::PrintParameters;
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver, WebElement};
use thirtyfour::{LoggingPrefsLogLevel, TypingData};

use crate::artifact::keep;
use crate::process::Running;
use crate::turn::{self, Turn};
use crate::wait::{self, PATIENCE};

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

/// How a browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The language it asks for.
    pub language: &'static str,
    /// Whether its owner prefers dark pages.
    pub dark: bool,
    /// The width of its window, in CSS pixels.
    pub width: u32,
    /// Whether pages may run scripts.
    pub scripts: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            language: "zh-CN",
            dark: false,
            width: 1_280,
            scripts: true,
        }
    }
}

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    port: u16,
    _chromedriver: Running,
    _profile: TempDir,
    _turn: Turn,
}

impl Browser {
    /// Waits for its turn and starts a browser.
    pub async fn start(look: Look) -> Self {
        let turn = turn::heavy().await;
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let child = command.spawn().expect("chromedriver is installed");
        let mut chromedriver = Running(child);
        let port = printed_port(&mut chromedriver.0).expect("chromedriver says its port");
        let capabilities = capabilities(look, &profile).expect("capabilities are plain values");
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await;
        let browser = Self {
            driver: driver.expect("the browser starts"),
            port,
            _chromedriver: chromedriver,
            _profile: profile,
            _turn: turn,
        };
        browser.set_up(look).await;
        browser
    }

    async fn set_up(&self, look: Look) {
        let size = json!({"width": look.width, "height": 800, "deviceScaleFactor": 1, "mobile": look.width < 600});
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if look.dark { "dark" } else { "light" };
        let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.tell("Emulation.setEmulatedMedia", scheme).await;
        self.tell("Page.enable", json!({})).await;
        let witness = json!({"source": WITNESS});
        self.tell("Page.addScriptToEvaluateOnNewDocument", witness)
            .await;
    }

    /// Sends a command of the developer tools.
    pub async fn tell(&self, command: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(command, parameters).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Returns the driver, for what only one test needs.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// Returns what an expression is in the page.
    pub async fn value(&self, expression: &str) -> Value {
        let question = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        let mut answer = self.tell("Runtime.evaluate", question).await;
        let failed = answer.get("exceptionDetails");
        assert!(failed.is_none(), "{expression}: {failed:?}");
        answer["result"]["value"].take()
    }

    /// Waits until an expression is true in the page.
    pub async fn until(&self, expression: &str) {
        wait::until(expression, async || {
            (self.value(expression).await == Value::Bool(true)).then_some(())
        })
        .await;
    }

    /// Waits for an element of the page, or of the frame that was entered.
    pub async fn element(&self, css: &str) -> WebElement {
        wait::until(css, async || {
            let element = self.driver.find(By::Css(css)).await.ok()?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// Waits for something that Huiyin shows on a host page.
    pub async fn shown(&self, css: &str) -> WebElement {
        wait::until(css, async || {
            let host = self.driver.find(By::Css("huiyin-feedback")).await.ok()?;
            let root = host.get_shadow_root().await.ok()?;
            let element = root.find(By::Css(css)).await.ok()?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// Clicks, or taps, on something that Huiyin shows.
    pub async fn tap(&self, css: &str) {
        let element = self.shown(css).await;
        element.click().await.expect("it can be clicked");
    }

    /// Types keys where the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let typed = self.driver.action_chain().send_keys(keys);
        typed.perform().await.expect("keys can be pressed");
    }

    /// Returns what the panel, or whatever stands in the shadow root, says.
    pub async fn words(&self) -> String {
        let words = self
            .value("document.querySelector('huiyin-feedback').shadowRoot.querySelector('dialog').innerText")
            .await;
        words.as_str().unwrap_or_default().to_owned()
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

    /// Keeps a picture of the window.
    pub async fn picture(&self, name: &str) {
        let picture = self.driver.screenshot_as_png().await;
        keep(&format!("{name}.png"), &picture.expect("a picture"));
    }

    /// Keeps a picture of the whole page, however long.
    pub async fn long_picture(&self, name: &str) {
        let question = json!({"captureBeyondViewport": true, "format": "png"});
        let answer = self.tell("Page.captureScreenshot", question).await;
        let picture = Base64::decode_vec(answer["data"].as_str().unwrap_or_default());
        keep(&format!("{name}.png"), &picture.expect("base64"));
    }

    /// Keeps the page as it is printed, and returns how many bytes it has.
    pub async fn print(&self, name: &str) -> usize {
        let printed = self.driver.print_page(PrintParameters::default()).await;
        let printed = printed.expect("the page can be printed");
        keep(&format!("{name}.pdf"), &printed);
        printed.len()
    }
}

impl Drop for Browser {
    /// Closes the browser, also after a test has failed.
    ///
    /// By hand, because the driver's own way waits for an executor that this drop holds up.
    fn drop(&mut self) {
        drop(self.driver.clone().leak());
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return;
        };
        drop(stream.set_read_timeout(Some(PATIENCE)));
        let session = self.driver.session_id();
        let request = format!(
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.port
        );
        if stream.write_all(request.as_bytes()).is_ok() {
            // The answer comes when the browser has gone.
            drop(stream.read(&mut [0]));
        }
    }
}

fn capabilities(
    look: Look,
    profile: &TempDir,
) -> thirtyfour::error::WebDriverResult<thirtyfour::ChromeCapabilities> {
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

/// Reads what chromedriver prints until it names its port, and goes on reading behind.
fn printed_port(child: &mut Child) -> Option<u16> {
    let stdout = child.stdout.take()?;
    let (say, hear) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                _ = say.send(port.trim_end_matches('.').parse().ok());
            }
        }
    });
    hear.recv_timeout(PATIENCE).ok()?
}
