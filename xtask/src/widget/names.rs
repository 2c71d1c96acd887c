//! Short names for what the WebAssembly and its glue take from each other.
//!
//! Each is a name with a hash behind it, and stands in both files: a twentieth of what is sent.

use anyhow::{Result, ensure};

/// The letters that a short name is made of.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// Gives short names, and puts them into the glue.
pub(super) struct Names {
    glue: String,
    given: usize,
}

impl Names {
    /// Begins with the glue as it was made.
    pub(super) fn within(glue: &str) -> Self {
        Self {
            glue: glue.to_owned(),
            given: 0,
        }
    }

    /// Returns the short name that stands for this one from now on, in the glue and, by the
    /// caller's care, in the WebAssembly; `before` and `after` are what the glue has around it.
    ///
    /// Fails where the glue does not have it just there: then it is made in another way.
    pub(super) fn shorten(&mut self, name: &str, before: &str, after: &str) -> Result<String> {
        let short = nth(self.given);
        self.given += 1;
        let long = format!("{before}{name}{after}");
        ensure!(
            self.glue.contains(&long),
            "the glue has no `{long}`; has wasm-bindgen changed how it is written?"
        );
        self.glue = self.glue.replace(&long, &format!("{before}{short}{after}"));
        Ok(short)
    }

    /// Returns the glue with the short names.
    pub(super) fn glue(self) -> String {
        self.glue
    }
}

/// Returns a, b … z, aa, ab …
fn nth(number: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = number + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_are_alike() {
        let all: HashSet<String> = (0..2_000).map(nth).collect();
        assert_eq!(all.len(), 2_000);
        assert_eq!(
            [nth(0), nth(25), nth(26), nth(701), nth(702)],
            ["a", "z", "aa", "zz", "aaa"]
        );
    }

    #[test]
    fn a_name_is_replaced_wherever_it_stands_and_only_there() {
        let mut names = Names::within("x = {\nopen_1: f,\nopen_12: g }; wasm.open_1(open_1:)");
        assert_eq!(names.shorten("open_1", "\n", ":").expect("is there"), "a");
        assert_eq!(
            names.glue,
            "x = {\na: f,\nopen_12: g }; wasm.open_1(open_1:)"
        );
        names
            .shorten("open_2", "\n", ":")
            .expect_err("is not there");
    }
}
