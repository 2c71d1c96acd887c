//! Feedback whose citizen would like an answer.

use huiyin_shared::feedback::Kind;
use huiyin_shared::id::FeedbackId;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Contact;

/// A feedback whose citizen would like an answer, as whoever answers sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Its id; no receipt code can be had from it.
    pub id: FeedbackId,
    /// The department that was rated, or the one that it became a part of.
    pub department: Slug,
    /// When its first version arrived, in Unix milliseconds.
    pub received_at: i64,
    /// The grade.
    pub rating: Rating,
    /// What it is about.
    pub kind: Option<Kind>,
    /// Where the answer can go, if the citizen said so.
    pub contact: Option<Contact>,
    /// What was written, and may be told.
    pub words: Words,
}

/// What was written, unless it waits for a person to look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// The comment, where there is one.
    Told(Option<String>),
    /// A program may have written all of it.
    Held,
}
