//! A SQL text with its values.

use std::borrow::Cow;

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
            vec![$($crate::store::sql::Bind::bind(&$value)),*],
        )
    };
}
pub(in crate::store) use sql;

impl Statement {
    /// Makes a statement; `values` are in the order of their numbers.
    pub(in crate::store) fn new(text: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self {
            text: text.into(),
            values,
        }
    }

    /// Adds ` AND ` and a condition with `{}`, if there is a value for it.
    pub(in crate::store) fn and_if(mut self, condition: &str, value: Option<&impl Bind>) -> Self {
        let Some(value) = value else {
            return self;
        };
        self.text.to_mut().push_str(" AND ");
        self.then(condition, value)
    }

    /// Adds text; its `{}` stands for the value.
    pub(in crate::store) fn then(mut self, text: &str, value: &impl Bind) -> Self {
        self.values.push(value.bind());
        let parameter = format!("${}", self.values.len());
        self.text.to_mut().push_str(&text.replace("{}", &parameter));
        self
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
            .then(" LIMIT {}", &3);
        let text = "SELECT 1 FROM a WHERE b = $1 AND c = $2 LIMIT $3";
        assert_eq!((statement.text.as_ref(), statement.values.len()), (text, 3));
    }
}
