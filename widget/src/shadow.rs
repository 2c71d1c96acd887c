//! The raw DOM: the dialog in the element's shadow root, its style sheet, and the focus.
//!
//! Nothing here changes the page outside of the shadow root. A native modal dialog traps the focus,
//! closes on Esc and returns the focus to the button by itself.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlDialogElement, HtmlElement, ShadowRoot};
use yew::NodeRef;

use crate::fields::set;
use crate::phrases::Phrases;

/// The rules of the panel.
const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// Matches the focused element of the page, unless it is one of ours. The body never matches.
const ELSEWHERE: &str = ":focus:not(huiyin-feedback,huiyin-feedback *)";

/// The classes of a panel in the flow of the page.
const INLINE: &str = "panel inline";

/// Creates the dialog, empty and closed, with its style sheet.
pub(crate) fn create_dialog(
    root: &ShadowRoot,
    phrases: &Phrases,
    inline: bool,
) -> Result<HtmlDialogElement, JsValue> {
    // A constructed style sheet is the only style that `style-src 'none'` allows.
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(STYLE)?;
    let sheets = root.adopted_style_sheets();
    sheets.push(&sheet);
    root.set_adopted_style_sheets(&sheets);

    let document = root.owner_document().ok_or(JsValue::NULL)?;
    let panel = document.create_element("dialog")?;
    for (name, value) in [
        ("class", if inline { INLINE } else { "panel" }),
        ("part", "panel"),
        ("lang", phrases.language.as_str()),
        ("dir", phrases.dir().as_str()),
        ("aria-labelledby", "title"),
    ] {
        panel.set_attribute(name, value)?;
    }
    root.append_child(&panel)?;
    Ok(panel.unchecked_into())
}

/// Returns whether the panel is in the flow of the page.
pub(crate) fn is_inline(panel: &HtmlDialogElement) -> bool {
    panel.class_name() == INLINE
}

/// Adds the method `destroy` to the dialog, which `page.js` calls once the element has left the page.
/// Yew keeps the empty dialog itself: it never removes its own listeners from a root.
pub(crate) fn on_destroy(panel: &HtmlDialogElement, destroy: impl FnOnce() + 'static) {
    set(panel, "destroy", &Closure::once_into_js(destroy));
}

/// Returns whether a bot has filled the honeypot, a field that people do not see. It is required, so
/// it is valid once it is filled.
pub(crate) fn is_honeypot_filled(panel: &HtmlDialogElement) -> bool {
    let filled = panel.query_selector("[name=website]:valid");
    filled.is_ok_and(|field| field.is_some())
}

/// Moves the focus to the chosen grade.
pub(crate) fn focus_grade(panel: &HtmlDialogElement) {
    if let Ok(Some(grade)) = panel.query_selector("[name=rating]:checked") {
        // If the element cannot take the focus, the focus stays where it is.
        let _ = grade.unchecked_into::<HtmlElement>().focus();
    }
}

/// Moves the focus to this element, so that a screen reader reads it; but not away from another field
/// of the page, in which the citizen may be typing.
pub(crate) fn focus(node: &NodeRef) {
    let elsewhere = gloo_utils::document().query_selector(ELSEWHERE);
    if matches!(elsewhere, Ok(None))
        && let Some(element) = node.cast::<HtmlElement>()
    {
        // If the element cannot take the focus, the focus stays where it is.
        let _ = element.focus();
    }
}
