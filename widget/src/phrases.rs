//! Every sentence of the panel, in the citizen's language, as it was loaded.
//!
//! A language is one file in `locales/`. All have the same sentences; a test holds them to it.

use huiyin_shared::feedback::Kind;
use huiyin_shared::personal;
use huiyin_shared::rating::Rating;
use wasm_bindgen::JsValue;
use yew::AttrValue;

use crate::fields::{field, text};
use crate::intl;

/// A sentence that has another form for one, for few, for many; `{n}` in it is the number.
#[derive(Debug)]
pub struct Plural(JsValue);

impl Plural {
    /// Returns the form for a number, with the number in it.
    pub fn of(&self, number: usize, language: &str) -> String {
        let form = intl::plural(number, language);
        let form = text(&self.0, &form).or_else(|| text(&self.0, "other"));
        fill(
            &form.unwrap_or_default(),
            "{n}",
            &intl::number(number, language),
        )
    }
}

/// Declares the sentences, and how they are read.
macro_rules! phrases {
    (texts: $($text:ident)*; plurals: $($plural:ident)*;) => {
        /// The places of the plain sentences in the list.
        #[derive(Clone, Copy)]
        #[expect(non_camel_case_types, reason = "the names of the file")]
        enum Place { $($text),* }

        /// The sentences of one language.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "the files in locales/ say best what each is")]
        pub struct Phrases {
            /// The language, as the `lang` attribute says it (BCP 47).
            pub language: AttrValue,
            // A list is read and dropped in a loop, which is half a kilobyte less than a field for each.
            texts: [AttrValue; Self::TEXTS.len()],
            $(pub $plural: Plural,)*
        }

        #[expect(missing_docs, reason = "the files in locales/ say best what each is")]
        impl Phrases {
            /// The names of the plain sentences.
            pub const TEXTS: &[&str] = &[$(stringify!($text),)*];

            /// The names of the sentences that have a number in them.
            pub const PLURALS: &[&str] = &[$(stringify!($plural),)*];

            /// Reads the sentences out of a file of `locales/`; none where it is no such file.
            pub fn read(language: &str, file: &JsValue) -> Option<Self> {
                let mut texts = [const { AttrValue::Static("") }; Self::TEXTS.len()];
                for (place, name) in texts.iter_mut().zip(Self::TEXTS) {
                    *place = text(file, name)?.into();
                }
                Some(Self {
                    language: language.to_owned().into(),
                    texts,
                    $($plural: Plural(field(file, stringify!($plural))),)*
                })
            }

            $(pub fn $text(&self) -> &AttrValue {
                &self.texts[Place::$text as usize]
            })*
        }
    };
}

phrases! {
    texts:
        dir button title question grade_5 grade_4 grade_3 grade_2 grade_1 received
        drivers_good drivers_poor comment comment_hint
        kind kind_praise kind_suggestion kind_question kind_complaint
        answer contact contact_hint send sending
        thanks receipt receipt_hint until look change close
        retry waiting waiting_here refused earlier too_long control
        personal personal_id_number personal_mobile personal_landline personal_bank_card
        personal_email personal_plate
        elsewhere invite later;
    plurals: remaining excess;
}

impl Phrases {
    /// Returns the word of a grade.
    pub fn grade_word(&self, grade: Rating) -> &AttrValue {
        match grade.value() {
            5 => self.grade_5(),
            4 => self.grade_4(),
            3 => self.grade_3(),
            2 => self.grade_2(),
            _ => self.grade_1(),
        }
    }

    /// Returns the word of a kind of feedback.
    pub fn kind_word(&self, kind: Kind) -> &AttrValue {
        match kind {
            Kind::Praise => self.kind_praise(),
            Kind::Suggestion => self.kind_suggestion(),
            Kind::Question => self.kind_question(),
            Kind::Complaint => self.kind_complaint(),
        }
    }

    /// Asks to leave out the personal data that is in a text; none where there is none.
    pub fn note(&self, text: &str) -> Option<String> {
        let mut words: Vec<&str> = Vec::new();
        for found in personal::find(text) {
            let word = self.personal_word(found.kind).as_str();
            if !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() {
            return None;
        }
        let list = intl::list(&words, &self.language);
        Some(fill(self.personal(), "{list}", &list))
    }

    /// Says until when, in milliseconds since 1970, something can be changed.
    pub fn until_time(&self, time: u64) -> String {
        fill(self.until(), "{time}", &intl::time(time, &self.language))
    }

    /// Returns the word of a kind of personal data.
    fn personal_word(&self, kind: personal::Kind) -> &AttrValue {
        match kind {
            personal::Kind::IdNumber => self.personal_id_number(),
            personal::Kind::Mobile => self.personal_mobile(),
            personal::Kind::Landline => self.personal_landline(),
            personal::Kind::BankCard => self.personal_bank_card(),
            personal::Kind::Email => self.personal_email(),
            personal::Kind::Plate => self.personal_plate(),
        }
    }
}

/// Puts a text where its name stands in a sentence.
fn fill(sentence: &str, name: &str, text: &str) -> String {
    match sentence.split_once(name) {
        Some((before, after)) => [before, text, after].concat(),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests;
