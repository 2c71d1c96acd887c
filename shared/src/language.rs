//! The two languages of names, pages for managers and refusals, and how one is chosen from what a
//! browser says. The panel speaks more: see `widget/locales/`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// A language in which every page and every refusal is written; panel, form and receipt have more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Returns the BCP 47 tag for a `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-Hans",
            Self::En => "en",
        }
    }

    /// Returns the language that a tag such as `zh-CN` or `en-GB` asks for, if it is spoken here.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// Returns the language in which somebody is answered who asked for the one of this tag: Chinese
    /// for every kind of Chinese, English for all others.
    pub fn nearest(tag: &str) -> Self {
        Self::from_tag(tag).unwrap_or(Self::En)
    }

    /// Returns the same where the text is a tag at all; whoever asks for nothing that can be a
    /// language has not asked.
    pub fn asked(text: &str) -> Option<Self> {
        let tag: LanguageTag = text.parse().ok()?;
        Some(Self::nearest(tag.as_str()))
    }
}

/// Returns the best that is known of what an `Accept-Language` value asks for (RFC 9110 §12.5.4).
///
/// Weights are honoured, and a weight that cannot be read counts as refused. At most 32 entries are
/// read.
pub fn accepted<T>(header: &str, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut best = (0, None);
    for entry in header.split(',').take(32) {
        let mut parts = entry.split(';');
        let Some(found) = parts.next().map(str::trim).and_then(&known) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1000, thousandths);
        if weight > best.0 {
            best = (weight, Some(found));
        }
    }
    best.1
}

/// Reads a weight between 0 and 1 with up to three decimals as thousandths.
fn thousandths(weight: &str) -> u32 {
    match weight.trim().parse::<f32>() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the guard keeps the product within 0 to 1000"
        )]
        Ok(value) if (0.0..=1.0).contains(&value) => (value * 1000.0) as u32,
        _ => 0,
    }
}

/// The language tag under which a feedback was written, as the client said it; not only the
/// languages spoken here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(max_length = 35, example = "zh-Hans")
)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The longest tag that is taken, in bytes (RFC 5646 §4.4.1 recommends at least 35).
    pub const MAXIMUM: usize = 35;

    /// Returns the tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LanguageTag {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let subtag = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let starts_with_letters = text
            .split('-')
            .next()
            .is_some_and(|part| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_alphabetic()));
        if text.len() <= Self::MAXIMUM && starts_with_letters && text.split('-').all(subtag) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::Language)
        }
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        for (header, expected) in [
            ("", Language::Zh),
            ("fr", Language::Zh),
            ("en-US,en;q=0.9", Language::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("en;q=0.2, zh;q=0.3", Language::Zh),
            ("fr, en;q=0.1", Language::En),
            ("en;q=NaN", Language::Zh),
            ("en;q=9", Language::Zh),
            ("*;q=0.5", Language::Zh),
        ] {
            let best = accepted(header, Language::from_tag).unwrap_or_default();
            assert_eq!(best, expected, "{header}");
        }
    }

    #[test]
    fn whoever_asks_for_another_language_is_answered_in_english() {
        for (asked, expected) in [
            ("zh-Hans", Some(Language::Zh)),
            ("zh-Hant-TW", Some(Language::Zh)),
            ("en", Some(Language::En)),
            ("fr", Some(Language::En)),
            ("ug-CN", Some(Language::En)),
            ("", None),
            ("../etc", None),
        ] {
            assert_eq!(Language::asked(asked), expected, "{asked}");
        }
    }

    #[test]
    fn a_tag_is_bounded_and_plain() {
        for good in ["zh-Hans", "en", "sr-Latn-RS", "ug"] {
            assert!(good.parse::<LanguageTag>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "z",
            "zh_CN",
            "../../etc",
            "zh-",
            "12",
            &"en-".repeat(20),
        ] {
            assert_eq!(bad.parse::<LanguageTag>(), Err(Invalid::Language), "{bad}");
        }
    }
}
