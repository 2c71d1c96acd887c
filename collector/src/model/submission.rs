//! A submission as the collector takes it in, and what becomes of it.

use huiyin_shared::feedback::{Revision, Submission};
use jiff::civil::Date;
use strum::{EnumIter, IntoStaticStr};

use crate::util::hashing::Hashed;

/// A submission with what the collector adds when it takes it in.
#[derive(Clone, Debug)]
pub struct Received {
    /// What was sent.
    pub submission: Submission,
    /// Kept to know the creator again.
    pub edit_key: Hashed,
    /// Kept to find the feedback by its receipt code.
    pub receipt: Hashed,
    /// When it arrived, in Unix milliseconds.
    pub at: i64,
    /// The day it arrived, in the instance's time zone.
    pub day: Date,
}

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whether this send created the feedback.
    pub created: bool,
    /// Whether this send changed anything; a repeat does not.
    pub changed: bool,
    /// The revision that is now kept.
    pub revision: Revision,
}

impl Taken {
    /// Says that a feedback was created.
    pub const fn created(revision: Revision) -> Self {
        Self {
            created: true,
            changed: true,
            revision,
        }
    }

    /// Says that a later version took the place of an earlier one.
    pub const fn revised(revision: Revision) -> Self {
        Self {
            created: false,
            changed: true,
            revision,
        }
    }

    /// Says that a send changed nothing, and which revision is kept.
    pub const fn repeat(revision: Revision) -> Self {
        Self {
            created: false,
            changed: false,
            revision,
        }
    }
}

/// What a submission comes to: it is kept, or a rule forbids it.
pub type Outcome = Result<Taken, Refusal>;

/// Why a submission was not taken; nothing of it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// No department has this slug.
    UnknownDepartment,
    /// The department has no service of this slug.
    UnknownService,
    /// The id is taken, and the edit key is not its creator's.
    WrongEditKey,
    /// It was said more than an hour after the first version arrived.
    EditWindowClosed,
    /// The citizen took the feedback back.
    Withdrawn,
    /// A revision names another department or service than the first version.
    DifferentSubject,
}

impl Refusal {
    /// Returns the stable name, the end of the problem type's address.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A sign that a program has written and not a citizen. The words then wait for a person to look at
/// them; the rating counts, and the answer is what it would be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A field was filled that people do not see.
    Trap,
    /// It was sent sooner than anybody can read a form.
    Quick,
}

impl Signal {
    /// All of them, in the order in which they are kept.
    pub const ALL: [Self; 2] = [Self::Trap, Self::Quick];

    /// The least time in which somebody reads a form and taps, in milliseconds.
    pub const QUICK_MS: u64 = 400;

    /// Returns its name in the store and for operators.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Quick => "quick",
        }
    }

    /// Returns whether a submission gives it.
    pub fn is_given_by(self, sent: &Submission) -> bool {
        match self {
            Self::Trap => sent.trap,
            Self::Quick => sent.elapsed_ms.is_some_and(|time| time < Self::QUICK_MS),
        }
    }
}
