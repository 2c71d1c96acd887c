//! All languages say all sentences, with the words that the collector's own pages use.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::*;

/// The languages, and the forms that a whole number can ask for in each (CLDR, cardinal plurals).
const LANGUAGES: &[(&str, &[&str])] = &[
    ("ar", &["few", "many", "one", "other", "two", "zero"]),
    ("en", &["one", "other"]),
    ("es", &["many", "one", "other"]),
    ("fr", &["many", "one", "other"]),
    ("ja", &["other"]),
    ("ko", &["other"]),
    ("pt", &["many", "one", "other"]),
    ("ru", &["few", "many", "one", "other"]),
    ("zh-Hans", &["other"]),
    ("zh-Hant", &["other"]),
];

/// Those that are written from right to left, also some that are wanted.
const RIGHT_TO_LEFT: [&str; 5] = ["ar", "fa", "he", "ug", "ur"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

fn file(language: &str) -> Table {
    let path = folder().join(format!("{language}.toml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{language}: {error}"));
    text.parse()
        .unwrap_or_else(|error| panic!("{language}: {error}"))
}

#[test]
fn every_file_is_a_language_that_is_listed() {
    let mut found: Vec<String> = fs::read_dir(folder())
        .expect("the folder of languages")
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.into_string().expect("a name"))
        .collect();
    found.sort();
    let listed: Vec<String> = LANGUAGES
        .iter()
        .map(|(tag, _)| format!("{tag}.toml"))
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn every_language_has_every_sentence_and_no_other() {
    let wanted: BTreeSet<&str> = [Phrases::TEXTS, Phrases::PLURALS]
        .concat()
        .into_iter()
        .collect();
    for (language, forms) in LANGUAGES {
        let file = file(language);
        let said = file.keys().map(String::as_str);
        let said: BTreeSet<&str> = said.filter(|name| *name != "pages").collect();
        assert_eq!(said, wanted, "{language}");
        for name in Phrases::TEXTS {
            let text = file[*name].as_str().unwrap_or_default();
            assert_eq!(text, text.trim(), "{language}: {name}");
            assert!(!text.is_empty(), "{language}: {name}");
        }
        for (name, text) in file["pages"].as_table().expect("a table") {
            let is_said = text.as_str().is_some_and(|text| !text.trim().is_empty());
            assert!(is_said, "{language}: {name} of pages");
        }
        for name in Phrases::PLURALS {
            let plural = file[*name].as_table().expect("one text for each form");
            let mut said: Vec<&str> = plural.keys().map(String::as_str).collect();
            said.sort_unstable();
            assert_eq!(said, *forms, "{language}: {name}");
            let other = plural["other"].as_str().unwrap_or_default();
            assert!(other.contains("{n}"), "{language}: {name}");
        }
    }
}

#[test]
fn what_is_put_into_a_sentence_has_its_place_there() {
    for (language, _) in LANGUAGES {
        let file = file(language);
        for (name, place) in [("personal", "{list}"), ("until", "{time}")] {
            let text = file[name].as_str().unwrap_or_default();
            assert_eq!(text.matches(place).count(), 1, "{language}: {name}");
        }
        let is_rtl = RIGHT_TO_LEFT.contains(language);
        let direction = if is_rtl { "rtl" } else { "ltr" };
        assert_eq!(file["dir"], Value::from(direction), "{language}");
    }
}

#[test]
fn each_grade_and_each_kind_has_a_word_of_its_own() {
    for (language, _) in LANGUAGES {
        let file = file(language);
        let grades = Rating::ALL.map(|grade| format!("grade_{}", grade.value()));
        let kinds = Kind::ALL.map(|kind| format!("kind_{}", kind.name()));
        for names in [&grades[..], &kinds] {
            let words: BTreeSet<&str> = names
                .iter()
                .filter_map(|name| file[name].as_str())
                .collect();
            assert_eq!(words.len(), names.len(), "{language}: {words:?}");
        }
    }
}
