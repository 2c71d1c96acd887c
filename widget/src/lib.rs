//! The panel of Huiyin: what opens when a citizen presses the button that `embed.js` drew.
//!
//! `page.js` calls [`prepare`]; everything else follows from a [`state::State`] that changes only in
//! one pure reducer. The modules in reading order: the element's options, state and retries, the
//! texts, the views, and the modules that touch the browser or the network.

pub mod options;

pub mod state;

pub mod retry;

mod fields;

mod intl;

pub mod phrases;

pub mod components;

mod shadow;

mod browser;

mod offline;

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

/// A panel makes a few hundred allocations, for which a small allocator is fast enough.
#[cfg(target_family = "wasm")]
#[global_allocator]
#[expect(
    unsafe_code,
    reason = "sound where there is one thread, as there is here"
)]
// SAFETY: the module is compiled without threads, so nobody else allocates at the same time.
static ALLOCATOR: talc::TalckWasm = unsafe { talc::TalckWasm::new_global() };

/// Creates the panel of this element, closed, beside the button in `root`.
///
/// `page.js` passes the collector's origin, the language and its file of phrases, whether the panel is
/// in the flow of the page, and the function that receives each event: `ready` once there is something
/// to show, then `start`, `sent`, `error`, `close`. Fails where the element has no valid department or
/// the browser is too old; `page.js` then uses the next fallback.
#[wasm_bindgen]
pub fn prepare(
    element: &HtmlElement,
    root: &ShadowRoot,
    collector: String,
    language: String,
    phrases: &JsValue,
    inline: bool,
    emit: Function,
) -> Result<(), JsValue> {
    // A page that changed how arrays are serialized would break our requests, but not the frame.
    if JSON::stringify(&Array::new())? != "[]" {
        return Err(JsValue::NULL);
    }
    let phrases = Phrases::read(&language, phrases).ok_or(JsValue::NULL)?;
    let options = Options::read(collector, language, |name| element.dataset().get(name))?;
    let dialog = shadow::create_dialog(root, &phrases, inline)?;
    let props = AppProps {
        options: options.into(),
        phrases,
        dialog: dialog.clone(),
        emit,
    };
    let app = Renderer::<App>::with_root_and_props(dialog.clone().into(), props).render();
    shadow::on_destroy(&dialog, || app.destroy());
    Ok(())
}

/// Sends the feedback that an earlier visit saved; `page.js` calls this where a mark says there is some.
#[wasm_bindgen]
pub fn resume() {
    spawn_local(api::send_saved());
}
