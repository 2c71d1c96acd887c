//! What the browser knows: the clock, random numbers, the page's address, `localStorage`.

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

/// Returns cryptographically random bytes.
pub(crate) fn random_bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    get_random_values(&mut bytes);
    bytes
}

/// Returns a random number at least 0 and below 1; not for secrets.
pub(crate) fn random_fraction() -> f64 {
    Math::random()
}

/// Returns the signal that aborts a request the collector never answers. Browsers from before 2022
/// have no such signal, and wait.
pub(crate) fn timeout_signal() -> JsValue {
    const TIMEOUT_MS: f64 = 10_000.0;
    timeout(TIMEOUT_MS).unwrap_or_default()
}

/// Returns the address of the page.
pub(crate) fn page_address() -> Option<String> {
    text(&field(&js_sys::global(), "location"), "href")
}

/// Returns the `Retry-After` of a response in milliseconds (RFC 9110 §10.2.3); the header is in seconds
/// or a date.
pub(crate) fn retry_after(response: &Response) -> Option<u64> {
    let value = response.headers().get("retry-after").ok()??;
    Some(match value.parse::<u32>() {
        Ok(seconds) => u64::from(seconds) * 1_000,
        Err(_) => whole(Date::parse(&value) - Date::now()),
    })
}

/// Returns a whole number of milliseconds; a negative number and NaN become 0.
fn whole(milliseconds: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, which is what is wanted"
    )]
    {
        milliseconds as u64
    }
}

/// Marks in `localStorage` whether feedback waits to be sent: the loader on the next page looks for
/// the mark.
pub(crate) fn mark_unsent(waits: bool) {
    store("huiyin", waits.then_some("1"));
}

/// The key under which a refusal is stored.
const REFUSED: &str = "huiyin-refused";

/// Stores why a saved feedback was refused, until the citizen has seen it.
pub(crate) fn set_refusal(reason: Option<&str>) {
    store(REFUSED, reason);
}

/// Returns why a saved feedback was refused, if the citizen has not seen it yet.
pub(crate) fn refusal() -> Option<String> {
    text(&field(&js_sys::global(), "localStorage"), REFUSED)
}

/// Sets or removes an item of `localStorage`; without storage it does nothing.
fn store(key: &str, value: Option<&str>) {
    let storage = field(&js_sys::global(), "localStorage");
    if let Some(value) = value {
        set(&storage, key, &value.into());
    } else if storage.is_object() {
        let _ = Reflect::delete_property(storage.unchecked_ref::<Object>(), &key.into());
    }
}
