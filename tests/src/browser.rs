//! A real browser with an empty profile, and what a citizen does with it.
//!
//! What is here goes with every browser; what only one of them can do stands in its own file.

mod chromium;
mod driver;
mod firefox;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::common::print::PrintParameters;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::{By, Capabilities, TypingData, WebDriver, WebElement};

use crate::artifact::keep;
use crate::shadow;
use crate::turn::{self, Turn};
use crate::wait::{self, PATIENCE};

use driver::Process;

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

/// Which browser it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, and what is made of it.
    Chromium,
    /// Firefox.
    Firefox,
}

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    driver: WebDriver,
    /// Whether what it does goes into the page's first frame.
    within: bool,
    process: Process,
    _profile: TempDir,
    _turn: Turn,
}

impl Browser {
    /// Waits for its turn and starts Chromium.
    pub async fn start(look: Look) -> Self {
        Self::start_one(Engine::Chromium, look).await
    }

    /// Waits for its turn and starts a browser of this kind.
    pub async fn start_one(engine: Engine, look: Look) -> Self {
        let turn = turn::heavy().await;
        let profile = tempfile::tempdir().expect("a temporary folder");
        let (process, capabilities) = match engine {
            Engine::Chromium => (
                chromium::driver(),
                chromium::capabilities(look, &profile).map(Capabilities::from),
            ),
            Engine::Firefox => (
                firefox::driver(),
                firefox::capabilities(look, &profile).map(Capabilities::from),
            ),
        };
        let capabilities = capabilities.expect("capabilities are plain values");
        let address = format!("http://127.0.0.1:{}", process.port);
        let driver = WebDriver::new(address, capabilities).await;
        let browser = Self {
            engine,
            driver: driver.expect("the browser starts"),
            within: false,
            process,
            _profile: profile,
            _turn: turn,
        };
        if engine == Engine::Chromium {
            browser.set_up(look).await;
        }
        browser
    }

    /// Returns which browser it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the driver, for what only one test needs.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// Goes into the first frame of the page; what follows happens there.
    pub async fn enter(&mut self) {
        let entered = self.driver.enter_frame(0).await;
        entered.expect("the page has a frame");
        self.within = true;
    }

    /// Comes back to the page.
    pub async fn leave(&mut self) {
        let left = self.driver.enter_default_frame().await;
        left.expect("the page is still there");
        self.within = false;
    }

    /// Goes to the tab that the page has opened.
    pub async fn follow(&self) {
        let tab = wait::until("a second tab", async || {
            self.driver.windows().await.ok()?.get(1).cloned()
        })
        .await;
        let switched = self.driver.switch_to_window(tab).await;
        switched.expect("the second tab");
    }

    /// Returns what an expression is in the page.
    pub async fn value(&self, expression: &str) -> Value {
        match self.engine {
            Engine::Chromium => self.evaluate(expression, None).await,
            // Its scripts share the page's window, though not its built-ins.
            Engine::Firefox => self.beside_firefox(expression).await,
        }
    }

    /// Returns what an expression is to a script that sees the page, whatever the page has done
    /// to the built-ins of the language.
    pub async fn beside(&self, expression: &str) -> Value {
        match self.engine {
            Engine::Chromium => self.beside_chromium(expression).await,
            Engine::Firefox => self.beside_firefox(expression).await,
        }
    }

    /// Returns the errors that no page has caught since this was last asked.
    pub async fn uncaught(&self) -> Vec<String> {
        match self.engine {
            Engine::Chromium => self.uncaught_in_chromium().await,
            Engine::Firefox => firefox::uncaught(&self.process),
        }
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

    /// Looks for something that Huiyin has on a host page, shown or not.
    pub async fn ours(&self, css: &str) -> Option<WebElement> {
        // Asked by a script, because not every driver takes a shadow root where an element goes.
        let script = format!("return {}", shadow::first(css));
        self.driver
            .execute(script, Vec::new())
            .await
            .ok()?
            .element()
            .ok()
    }

    /// Waits for something that Huiyin shows on a host page.
    pub async fn shown(&self, css: &str) -> WebElement {
        wait::until(css, async || {
            let element = self.ours(css).await?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// Clicks, or taps, on something that Huiyin shows.
    pub async fn tap(&self, css: &str) {
        wait::until(css, async || {
            match self.shown(css).await.click().await {
                // It was drawn anew or has moved between the look and the tap.
                Err(error)
                    if matches!(
                        *error,
                        WebDriverErrorInner::StaleElementReference(_)
                            | WebDriverErrorInner::ElementClickIntercepted(_)
                    ) =>
                {
                    None
                }
                clicked => {
                    clicked.expect("it can be clicked");
                    Some(())
                }
            }
        })
        .await;
    }

    /// Presses a button that Huiyin shows, unless it has just gone.
    pub async fn press_if_there(&self, css: &str) {
        let press = format!("void {}?.click()", shadow::first(css));
        self.value(&press).await;
    }

    /// Clicks at a place of the page, in CSS pixels, on whatever is there.
    pub async fn click_at(&self, left: i64, top: i64) {
        let (mut left, mut top) = (left, top);
        if self.within && self.engine == Engine::Chromium {
            // Its driver counts from the corner of the window, not of the frame.
            let corner = "(() => { const frame = window.frameElement, box = frame.getBoundingClientRect(); \
                return [box.left + frame.clientLeft, box.top + frame.clientTop].map(Math.round) })()";
            let corner: (i64, i64) =
                serde_json::from_value(self.beside(corner).await).expect("the frame has a place");
            (left, top) = (left + corner.0, top + corner.1);
        }
        let clicked = self.driver.action_chain().move_to(left, top).click();
        clicked.perform().await.expect("a place of the window");
    }

    /// Types keys where the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let typed = self.driver.action_chain().send_keys(keys);
        typed.perform().await.expect("keys can be pressed");
    }

    /// Returns what the panel, or whatever stands in the shadow root, says.
    pub async fn words(&self) -> String {
        let words = format!("{}.innerText", shadow::first("dialog"));
        let words = self.value(&words).await;
        words.as_str().unwrap_or_default().to_owned()
    }

    /// Keeps a picture of the window.
    pub async fn picture(&self, name: &str) {
        let picture = self.driver.screenshot_as_png().await;
        keep(&format!("{name}.png"), &picture.expect("a picture"));
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
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.process.port)) else {
            return;
        };
        drop(stream.set_read_timeout(Some(PATIENCE)));
        let session = self.driver.session_id();
        let request = format!(
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.process.port
        );
        if stream.write_all(request.as_bytes()).is_ok() {
            // The answer comes when the browser has gone.
            drop(stream.read(&mut [0]));
        }
    }
}
