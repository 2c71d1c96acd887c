//! What the citizen has entered: the draft, and the content of a revision.

use huiyin_shared::feedback::{Drivers, Kind, Revision};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact};

/// What the citizen has chosen and typed, sent or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The chosen grade.
    pub rating: Option<Rating>,
    /// The chosen drivers of both lists: a citizen who changes the grade and changes it back finds
    /// them again.
    pub drivers: Vec<Slug>,
    /// The chosen kind.
    pub kind: Option<Kind>,
    /// The comment as typed.
    pub comment: String,
    /// Whether an answer is wanted.
    pub wants_answer: bool,
    /// The contact as typed.
    pub contact: String,
}

/// The content of one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The grade.
    pub rating: Rating,
    /// The chosen drivers, all from the list that belongs to the grade.
    pub drivers: Drivers,
    /// What the feedback is about.
    pub kind: Option<Kind>,
    /// Whether an answer is wanted.
    pub wants_answer: bool,
    /// The part that was sent with the Send button: half a sentence is never sent.
    pub message: Message,
}

/// The part of a content that only the Send button sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The comment.
    pub comment: Option<Comment>,
    /// Where to answer.
    pub contact: Option<Contact>,
}

/// A numbered content; a number is never given to another content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The revision number.
    pub revision: Revision,
    /// When the citizen made it, in milliseconds since 1970.
    pub made: u64,
    /// The content.
    pub content: Content,
}
