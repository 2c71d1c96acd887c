//! What the widget says in a language, read from the file that it is built from.

use std::path::{Path, PathBuf};
use std::{fs, io};

use toml::Table;

/// The sentences of one language.
#[derive(Clone, Debug)]
pub struct Words(Table);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/locales")
}

impl Words {
    /// Returns the names of all languages, in the order of the alphabet.
    pub fn languages() -> Vec<String> {
        let files = fs::read_dir(folder()).expect("the widget's languages");
        let name = |file: io::Result<fs::DirEntry>| {
            let name = file.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        };
        let mut names: Vec<_> = files.filter_map(name).collect();
        names.sort();
        names
    }

    /// Reads the sentences of a language by its name in `widget/locales`.
    pub fn of(language: &str) -> Self {
        let text = fs::read_to_string(folder().join(format!("{language}.toml")));
        let table = text.expect("a language of the widget").parse();
        Self(table.expect("a file of sentences"))
    }

    /// Returns a sentence by its name.
    #[track_caller]
    pub fn say(&self, name: &str) -> &str {
        let sentence = self.0.get(name).and_then(toml::Value::as_str);
        sentence.unwrap_or_else(|| panic!("no sentence {name}"))
    }

    /// Returns a sentence of the collector's own pages by its name.
    #[track_caller]
    pub fn page(&self, name: &str) -> &str {
        let sentence = self
            .0
            .get("pages")
            .and_then(|pages| pages.get(name)?.as_str());
        sentence.unwrap_or_else(|| panic!("no sentence {name} of pages"))
    }

    /// Returns the word of a grade.
    #[track_caller]
    pub fn grade(&self, grade: u8) -> &str {
        self.say(&format!("grade_{grade}"))
    }
}
