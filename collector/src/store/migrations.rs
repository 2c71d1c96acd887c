//! Migrations: what the two databases have in common is one text, in which words in braces stand
//! for what they call differently.
//!
//! The files of `migrations/both` and of the database's own folder share one sequence of numbers.

use refinery::{Migration, Runner};

use super::StoreError;

refinery::embed_migrations!("migrations/both");

/// A word of the shared files, and what it means to one database.
pub(super) type Word = (&'static str, &'static str);

/// Returns the newest version: of the shared files, or those of one database.
pub(super) fn newest(own: &Runner) -> i64 {
    let shared = migrations::runner();
    let all = own.get_migrations().iter().chain(shared.get_migrations());
    all.map(|one| one.version())
        .max()
        .unwrap_or_default()
        .into()
}

/// Returns the migrations of one database: the shared files, filled in by its words, and its own.
pub(super) fn runner(own: &Runner, words: &[Word]) -> Result<Runner, StoreError> {
    let mut all = own.get_migrations().clone();
    for shared in migrations::runner().get_migrations() {
        let name = format!("V{}__{}", shared.version(), shared.name());
        let sql = fill(shared.sql().unwrap_or_default(), words);
        let filled = sql
            .and_then(|sql| Migration::unapplied(&name, &sql).map_err(|error| error.to_string()));
        let unusable = |error| StoreError::Unusable(format!("migration {name}: {error}"));
        all.push(filled.map_err(unusable)?);
    }
    Ok(Runner::new(&all))
}

/// Replaces `{word}` by what it means; refuses unknown words.
fn fill(text: &str, words: &[Word]) -> Result<String, String> {
    let mut pieces = text.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (word, rest) = piece.split_once('}').ok_or("a brace is not closed")?;
        let known = words.iter().find(|(known, _)| *known == word);
        let (_, meaning) = known.ok_or_else(|| format!("the word {{{word}}} is unknown"))?;
        filled.push_str(meaning);
        filled.push_str(rest);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::store::hot::{postgres, sqlite};

    #[test]
    fn words_are_filled_in_and_unknown_ones_refused() {
        let words = [("id", "INTEGER PRIMARY KEY"), ("strict", " STRICT")];
        let filled = fill("CREATE TABLE a (id {id}){strict};", &words);
        let expected = "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;";
        assert_eq!(filled.as_deref(), Ok(expected));
        for wrong in ["a {number}", "a {id", "{ id }"] {
            assert!(fill(wrong, &words).is_err(), "{wrong}");
        }
    }

    #[test]
    fn both_databases_know_the_same_words_and_each_number_is_used_once() {
        let words = |of: &[Word]| of.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        let (file, server) = (sqlite::connection::WORDS, postgres::connection::WORDS);
        assert_eq!(words(&file), words(&server));
        let (file, server) = (
            sqlite::connection::migrations(),
            postgres::connection::migrations(),
        );
        for runner in [file, server] {
            let runner = runner.expect("all words are known");
            let versions: Vec<_> = (runner.get_migrations().iter())
                .map(|one| one.version())
                .collect();
            let unique: HashSet<_> = versions.iter().collect();
            assert_eq!(unique.len(), versions.len(), "{versions:?}");
        }
    }
}
