//! Why a value was not accepted, field by field.

use strum::VariantArray;
use thiserror::Error;

/// The first thing wrong with what was sent.
///
/// Each variant has a stable [`name`](Self::name), which is the type of the problem body the
/// collector answers with, and an English sentence for logs and programmers. The sentences for
/// people are written by whoever shows them, in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, VariantArray)]
pub enum Invalid {
    /// The id is not a UUID of version 7.
    #[error("id must be a UUID of version 7")]
    Id,
    /// The edit key is not 128 bits in base64url.
    #[error("edit_key must be 128 random bits as 22 characters of base64url")]
    EditKey,
    /// The revision is not a whole number from 1 to the largest allowed.
    #[error("revision must be a whole number from 1 to 1000")]
    Revision,
    /// The department is not written as a slug.
    #[error("department must be a slug: up to 64 of a-z, 0-9 and hyphens between them")]
    Department,
    /// The service is not written as a slug.
    #[error("service must be a slug: up to 64 of a-z, 0-9 and hyphens between them")]
    Service,
    /// The placement is empty, too long, or has control characters.
    #[error("placement must be 1 to 64 characters without control characters")]
    Placement,
    /// The rating is missing or not one of the five grades.
    #[error("rating must be a whole number from 1 to 5")]
    Rating,
    /// The comment has more characters than are kept.
    #[error("comment must be at most 2000 characters")]
    CommentTooLong,
    /// The comment has control characters other than newline.
    #[error("comment must not have control characters other than newline")]
    CommentControl,
    /// The contact is too long, or has control characters.
    #[error("contact must be at most 100 characters on one line")]
    Contact,
    /// The kind is not one of the four.
    #[error("kind must be praise, suggestion, question or complaint")]
    Kind,
    /// A driver is not written as a slug, or there are too many.
    #[error("drivers must be at most 8 slugs")]
    Drivers,
    /// The language tag is not written as one.
    #[error("lang must be a language tag such as zh-Hans")]
    Language,
    /// A name of a department or service is missing, too long, or has control characters.
    #[error("a name must be 1 to 200 characters without control characters")]
    Name,
    /// The receipt code is not written as one.
    #[error("a receipt code has 24 letters and digits")]
    Receipt,
    /// The page is not a web address.
    #[error("page must be an http or https address")]
    Page,
}

impl Invalid {
    /// Returns the stable name, in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "invalid-id",
            Self::EditKey => "invalid-edit-key",
            Self::Revision => "invalid-revision",
            Self::Department => "invalid-department",
            Self::Service => "invalid-service",
            Self::Placement => "invalid-placement",
            Self::Rating => "invalid-rating",
            Self::CommentTooLong => "comment-too-long",
            Self::CommentControl => "comment-control-characters",
            Self::Contact => "invalid-contact",
            Self::Kind => "invalid-kind",
            Self::Drivers => "invalid-drivers",
            Self::Language => "invalid-language",
            Self::Name => "invalid-name",
            Self::Receipt => "invalid-receipt",
            Self::Page => "invalid-page",
        }
    }
}
