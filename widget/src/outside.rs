//! The clock, chance, the address of the page: what the browser knows and the state is told.

use js_sys::{Date, Math, Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

use crate::fields::{field, set, text};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]);

    #[wasm_bindgen(js_namespace = AbortSignal, catch)]
    fn timeout(milliseconds: f64) -> Result<JsValue, JsValue>;
}

/// Returns the time in milliseconds since 1970, by the citizen's clock.
pub(crate) fn now() -> u64 {
    whole(Date::now())
}

/// Returns bits that nobody can guess.
pub(crate) fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bits = [0; LENGTH];
    get_random_values(&mut bits);
    bits
}

/// Returns a number at least 0 and below 1, for what need not be secret.
pub(crate) fn chance() -> f64 {
    Math::random()
}

/// Returns what ends a request to a collector that takes it and never answers; nothing does in the
/// browsers of before 2022.
pub(crate) fn deadline() -> JsValue {
    const PATIENCE_MS: f64 = 10_000.0;
    timeout(PATIENCE_MS).unwrap_or_default()
}

/// Returns the address of the page.
pub(crate) fn page() -> Option<String> {
    text(&field(&js_sys::global(), "location"), "href")
}

/// Returns how many milliseconds an answer asks to wait (RFC 9110 §10.2.3), in seconds or as a date.
pub(crate) fn retry_after(response: &Response) -> Option<u64> {
    let value = response.headers().get("retry-after").ok()??;
    Some(match value.parse::<u32>() {
        Ok(seconds) => u64::from(seconds) * 1_000,
        Err(_) => whole(Date::parse(&value) - Date::now()),
    })
}

/// Returns a whole number of milliseconds; what is below 0, or no number, becomes 0.
fn whole(milliseconds: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is out of range becomes the nearest that is in it"
    )]
    {
        milliseconds as u64
    }
}

/// Leaves a mark by which the loader knows at the next page that something waits to be sent.
pub(crate) fn mark_waiting(waits: bool) {
    note("huiyin", waits.then_some("1"));
}

/// Where a browser notes why something that waited was refused.
const REFUSED: &str = "huiyin-refused";

/// Notes why something that waited was refused, until the citizen has seen it.
pub(crate) fn note_refused(why: Option<&str>) {
    note(REFUSED, why);
}

/// Returns why something that waited was refused, where the citizen has not seen it.
pub(crate) fn refused() -> Option<String> {
    text(&field(&js_sys::global(), "localStorage"), REFUSED)
}

fn note(name: &str, what: Option<&str>) {
    // Where nothing may be kept, there is nothing to look for later.
    let storage = field(&js_sys::global(), "localStorage");
    if let Some(what) = what {
        set(&storage, name, &what.into());
    } else if storage.is_object() {
        let _ = Reflect::delete_property(storage.unchecked_ref::<Object>(), &name.into());
    }
}
