//! Departments and their services.

use std::fmt;

use huiyin_shared::language::Language;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use serde::{Deserialize, Serialize};

/// A text with the tag of the language it is really in, which may be another than was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    /// The text.
    pub text: String,
    /// The tag of its language.
    pub lang: String,
}

impl Localized {
    /// Makes a text in a language.
    pub fn new(text: &str, lang: &str) -> Self {
        Self {
            text: text.to_owned(),
            lang: lang.to_owned(),
        }
    }
}

impl fmt::Display for Localized {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A name in each language; English may be missing, Chinese never is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The name in simplified Chinese.
    pub zh: Name,
    /// The name in English, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<Name>,
}

impl Names {
    /// Returns the name to show to a reader.
    pub fn shown(&self, language: Language) -> Localized {
        match (language, &self.en) {
            (Language::En, Some(en)) => Localized::new(en.as_str(), Language::En.tag()),
            _ => Localized::new(self.zh.as_str(), Language::Zh.tag()),
        }
    }
}

/// A node in the tree of bodies that are rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its name in addresses.
    pub slug: Slug,
    /// The department above it; none at the top.
    pub parent: Option<Slug>,
    /// Its names for people.
    pub names: Names,
}

/// A thing a department does for citizens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The department that does it.
    pub department: Slug,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its names for people.
    pub names: Names,
}

/// The row of a department, by which its figures are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepartmentId(pub(crate) i64);

/// A department and where it stands in the tree.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its row.
    pub id: DepartmentId,
    /// The department.
    pub department: Department,
    /// All departments above it, from the top down.
    pub above: Vec<Department>,
    /// How many departments stand directly below it.
    pub children: u64,
}
