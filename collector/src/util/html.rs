//! Escaping text for HTML and SVG, as the templates do it.

use askama::filters::{Escaper, Html};

/// Returns a text so that it can stand between tags or in a quoted attribute.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing to a string cannot fail.
    _ = Html.write_escaped_str(&mut escaped, text);
    escaped
}
