//! A SQL text with its values.

use std::borrow::Cow;
use std::fmt::Write;

use super::value::{Bind, Value};

/// A SQL text with its values.
#[derive(Clone, Debug)]
pub(in crate::store) struct Statement {
    pub(super) text: Cow<'static, str>,
    pub(super) values: Vec<Value>,
}

/// Makes a statement of a text with `$1`, `$2`, … and their values.
macro_rules! sql {
    ($text:expr $(, $value:expr)* $(,)?) => {
        $crate::store::sql::Statement::new(
            $text,
            $crate::store::sql::values!($($value),*).into(),
        )
    };
}

/// Makes an array of values to bind, such as a row.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::store::sql::Bind::bind(&$value)),*]
    };
}
pub(in crate::store) use {sql, values};

impl Statement {
    /// Makes a statement; `values` are in the order of their numbers.
    pub(in crate::store) fn new(text: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self {
            text: text.into(),
            values,
        }
    }

    /// Makes a statement with a `VALUES` list in the place of `{rows}`, of `columns` to a row.
    pub(super) fn with_rows(text: &str, columns: usize, values: Vec<Value>) -> Self {
        let row = |first| {
            let numbers: Vec<_> = (first..).take(columns).map(|n| format!("${n}")).collect();
            format!("({})", numbers.join(", "))
        };
        let rows: Vec<_> = (1..=values.len()).step_by(columns).map(row).collect();
        let rows = format!("VALUES {}", rows.join(", "));
        Self::new(text.replace("{rows}", &rows), values)
    }

    /// Adds text; each `{}` stands for the next of the values.
    pub(in crate::store) fn then(mut self, text: &str, values: &[&dyn Bind]) -> Self {
        debug_assert_eq!(text.matches("{}").count(), values.len(), "{text}");
        let whole = self.text.to_mut();
        let mut pieces = text.split("{}");
        whole.push_str(pieces.next().unwrap_or_default());
        for (piece, value) in pieces.zip(values) {
            self.values.push(value.bind());
            // Writing to a string does not fail.
            let _ = write!(whole, "${}{piece}", self.values.len());
        }
        self
    }

    /// Adds ` AND ` and a condition, in which `{}` stands for the value, if there is one.
    pub(in crate::store) fn and_if(self, condition: &str, value: Option<&impl Bind>) -> Self {
        match value {
            Some(value) => self.then(" AND ", &[]).then(condition, &[value]),
            None => self,
        }
    }

    /// Puts text before it.
    #[cfg(test)]
    pub(in crate::store) fn after(mut self, text: &str) -> Self {
        self.text.to_mut().insert_str(0, text);
        self
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn added_text_continues_the_numbers() {
        let statement = sql!("SELECT 1 FROM a WHERE b = $1", 7)
            .and_if("c = {}", Some(&"x"))
            .and_if("d = {}", None::<&i64>)
            .then(" AND (e, f) > ({}, {})", &[&1, &2])
            .then(" LIMIT {}", &[&3]);
        let text = "SELECT 1 FROM a WHERE b = $1 AND c = $2 AND (e, f) > ($3, $4) LIMIT $5";
        assert_eq!((statement.text.as_ref(), statement.values.len()), (text, 5));
    }
}
