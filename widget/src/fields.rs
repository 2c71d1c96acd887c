//! Reads and writes plain JavaScript objects field by field; the browser parses the JSON.
//!
//! A JSON parser in the WebAssembly would be a quarter of its size.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// Makes a plain object.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

/// Sets a field; a value that is no object is left as it is.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Reads a field; null where the value is no object.
pub(crate) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::NULL)
}

/// Reads a string.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    field(object, name).as_string()
}

/// Returns a time or a duration in milliseconds as a number.
pub(crate) fn milliseconds(time: u64) -> JsValue {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for the next 285,000 years"
    )]
    {
        (time as f64).into()
    }
}

/// Reads a whole number; a negative number becomes 0.
pub(crate) fn whole(object: &JsValue, name: &str) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, which is what is wanted"
    )]
    field(object, name).as_f64().map(|number| number as u64)
}
