//! What is sent when a citizen rates, and what is answered.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::id::{EditKey, FeedbackId, Receipt};
use crate::invalid::Invalid;
use crate::language::LanguageTag;
use crate::page::Page;
use crate::rating::Rating;
use crate::slug::Slug;
use crate::text::{Comment, Contact, Placement};

/// What a feedback is about, if the citizen says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something was done well.
    Praise,
    /// Something could be done better.
    Suggestion,
    /// Something is unclear.
    Question,
    /// Something went wrong.
    Complaint,
}

impl Kind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::Praise,
        Self::Suggestion,
        Self::Question,
        Self::Complaint,
    ];

    /// Returns the name used in the interface and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Praise => "praise",
            Self::Suggestion => "suggestion",
            Self::Question => "question",
            Self::Complaint => "complaint",
        }
    }

    /// Returns the kind of this name.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(Invalid::Kind)
    }
}

/// Which version of a feedback this is, from 1; a higher one replaces a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = u32, minimum = 1, maximum = 1_000))]
#[serde(try_from = "u32", into = "u32")]
pub struct Revision(NonZeroU32);

impl Revision {
    /// The first version.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The highest revision that is taken; an hour of honest editing stays far below.
    pub const MAXIMUM: u32 = 1_000;

    /// Returns the number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// Returns the revision after this one; the last stays the last.
    #[must_use]
    pub fn next(self) -> Self {
        Self::try_from(self.get() + 1).unwrap_or(self)
    }
}

impl TryFrom<u32> for Revision {
    type Error = Invalid;

    fn try_from(number: u32) -> Result<Self, Invalid> {
        NonZeroU32::new(number)
            .filter(|number| number.get() <= Self::MAXIMUM)
            .map(Self)
            .ok_or(Invalid::Revision)
    }
}

impl From<Revision> for u32 {
    fn from(revision: Revision) -> Self {
        revision.get()
    }
}

/// The reasons a citizen chose, as slugs; at most eight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Slug>", into = "Vec<Slug>")]
pub struct Drivers(Vec<Slug>);

impl Drivers {
    /// The most reasons that can be chosen.
    pub const MAXIMUM: usize = 8;

    /// Returns the reasons in the order in which they were sent.
    pub fn as_slice(&self) -> &[Slug] {
        &self.0
    }
}

impl TryFrom<Vec<Slug>> for Drivers {
    type Error = Invalid;

    fn try_from(drivers: Vec<Slug>) -> Result<Self, Invalid> {
        if drivers.len() > Self::MAXIMUM {
            return Err(Invalid::Drivers);
        }
        // Each is counted once with a rating. There are so few that no set is needed.
        let mut distinct: Vec<Slug> = Vec::with_capacity(drivers.len());
        for slug in drivers {
            if !distinct.contains(&slug) {
                distinct.push(slug);
            }
        }
        Ok(Self(distinct))
    }
}

impl From<Drivers> for Vec<Slug> {
    fn from(drivers: Drivers) -> Self {
        drivers.0
    }
}

/// One version of one feedback, whole: a revision says everything again, not only what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The id the client made; the same for every revision and every repeated send.
    pub id: FeedbackId,
    /// Proves that a revision comes from whoever created the feedback.
    pub edit_key: EditKey,
    /// Which version this is.
    pub revision: Revision,
    /// The department that is rated.
    pub department: Slug,
    /// The service that is rated, if the page says one.
    pub service: Option<Slug>,
    /// Which tag, poster or kiosk it came from.
    pub placement: Option<Placement>,
    /// The grade.
    pub rating: Rating,
    /// The reasons that were chosen.
    pub drivers: Drivers,
    /// The version of the driver set that was offered; 0 is the one that is built in.
    pub drivers_version: Option<u32>,
    /// What the citizen wrote.
    pub comment: Option<Comment>,
    /// What it is about.
    pub kind: Option<Kind>,
    /// Whether the citizen would like an answer.
    pub wants_answer: bool,
    /// Where the answer can go; none unless one is wanted.
    pub contact: Option<Contact>,
    /// Whether it is sent to try something out; it then counts nowhere. Every revision is what the
    /// first one was.
    pub test: bool,
    /// Whether a field was filled that people do not see.
    pub trap: bool,
    /// How long the form had been there when this was said, in milliseconds, where it is known.
    pub elapsed_ms: Option<u64>,
    /// The language in which the form was shown.
    pub lang: Option<LanguageTag>,
    /// The page on which the citizen rated.
    pub page: Option<Page>,
    /// How long before this send the citizen said it, in milliseconds; none where that is unknown or
    /// over [`Submission::OLDEST_MS`], the life of a client's queue.
    pub age_ms: Option<u64>,
}

impl Submission {
    /// The greatest age that is believed: seven days.
    pub const OLDEST_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
}

/// How long a feedback can be revised after it was first stored, in milliseconds: one hour. It
/// counts when a revision was said, which may be long before it arrives.
pub const EDIT_WINDOW_MS: i64 = 60 * 60 * 1_000;

/// The answer to a submission that is stored: 201 the first time, 200 for a repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = FeedbackAnswer))]
pub struct Answer {
    /// The id that was sent.
    pub id: FeedbackId,
    /// The revision that is now stored; higher than the one sent where a later one came first.
    pub revision: Revision,
    /// The code with which the citizen sees the feedback again.
    pub receipt: Receipt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_run_from_one_to_the_limit() {
        assert_eq!(Revision::try_from(0), Err(Invalid::Revision));
        assert_eq!(Revision::try_from(1_001), Err(Invalid::Revision));
        assert_eq!(Revision::FIRST.next().get(), 2);
        let last = Revision::try_from(Revision::MAXIMUM).expect("the limit is allowed");
        assert_eq!(last.next(), last);
    }

    #[test]
    fn a_kind_is_known_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Ok(kind));
        }
        assert_eq!(Kind::parse("Praise"), Err(Invalid::Kind));
    }
}
