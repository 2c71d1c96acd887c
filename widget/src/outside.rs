//! The clock, chance, and the address of the page: what the browser knows and the state is told.

use js_sys::{Date, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]);
}

/// Returns the time in milliseconds since 1970, by the citizen's clock.
pub(crate) fn now() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a clock is a whole number of milliseconds, and none is set before 1970"
    )]
    {
        Date::now() as u64
    }
}

/// Returns bits that nobody can guess.
pub(crate) fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bits = [0; LENGTH];
    get_random_values(&mut bits);
    bits
}

/// Returns the address of the page.
pub(crate) fn page() -> Option<String> {
    let location = Reflect::get(&js_sys::global(), &"location".into()).ok()?;
    Reflect::get(&location, &"href".into()).ok()?.as_string()
}
