//! Tells the loader the names and sums of the files it loads.

use anyhow::{Result, bail};

/// Replaces every placeholder; each has to occur, and none may be left that is not known.
pub(super) fn fill(loader: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut filled = loader.to_owned();
    for (placeholder, value) in values {
        if !filled.contains(placeholder) {
            bail!("the loader, widget/embed.js, does not use the placeholder {placeholder}");
        }
        filled = filled.replace(placeholder, value);
    }
    if let Some(left) = placeholder_in(&filled) {
        bail!("the loader, widget/embed.js, uses the placeholder {left}, which nothing replaces");
    }
    Ok(filled)
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

    #[test]
    fn placeholders_give_way_to_values() {
        let values = [("__GLUE__", "a.js"), ("__GLUE_INTEGRITY__", "sha384-x")];
        assert_eq!(
            fill("import('__GLUE__','__GLUE_INTEGRITY__')", &values).unwrap(),
            "import('a.js','sha384-x')"
        );
    }

    #[test]
    fn missing_placeholder_is_refused() {
        let error = fill("import('b.js')", &[("__GLUE__", "a.js")]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("does not use the placeholder __GLUE__")
        );
    }

    #[test]
    fn unknown_placeholder_is_refused() {
        let error = fill("a('__GLUE__', '__GULE__')", &[("__GLUE__", "a.js")]).unwrap_err();
        assert!(error.to_string().contains("__GULE__"));
    }
}
