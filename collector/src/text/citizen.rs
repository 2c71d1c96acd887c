//! What the citizen's own pages say, in every language of the panel and in its words.
//!
//! They stand in the panel's files, so that a language is one file, and a question is the same
//! wherever it is asked.

use std::sync::LazyLock;

use huiyin_shared::feedback::Kind;
use huiyin_shared::language::{Language, accepted};
use huiyin_shared::rating::Rating;
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../widget/locales/"]
struct Files;

/// Declares the sentences: those that the panel says too, and those of the pages alone.
macro_rules! sentences {
    (panel: $($panel:ident)*; pages: $($page:ident)*;) => {
        /// The sentences of one language.
        #[derive(Debug, Deserialize)]
        pub(crate) struct Sentences {
            /// The language, as the `lang` attribute says it (BCP 47).
            #[serde(skip)]
            pub(crate) tag: String,
            pub(crate) pages: Pages,
            $(pub(crate) $panel: String,)*
        }

        /// What the panel does not say.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Pages {
            $(pub(crate) $page: String,)*
        }
    };
}

sentences! {
    panel:
        dir title question grade_5 grade_4 grade_3 grade_2 grade_1
        drivers_good drivers_poor comment comment_hint
        kind kind_praise kind_suggestion kind_question kind_complaint
        answer contact contact_hint send thanks receipt receipt_hint
        refused too_long control;
    pages:
        name skip lookup lead test at_most kind_none leave_empty paused paused_hint
        not_sent kept yours thanks_test enter_code code_hint code_wrong look_up
        stored about rating reasons between comment kind answer wanted not_wanted contact contact_kept
        page placement language received none withdraw withdraw_hint withdrawn score;
}

static ALL: LazyLock<Vec<Sentences>> = LazyLock::new(|| {
    let files = Files::iter().filter(|name| name.ends_with(".toml"));
    let mut all: Vec<Sentences> = files.map(|file| read(&file)).collect();
    all.sort_by(|one, other| one.tag.cmp(&other.tag));
    all
});

fn read(name: &str) -> Sentences {
    let file = Files::get(name).expect("a file that was just named");
    let text = str::from_utf8(&file.data).expect("a language is UTF-8");
    let mut sentences: Sentences = toml::from_str(text).expect("a test holds each file to this");
    name.trim_end_matches(".toml")
        .clone_into(&mut sentences.tag);
    sentences
}

impl Sentences {
    /// Returns all languages, in the order of the alphabet.
    pub(crate) fn all() -> &'static [Self] {
        &ALL
    }

    /// Returns the language that a tag such as `pt-BR` or `zh-TW` asks for, if it is spoken here; the
    /// loader chooses the panel's by the same rule.
    pub(crate) fn spoken(tag: &str) -> Option<&'static Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        let base = match parts.next().unwrap_or_default() {
            "zh" => {
                let parts: Vec<&str> = parts.collect();
                let traditional = ["hant", "tw", "hk", "mo"];
                let is_traditional = parts.iter().any(|part| traditional.contains(part));
                if is_traditional && !parts.contains(&"hans") {
                    "zh-Hant"
                } else {
                    "zh-Hans"
                }
            }
            other => other,
        };
        ALL.iter().find(|one| one.tag == base)
    }

    /// Returns the best of an `Accept-Language` value.
    pub(crate) fn accepted(header: &str) -> Option<&'static Self> {
        accepted(header, Self::spoken)
    }

    /// Returns those of a language that every page has.
    pub(crate) fn of(language: Language) -> &'static Self {
        Self::spoken(language.tag()).expect("what pages speak, the panel speaks")
    }

    /// Returns whether it is written from right to left.
    pub(crate) fn is_rtl(&self) -> bool {
        self.dir == "rtl"
    }

    /// Returns the word of a grade.
    pub(crate) fn grade(&self, grade: Rating) -> &str {
        match grade.value() {
            5 => &self.grade_5,
            4 => &self.grade_4,
            3 => &self.grade_3,
            2 => &self.grade_2,
            _ => &self.grade_1,
        }
    }

    /// Returns the word of a kind of feedback.
    pub(crate) fn kind(&self, kind: Kind) -> &str {
        match kind {
            Kind::Praise => &self.kind_praise,
            Kind::Suggestion => &self.kind_suggestion,
            Kind::Question => &self.kind_question,
            Kind::Complaint => &self.kind_complaint,
        }
    }

    /// Says how many characters are taken.
    pub(crate) fn at_most(&self, characters: usize) -> String {
        self.pages.at_most.replace("{n}", &characters.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::releases;

    #[test]
    fn every_language_of_the_panel_is_one_of_the_pages() {
        let tags: Vec<&str> = Sentences::all()
            .iter()
            .map(|one| one.tag.as_str())
            .collect();
        assert_eq!(tags, releases::languages());
        for one in Sentences::all() {
            let taken = one.at_most(2_000);
            assert!(taken.contains("2000"), "{}: {taken}", one.tag);
        }
    }

    #[test]
    fn arabic_runs_from_right_to_left() {
        let is_rtl = |tag| Sentences::spoken(tag).expect("a language").is_rtl();
        assert!(is_rtl("ar"));
        assert!(!is_rtl("en"));
    }

    #[test]
    fn a_tag_asks_for_the_language_that_the_loader_would_take() {
        for (asked, spoken) in [
            ("zh", "zh-Hans"),
            ("ZH-tw", "zh-Hant"),
            ("zh-Hant-CN", "zh-Hant"),
            ("zh-Hans-HK", "zh-Hans"),
            ("zh-SG", "zh-Hans"),
            ("zh-cmn-Hant-TW", "zh-Hant"),
            ("pt-BR", "pt"),
            ("en-GB", "en"),
        ] {
            let found = Sentences::spoken(asked).map(|one| one.tag.as_str());
            assert_eq!(found, Some(spoken), "{asked}");
        }
        for unknown in ["", "zh_TW", " en", "tlh", "z", "-zh", "english"] {
            assert!(Sentences::spoken(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn a_browser_gets_the_language_that_it_likes_best() {
        for (header, spoken) in [
            ("fr-CH, fr;q=0.9, en;q=0.8", Some("fr")),
            ("tlh, ar;q=0.5, en;q=0.4", Some("ar")),
            ("zh-TW,zh;q=0.9", Some("zh-Hant")),
            ("tlh", None),
            ("", None),
        ] {
            let found = Sentences::accepted(header).map(|one| one.tag.as_str());
            assert_eq!(found, spoken, "{header}");
        }
    }
}
