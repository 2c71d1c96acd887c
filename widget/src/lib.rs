//! The panel of Huiyin: what opens when a citizen presses the button that `embed.js` drew.
//!
//! The loader calls [`open`]; everything else follows from a [`state::State`] that changes only in
//! one pure function. The modules in reading order: what the loader says, what may happen, what is
//! said, what is shown, and the three places that meet the outside.

pub mod options;

pub mod state;

pub mod phrases;

pub mod components;

mod shadow;

mod outside;

mod api;

mod app;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlElement, ShadowRoot};
use yew::Renderer;

use crate::app::{App, AppProps};
use crate::options::Options;

/// A panel's memory is a few hundred pieces, for which a small allocator is as quick.
#[cfg(target_family = "wasm")]
#[global_allocator]
#[expect(
    unsafe_code,
    reason = "sound where there is one thread, as there is here"
)]
// SAFETY: the module is compiled without threads, so nobody else allocates at the same time.
static ALLOCATOR: talc::TalckWasm = unsafe { talc::TalckWasm::new_global() };

/// Opens the panel of this element, and makes it first if it was never opened.
///
/// The loader has drawn the button in `root` and says where the collector is. Fails where the
/// element names no department or the browser is too old; the loader then takes the next rung.
#[wasm_bindgen]
pub fn open(
    element: &HtmlElement,
    root: &ShadowRoot,
    collector: String,
    language: &str,
) -> Result<(), JsValue> {
    if shadow::reopen(root)? {
        return Ok(());
    }
    let options = Options::read(collector, language, |name| element.dataset().get(name))?;
    let dialog = shadow::panel(root, options.language)?;
    let props = AppProps {
        options: options.into(),
        dialog: dialog.clone(),
    };
    Renderer::<App>::with_root_and_props(dialog.into(), props).render();
    Ok(())
}
