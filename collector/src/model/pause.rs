//! Where nobody is asked at the moment, and what is told instead.

use huiyin_shared::language::Language;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Name, Placement};

use super::Localized;

/// What is told instead of a question, in each language; either or both may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// In simplified Chinese; as long as a name at the most.
    pub zh: Option<Name>,
    /// In English.
    pub en: Option<Name>,
}

impl Notice {
    /// Returns what to tell a reader.
    pub fn shown(&self, language: Language) -> Option<Localized> {
        let zh = self.zh.as_ref().map(|text| (text, Language::Zh));
        let en = self.en.as_ref().map(|text| (text, Language::En));
        let (text, language) = match language {
            Language::Zh => zh.or(en),
            Language::En => en.or(zh),
        }?;
        Some(Localized::new(text.as_str(), language.tag()))
    }
}

/// A department, with all below it, or one placement of it, where nobody is asked at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The department.
    pub department: Slug,
    /// Its placement, if only that is paused.
    pub placement: Option<Placement>,
    /// What is told instead.
    pub notice: Notice,
}
