//! Reading the settings of a file, each with the line it stands on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// What one line sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The number of the line, from 1.
    pub(super) line: usize,
    /// The value as it would be written behind a flag; several in a list.
    pub(super) values: Vec<String>,
    /// Whether it was written as a list.
    pub(super) list: bool,
}

/// A file that could be read; whether its settings exist is not yet known.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) entries: BTreeMap<String, Entry>,
}

impl File {
    /// Reads a file, or says of each line what is wrong with it.
    pub(super) fn read(path: &Path) -> Result<Self, Vec<String>> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| vec![format!("{name}: cannot be read: {error}")])?;
        Self::parse(path, &text)
    }

    /// Reads the text of a file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Vec<String>> {
        let name = path.display();
        let line = |at: usize| {
            let before = text.get(..at).unwrap_or(text);
            1 + before.matches('\n').count()
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut complaints: Vec<_> = errors
            .iter()
            .map(|error| {
                let at = line(error.span().map_or(0, |span| span.start));
                format!("{name}:{at}: {}", error.message())
            })
            .collect();
        let mut entries = BTreeMap::new();
        for (key, value) in table.get_ref() {
            let (at, key) = (line(key.span().start), key.get_ref().to_string());
            let list = matches!(value.get_ref(), DeValue::Array(_));
            match values(value.get_ref()) {
                Some(values) => {
                    let entry = Entry {
                        line: at,
                        values,
                        list,
                    };
                    entries.insert(key, entry);
                }
                None if complaints.is_empty() => complaints.push(format!(
                    "{name}:{at}: {key} is a table; every setting is a line of its own"
                )),
                // What could not be read has been said.
                None => {}
            }
        }
        if complaints.is_empty() {
            let path = path.to_owned();
            Ok(Self { path, entries })
        } else {
            Err(complaints)
        }
    }
}

/// Returns the values as texts; none where it is no value of a setting.
fn values(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::Array(items) => {
            (items.iter().map(|item| text(item.get_ref()))).collect::<Option<Vec<_>>>()
        }
        value => Some(vec![text(value)?]),
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<File, Vec<String>> {
        File::parse(Path::new("h.toml"), text)
    }

    #[test]
    fn values_are_read_with_their_lines() {
        let file = parse("# Ours.\nlisten = \"[::]:80\"\n\nproxies = [\"a\",\n \"b\"]\nn = 3\n");
        let entries = file.expect("a file").entries;
        let entry = |line, values: &[&str], list| Entry {
            line,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            list,
        };
        assert_eq!(entries["listen"], entry(2, &["[::]:80"], false));
        assert_eq!(entries["proxies"], entry(4, &["a", "b"], true));
        assert_eq!(entries["n"], entry(6, &["3"], false));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (text, start) in [
            ("a = 1\nlisten = 127.0.0.1\n", "h.toml:2: "),
            ("a = 1\na = 2\n", "h.toml:2: "),
            (
                "a = 1\n\n[server]\nlisten = \"x\"\n",
                "h.toml:3: server is a table",
            ),
        ] {
            let complaints = parse(text).expect_err("refused");
            assert!(complaints[0].starts_with(start), "{complaints:?}");
        }
    }
}
