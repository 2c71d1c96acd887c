//! The raw DOM: the dialog in the element's shadow root, its style sheet, and where the focus is.
//!
//! Nothing here reaches beyond the shadow root. Keeping the focus in, closing on Esc and giving
//! the focus back to the button are what a native modal dialog does by itself.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlDialogElement, HtmlElement, ShadowRoot};
use yew::NodeRef;

use crate::fields::set;
use crate::phrases::Phrases;

/// The rules of the panel.
const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// What has the focus in the page outside of our elements; the whole page never counts.
const ELSEWHERE: &str = ":focus:not(huiyin-feedback,huiyin-feedback *)";

/// The classes of a panel that stands in the page like its text.
const INLINE: &str = "panel inline";

/// Makes an empty panel with its style sheet, closed.
pub(crate) fn panel(
    root: &ShadowRoot,
    phrases: &Phrases,
    inline: bool,
) -> Result<HtmlDialogElement, JsValue> {
    // A sheet made by a script is the only style that `style-src 'none'` allows.
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
        ("dir", phrases.dir.as_str()),
        ("aria-labelledby", "title"),
    ] {
        panel.set_attribute(name, value)?;
    }
    root.append_child(&panel)?;
    Ok(panel.unchecked_into())
}

/// Returns whether the panel stands in the page.
pub(crate) fn is_inline(panel: &HtmlDialogElement) -> bool {
    panel.class_name() == INLINE
}

/// Leaves at the panel what undoes all that was made for it; `page.js` calls it once the element
/// has left the page. The framework keeps the panel itself, empty, with its own listeners: it never gives
/// those of a root back.
pub(crate) fn on_destroy(panel: &HtmlDialogElement, destroy: impl FnOnce() + 'static) {
    set(panel, "destroy", &Closure::once_into_js(destroy));
}

/// Returns whether something has filled the field that people do not see: it is required, so that it is
/// valid once it is filled.
pub(crate) fn is_trapped(panel: &HtmlDialogElement) -> bool {
    let filled = panel.query_selector("[name=website]:valid");
    filled.is_ok_and(|field| field.is_some())
}

/// Moves the focus to the chosen grade.
pub(crate) fn focus_choice(panel: &HtmlDialogElement) {
    if let Ok(Some(choice)) = panel.query_selector("[name=rating]:checked") {
        // An element that cannot take the focus leaves it where it is, which harms nobody.
        let _ = choice.unchecked_into::<HtmlElement>().focus();
    }
}

/// Moves the focus to this element, which a screen reader then reads; not from elsewhere in the page,
/// where somebody may have gone on to write.
pub(crate) fn focus(node: &NodeRef) {
    let elsewhere = gloo_utils::document().query_selector(ELSEWHERE);
    if matches!(elsewhere, Ok(None))
        && let Some(element) = node.cast::<HtmlElement>()
    {
        // An element that cannot take the focus leaves it where it is, which harms nobody.
        let _ = element.focus();
    }
}
