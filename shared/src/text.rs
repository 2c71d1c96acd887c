//! Bounded texts: what people write, cleaned and limited once, here.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// Makes a newtype over `String` that is only made by parsing and serialises as plain text.
macro_rules! bounded_text {
    ($name:ident) => {
        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

/// What a citizen wrote: at most 2,000 characters, trimmed, no control characters but newline.
///
/// Never empty: a comment of spaces is no comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(max_length = 2_000)
)]
#[serde(try_from = "String", into = "String")]
pub struct Comment(String);

bounded_text!(Comment);

impl Comment {
    /// The most characters (Unicode scalar values) that are kept.
    pub const MAXIMUM: usize = 2_000;

    /// Cleans and checks a text.
    ///
    /// Line ends become `\n` and tabs become spaces, because people paste both without knowing;
    /// other control characters are refused. Returns [`Invalid::CommentTooLong`] or
    /// [`Invalid::CommentControl`]; an empty result is for [`Self::optional`] to turn into none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Nearly always there is nothing to make plain, and nothing is copied for it.
        let cleaned = if text.contains('\r') || text.contains('\t') {
            Cow::Owned(
                text.replace("\r\n", "\n")
                    .replace('\r', "\n")
                    .replace('\t', " "),
            )
        } else {
            Cow::Borrowed(text)
        };
        let trimmed = cleaned.trim();
        if trimmed.chars().any(|c| c.is_control() && c != '\n') {
            return Err(Invalid::CommentControl);
        }
        if trimmed.chars().count() > Self::MAXIMUM {
            return Err(Invalid::CommentTooLong);
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// Returns the comment, or none where the text has nothing but white space.
    pub fn optional(text: &str) -> Result<Option<Self>, Invalid> {
        Self::parse(text).map(|comment| (!comment.0.is_empty()).then_some(comment))
    }
}

/// Where a feedback came from: which tag, poster or kiosk. 1 to 64 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(max_length = 64))]
#[serde(try_from = "String", into = "String")]
pub struct Placement(String);

bounded_text!(Placement);

impl Placement {
    /// Trims and checks a text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, 64).map(Self).ok_or(Invalid::Placement)
    }
}

/// How a citizen who wants an answer can be reached, as they write it: an address of e-mail, a
/// telephone number, or what else they think will do. 1 to 100 characters on one line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(max_length = 100))]
#[serde(try_from = "String", into = "String")]
pub struct Contact(String);

bounded_text!(Contact);

impl Contact {
    /// The most characters (Unicode scalar values) that are kept.
    pub const MAXIMUM: usize = 100;

    /// Trims and checks a text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, Self::MAXIMUM)
            .map(Self)
            .ok_or(Invalid::Contact)
    }

    /// Returns the contact, or none where the text has nothing but white space.
    pub fn optional(text: &str) -> Result<Option<Self>, Invalid> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        Self::parse(text).map(Some)
    }
}

impl fmt::Debug for Contact {
    /// Does not show it: nobody needs it but whoever answers.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Contact(…)")
    }
}

/// The name of a department or service in one language: 1 to 200 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

bounded_text!(Name);

impl Name {
    /// Trims and checks a text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, 200).map(Self).ok_or(Invalid::Name)
    }
}

/// Returns the trimmed text if it has 1 to `most` characters and none of them is a control.
fn one_line(text: &str, most: usize) -> Option<String> {
    let trimmed = text.trim();
    let fits = (1..=most).contains(&trimmed.chars().count());
    (fits && !trimmed.chars().any(char::is_control)).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        let full = "好".repeat(Comment::MAXIMUM);
        assert!(Comment::parse(&full).is_ok());
        assert_eq!(
            Comment::parse(&format!("{full}好")),
            Err(Invalid::CommentTooLong)
        );
    }

    #[test]
    fn white_space_around_is_not_counted() {
        let padded = format!("  \n{}\t ", "a".repeat(Comment::MAXIMUM));
        assert!(Comment::parse(&padded).is_ok());
    }

    #[test]
    fn line_ends_and_tabs_are_made_plain() {
        let comment = Comment::parse("一\r\n二\r三\t四").expect("plain text");
        assert_eq!(comment.as_str(), "一\n二\n三 四");
    }

    #[test]
    fn control_characters_are_refused() {
        for bad in ["a\0b", "a\u{1b}[2Jb", "a\u{85}b", "a\u{7f}b"] {
            assert_eq!(Comment::parse(bad), Err(Invalid::CommentControl), "{bad:?}");
        }
    }

    #[test]
    fn nothing_but_space_is_no_comment() {
        assert_eq!(Comment::optional(" \n\t "), Ok(None));
    }

    #[test]
    fn a_contact_is_short_and_hides_itself() {
        let contact = Contact::optional(" li@example.cn ").expect("a contact");
        let contact = contact.expect("it is not empty");
        assert_eq!(contact.as_str(), "li@example.cn");
        assert_eq!(format!("{contact:?}"), "Contact(…)");
        assert_eq!(Contact::optional(" \t"), Ok(None));
        assert!(Contact::parse(&"好".repeat(100)).is_ok());
        for bad in [&"好".repeat(101), "a\nb", "a\0"] {
            assert_eq!(Contact::optional(bad), Err(Invalid::Contact), "{bad:?}");
        }
    }

    #[test]
    fn names_and_placements_stay_on_one_line() {
        assert!(Name::parse("武汉市税务局").is_ok());
        assert_eq!(Name::parse("a\nb"), Err(Invalid::Name));
        assert_eq!(Name::parse("  "), Err(Invalid::Name));
        assert_eq!(Placement::parse(&"x".repeat(65)), Err(Invalid::Placement));
    }
}
