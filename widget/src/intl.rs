//! Formats numbers, times and lists in a language, with the browser's `Intl` (ECMA-402).

use js_sys::Intl::{ListFormat, PluralRules};
use js_sys::{Array, Date, Number, Object};
use wasm_bindgen::JsValue;

use crate::fields::{milliseconds, set};

/// Returns the plural category of a number: `one`, `few`, `other` and so on (CLDR).
pub(crate) fn plural(number: usize, language: &str) -> String {
    let rules = PluralRules::new(&array(language), &Object::new());
    rules.select(float(number)).into()
}

/// Formats a number.
pub(crate) fn number(number: usize, language: &str) -> String {
    Number::from(float(number))
        .to_locale_string(language)
        .into()
}

/// Formats a list with the separators of the language.
pub(crate) fn list(words: &[&str], language: &str) -> String {
    let words: Array = words.iter().map(|word| JsValue::from_str(word)).collect();
    let format = ListFormat::new(&array(language), &Object::new());
    format.format(&words).into()
}

/// Formats the time of day in the citizen's time zone; `time` is in milliseconds since 1970.
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
