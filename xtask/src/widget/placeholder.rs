//! Tells the widget's scripts the version and the sums of the files they load.

use anyhow::{Result, bail};

/// Replaces every placeholder that occurs in a script; none may be left that is not known.
pub(super) fn fill(name: &str, text: &str, values: &[(String, String)]) -> Result<String> {
    let mut filled = text.to_owned();
    for (placeholder, value) in values {
        filled = filled.replace(placeholder, value);
    }
    if let Some(left) = placeholder_in(&filled) {
        bail!("{name} uses the placeholder {left}, which nothing replaces");
    }
    Ok(filled)
}

/// Refuses a script in which a placeholder does not occur.
pub(super) fn must_be_in(name: &str, text: &str, placeholder: &str) -> Result<()> {
    if !text.contains(placeholder) {
        bail!("{name} does not use the placeholder {placeholder}");
    }
    Ok(())
}

/// Finds the first word of the form `__WORD__`.
fn placeholder_in(text: &str) -> Option<&str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .find(|word| {
            word.strip_prefix("__")
                .and_then(|word| word.strip_suffix("__"))
                .is_some_and(|name| {
                    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<(String, String)> {
        vec![("__ASSETS__".to_owned(), "/a/".to_owned())]
    }

    #[test]
    fn placeholders_give_way_to_values() {
        let filled = fill("a.js", "import('__ASSETS__b.js')", &values());
        assert_eq!(filled.unwrap(), "import('/a/b.js')");
    }

    #[test]
    fn missing_placeholder_is_refused() {
        let error = must_be_in("a.js", "import('b.js')", "__ASSETS__").unwrap_err();
        assert!(error.to_string().contains("does not use the placeholder"));
    }

    #[test]
    fn unknown_placeholder_is_refused() {
        let error = fill("a.js", "a('__ASSETS__', '__ASSTES__')", &values()).unwrap_err();
        assert!(error.to_string().contains("__ASSTES__"));
    }
}
