//! The panel of Huiyin: what opens when a citizen presses the button that `embed.js` drew.
//!
//! `page.js` calls [`prepare`]; everything else follows from a [`state::State`] that changes only in
//! one pure function. The modules in reading order: what the loader says, what may happen, what is
//! said, what is shown, and the four places that meet the outside.

pub mod options;

pub mod state;

pub mod retry;

mod fields;

mod intl;

pub mod phrases;

pub mod components;

mod shadow;

mod outside;

mod kept;

mod api;

mod app;

use js_sys::{Array, Function, JSON};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlElement, ShadowRoot};
use yew::Renderer;
use yew::platform::spawn_local;

use crate::app::{App, AppProps};
use crate::options::Options;
use crate::phrases::Phrases;

/// A panel's memory is a few hundred pieces, for which a small allocator is as quick.
#[cfg(target_family = "wasm")]
#[global_allocator]
#[expect(
    unsafe_code,
    reason = "sound where there is one thread, as there is here"
)]
// SAFETY: the module is compiled without threads, so nobody else allocates at the same time.
static ALLOCATOR: talc::TalckWasm = unsafe { talc::TalckWasm::new_global() };

/// Makes the panel of this element, closed, beside the button in `root`.
///
/// The page's side says where the collector is, in which language the panel speaks (with the file of
/// that language), whether it stands in the page, and who is to be told what happens: `ready` once
/// there is something to show, then `start`, `sent`, `error`, `close`. Fails where the element names no
/// department or the browser is too old; the next rung is then taken.
#[wasm_bindgen]
pub fn prepare(
    element: &HtmlElement,
    root: &ShadowRoot,
    collector: String,
    language: String,
    phrases: &JsValue,
    inline: bool,
    tell: Function,
) -> Result<(), JsValue> {
    // A page that changed how lists are written could send nothing from here; its frame can.
    if JSON::stringify(&Array::new())? != "[]" {
        return Err(JsValue::NULL);
    }
    let phrases = Phrases::read(&language, phrases).ok_or(JsValue::NULL)?;
    let options = Options::read(collector, language, |name| element.dataset().get(name))?;
    let dialog = shadow::panel(root, &phrases, inline)?;
    let props = AppProps {
        options: options.into(),
        phrases: phrases.into(),
        dialog: dialog.clone(),
        tell,
    };
    let app = Renderer::<App>::with_root_and_props(dialog.clone().into(), props).render();
    shadow::on_destroy(&dialog, || app.destroy());
    Ok(())
}

/// Sends what an earlier visit had to keep; `page.js` calls this where a mark says there is some.
#[wasm_bindgen]
pub fn resume() {
    spawn_local(api::send_kept());
}
