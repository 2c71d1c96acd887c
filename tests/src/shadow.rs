//! The shadow root of Huiyin's element on a host page, as a script reaches it.

use serde_json::json;

/// What everything of Huiyin's stands in, on a page with one element: the start of a script.
pub const ROOT: &str = "document.querySelector('huiyin-feedback').shadowRoot";

/// Returns a script for the first thing that matches a selector, null where there is none.
pub fn first(css: &str) -> String {
    format!("{ROOT}.querySelector({})", json!(css))
}
