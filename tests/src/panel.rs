//! The panel on a host page, and what a citizen does with it: the page object of the browser tests.
//!
//! Only this file and [`Browser`] know how the panel is marked up.

pub mod state;

use serde_json::{Value, json};
use thirtyfour::WebElement;

use crate::browser::Browser;
use crate::shadow::{ROOT, first};

/// Returns the selector of a grade that can be chosen.
fn grade(value: u8) -> String {
    format!("label:has([name=rating][value='{value}'])")
}

/// The panel of the first element on the page that a browser shows.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a>(&'a Browser);

impl Browser {
    /// Returns the panel of the page.
    pub fn panel(&self) -> Panel<'_> {
        Panel(self)
    }
}

impl Panel<'_> {
    /// Waits until the page has the button.
    pub async fn button(self) -> WebElement {
        self.0.shown("[part=button]").await
    }

    /// Presses the button that opens it; what comes then, comes in its time.
    pub async fn open(self) {
        self.0.tap("[part=button]").await;
    }

    /// Waits until the question and its grades are shown.
    pub async fn question(self) {
        self.0.shown("dialog.panel .grades label").await;
    }

    /// Chooses a grade, 1 to 5.
    pub async fn rate(self, value: u8) {
        self.0.tap(&grade(value)).await;
    }

    /// Goes back to the question.
    pub async fn change(self) {
        self.0.tap("[part=change]").await;
    }

    /// Waits for the field of the comment.
    pub async fn comment(self) -> WebElement {
        self.0.shown("textarea").await
    }

    /// Writes a comment at once, as a paste does.
    pub async fn paste(self, text: &str) {
        let field = first("textarea");
        let paste = format!(
            "(() => {{ const field = {field};
            field.value = {};
            field.dispatchEvent(new InputEvent('input', {{ bubbles: true, composed: true }})); }})()",
            json!(text)
        );
        self.0.value(&paste).await;
    }

    /// Chooses to be answered.
    pub async fn ask_for_answer(self) {
        self.0.tap("label:has([name=answer])").await;
    }

    /// Sends what was written.
    pub async fn send(self) {
        self.0.tap("[part=send]").await;
    }

    /// Closes it.
    pub async fn close(self) {
        self.0.tap("[part=close]").await;
    }

    /// Waits for the receipt code, which is shown when everything is sent.
    pub async fn receipt(self) -> WebElement {
        self.0.shown("[part=receipt]").await
    }

    /// Waits for an error.
    pub async fn error(self) -> WebElement {
        self.0.shown("[part=error]").await
    }

    /// Waits for the link to the form that stands in its place.
    pub async fn link(self) -> WebElement {
        self.0.shown("[part=link]").await
    }

    /// Waits for the frame with the form that stands in its place.
    pub async fn frame(self) -> WebElement {
        self.0.shown("[part=frame]").await
    }

    /// Waits until its status line says something.
    pub async fn status(self) {
        self.until_anything_is_said("[role=status]").await;
    }

    /// Waits until something of it has this text.
    pub async fn until_said(self, css: &str, text: &str) {
        let said = format!("{}?.textContent == {}", first(css), json!(text));
        self.0.until(&said).await;
    }

    /// Waits until something of it has any text.
    pub async fn until_anything_is_said(self, css: &str) {
        self.0.until(&format!("!!{}?.innerText", first(css))).await;
    }

    /// Whether something is there, shown or not.
    pub async fn has(self, css: &str) -> bool {
        self.0.value(&format!("!!{}", first(css))).await == Value::Bool(true)
    }

    /// Waits until something is gone.
    pub async fn until_gone(self, css: &str) {
        self.0.until(&format!("!{}", first(css))).await;
    }

    /// Waits until a part has the focus.
    pub async fn until_focus(self, part: &str) {
        let focus = format!("{ROOT}.activeElement?.part.value == '{part}'");
        self.0.until(&focus).await;
    }

    /// Returns the part that has the focus, empty where nothing of ours has it.
    pub async fn focus(self) -> String {
        let focus = format!("{ROOT}.activeElement?.part.value");
        let part = self.0.value(&focus).await;
        part.as_str().unwrap_or_default().to_owned()
    }
}
