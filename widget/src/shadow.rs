//! The raw DOM: the dialog in the element's shadow root, its style sheet, and where the focus is.
//!
//! Nothing here reaches beyond the shadow root. Keeping the focus in, closing on Esc and giving
//! the focus back to the button are what a native modal dialog does by itself.

use huiyin_shared::language::Language;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlDialogElement, HtmlElement, ShadowRoot};
use yew::NodeRef;

/// The rules of the panel.
const STYLE: &str = include_str!("../style.css");

/// Tells the panel from the loader's own dialog, which lives in the same root.
const PANEL: &str = "dialog.panel";

/// Shows the panel again, or returns false where there is none yet.
pub(crate) fn reopen(root: &ShadowRoot) -> Result<bool, JsValue> {
    let Some(panel) = root.query_selector(PANEL)? else {
        return Ok(false);
    };
    show(panel.unchecked_ref())?;
    Ok(true)
}

/// Makes an empty panel with its style sheet; it is shown once it has something to show.
pub(crate) fn panel(root: &ShadowRoot, language: Language) -> Result<HtmlDialogElement, JsValue> {
    // A sheet made by a script is the only style that `style-src 'none'` allows.
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(STYLE)?;
    let sheets = root.adopted_style_sheets();
    sheets.push(&sheet);
    root.set_adopted_style_sheets(&sheets);

    let document = root.owner_document().ok_or(JsValue::NULL)?;
    let panel = document.create_element("dialog")?;
    for (name, value) in [
        ("class", "panel"),
        ("part", "panel"),
        ("lang", language.tag()),
        ("aria-labelledby", "title"),
    ] {
        panel.set_attribute(name, value)?;
    }
    root.append_child(&panel)?;
    Ok(panel.unchecked_into())
}

/// Shows the panel over the page.
pub(crate) fn show(panel: &HtmlDialogElement) -> Result<(), JsValue> {
    if panel.open() {
        return Ok(());
    }
    panel.show_modal()
}

/// Has `closed` called whenever the dialog was closed, however that came about.
pub(crate) fn on_close(panel: &HtmlDialogElement, closed: &Closure<dyn FnMut()>) {
    panel.set_onclose(Some(closed.as_ref().unchecked_ref()));
}

/// Moves the focus to the chosen grade.
pub(crate) fn focus_choice(panel: &HtmlDialogElement) {
    if let Ok(Some(choice)) = panel.query_selector("[name=rating]:checked") {
        // An element that cannot take the focus leaves it where it is, which harms nobody.
        let _ = choice.unchecked_into::<HtmlElement>().focus();
    }
}

/// Moves the focus to this element, which a screen reader then reads.
pub(crate) fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        // An element that cannot take the focus leaves it where it is, which harms nobody.
        let _ = element.focus();
    }
}
