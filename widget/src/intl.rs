//! Numbers, times and lists as a language writes them: the browser knows (ECMA-402).

use js_sys::Intl::{ListFormat, PluralRules};
use js_sys::{Array, Date, Number, Object};
use wasm_bindgen::JsValue;

use crate::fields::{milliseconds, set};

/// Returns the form that a number asks for: `one`, `few`, `other` and so on (CLDR).
pub(crate) fn plural(number: usize, language: &str) -> String {
    let rules = PluralRules::new(&array(language), &Object::new());
    rules.select(float(number)).into()
}

/// Returns a number as the language writes it.
pub(crate) fn number(number: usize, language: &str) -> String {
    Number::from(float(number))
        .to_locale_string(language)
        .into()
}

/// Returns a list with the language's own commas and its own "and".
pub(crate) fn list(words: &[&str], language: &str) -> String {
    let words: Array = words.iter().map(|word| JsValue::from_str(word)).collect();
    let format = ListFormat::new(&array(language), &Object::new());
    format.format(&words).into()
}

/// Returns the time of the day by the citizen's clock; `time` is in milliseconds since 1970.
pub(crate) fn time(time: u64, language: &str) -> String {
    let style = Object::new();
    set(&style, "timeStyle", &"short".into());
    let date = Date::new(&milliseconds(time));
    date.to_locale_time_string_with_options(language, &style)
        .into()
}

fn array(language: &str) -> Array {
    Array::of1(&language.into())
}

fn float(number: usize) -> f64 {
    u32::try_from(number).unwrap_or(u32::MAX).into()
}
