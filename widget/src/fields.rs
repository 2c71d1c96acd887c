//! Plain objects as the browser's own parser of JSON makes them, field by field.
//!
//! A second parser in the WebAssembly would be a quarter of its size.

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

/// Sets a field; what takes none is left as it is.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Reads a field of what may be an object.
pub(crate) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::NULL)
}

/// Reads a text.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    field(object, name).as_string()
}

/// Writes a time or a duration in milliseconds.
pub(crate) fn milliseconds(time: u64) -> JsValue {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for the next 285,000 years"
    )]
    {
        (time as f64).into()
    }
}

/// Reads a whole number; what is below zero becomes zero.
pub(crate) fn whole(object: &JsValue, name: &str) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is out of range becomes the nearest that is in it"
    )]
    field(object, name).as_f64().map(|number| number as u64)
}
