//! What the collector knows: departments, services, and feedback as it is kept.

mod moment;
mod pause;
mod wish;

use clap::ValueEnum;
use huiyin_shared::change::Change;
use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::{Kind, Revision, Submission};
use huiyin_shared::id::FeedbackId;
use huiyin_shared::language::Language;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::secret::Hashed;

pub use moment::{Counted, Moment, Moments};
pub use pause::{Notice, Pause};
pub use wish::{Wish, Words};

/// A name in each language; English may be missing, Chinese never is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The name in simplified Chinese.
    pub zh: Name,
    /// The name in English, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<Name>,
}

impl Names {
    /// Returns the name to show to a reader, and the language it is really in.
    pub fn shown(&self, language: Language) -> (&str, Language) {
        match (language, &self.en) {
            (Language::En, Some(en)) => (en.as_str(), Language::En),
            _ => (self.zh.as_str(), Language::Zh),
        }
    }
}

/// A node in the tree of bodies that are rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its name in addresses.
    pub slug: Slug,
    /// The department above it; none at the top.
    pub parent: Option<Slug>,
    /// Its names for people.
    pub names: Names,
}

/// A thing a department does for citizens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The department that does it.
    pub department: Slug,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its names for people.
    pub names: Names,
}

/// A department and where it stands in the tree.
#[derive(Clone, Debug)]
pub struct Place {
    /// The department.
    pub department: Department,
    /// All departments above it, from the top down.
    pub above: Vec<Department>,
    /// How many departments stand directly below it.
    pub children: u64,
}

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownDepartment => "unknown-department",
            Self::UnknownService => "unknown-service",
            Self::WrongEditKey => "wrong-edit-key",
            Self::EditWindowClosed => "edit-window-closed",
            Self::Withdrawn => "withdrawn",
            Self::DifferentSubject => "different-subject",
        }
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

/// A feedback whose words wait for a person to look at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its id; no receipt code can be had from it.
    pub id: FeedbackId,
    /// The department that was rated.
    pub department: Slug,
    /// When its first version arrived, in Unix milliseconds.
    pub received_at: i64,
    /// The names of its signals, with a space between.
    pub signals: String,
    /// The grade.
    pub rating: Rating,
    /// What was written.
    pub comment: Option<String>,
}

/// By what a department's ratings are broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Dimension {
    /// By the tag, poster or kiosk the rating came from
    Placement,
    /// By the language in which the form was shown
    Language,
    /// By what the rating says it is: praise, suggestion, question or complaint
    Kind,
    /// By the reasons that were ticked
    Driver,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Placement, Self::Language, Self::Kind, Self::Driver];

    /// Returns its name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placement => "placement",
            Self::Language => "language",
            Self::Kind => "kind",
            Self::Driver => "driver",
        }
    }

    /// Returns its number in tables, which never changes.
    pub const fn number(self) -> u8 {
        match self {
            Self::Placement => 1,
            Self::Language => 2,
            Self::Kind => 3,
            Self::Driver => 4,
        }
    }

    /// Returns the one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// A department's ratings by the values of one dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// The values with the most ratings, most first.
    pub values: Vec<(String, Counts)>,
    /// The ratings with all other values.
    pub others: Counts,
}

/// A feedback as its citizen sees it again.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// The department that was rated.
    pub department: Department,
    /// The service that was rated, if any.
    pub service: Option<Service>,
    /// The grade.
    pub rating: Rating,
    /// The reasons that were chosen; gone after a withdrawal.
    pub drivers: Vec<Slug>,
    /// The version of the driver set that was offered, where it is known.
    pub drivers_version: Option<u32>,
    /// What the citizen wrote; gone after a withdrawal.
    pub comment: Option<String>,
    /// What it is about.
    pub kind: Option<Kind>,
    /// Whether the citizen would like an answer; not after a withdrawal.
    pub wants_answer: bool,
    /// Where the answer can go; gone after a withdrawal.
    pub contact: Option<String>,
    /// Whether it was sent to try something out, and counts nowhere.
    pub test: bool,
    /// The page on which it was given; gone after a withdrawal.
    pub page: Option<String>,
    /// Which tag, poster or kiosk it came from.
    pub placement: Option<String>,
    /// The language in which the form was shown.
    pub lang: Option<String>,
    /// When its first version arrived, in Unix milliseconds.
    pub received_at: i64,
    /// When it was taken back, in Unix milliseconds.
    pub withdrawn_at: Option<i64>,
}

/// A department or service with its ratings in a period and in the one before.
#[derive(Clone, Debug)]
pub struct Standing<T> {
    /// What was rated.
    pub subject: T,
    /// Whether there are departments below it.
    pub has_children: bool,
    /// The ratings in the period.
    pub now: Counts,
    /// The ratings in the period before.
    pub before: Counts,
}

impl<T> Standing<T> {
    /// Returns the change between the two periods, if both have `minimum` ratings.
    pub fn change(&self, minimum: u64) -> Option<Change> {
        let enough = self.now.n().min(self.before.n()) >= minimum;
        Change::between(&self.now, &self.before).filter(|_| enough)
    }
}

/// Which departments of a list are wanted.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The department whose children are listed; none for the top.
    pub parent: Option<Slug>,
    /// Text to look for in names and slugs, on all levels below `parent`'s own.
    pub search: Option<String>,
    /// The order.
    pub order: Order,
    /// How many to leave out first.
    pub offset: usize,
    /// How many at the most.
    pub limit: usize,
}

/// The order of a list; what cannot be compared stands last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// By index, best first.
    Index,
    /// By index, worst first.
    IndexLow,
    /// By number of ratings, most first.
    Ratings,
    /// By share of poor ratings, most first.
    Poor,
    /// By change of the index, greatest gain first.
    Change,
    /// By change of the index, greatest loss first.
    ChangeLow,
}

impl Order {
    /// Returns whether the order depends on the period before.
    pub const fn compares(self) -> bool {
        matches!(self, Self::Change | Self::ChangeLow)
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows of the page.
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: usize,
}

/// What a recount of all feedback says about the roll-ups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Feedback that counts.
    pub feedback: u64,
    /// Feedback that was withdrawn.
    pub withdrawn: u64,
    /// Roll-up rows.
    pub rollups: u64,
    /// Roll-up rows that do not agree with the recount, missing ones included.
    pub differences: u64,
}

/// One form of a file of the widget, as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name below the address of its version.
    pub path: String,
    /// How it is packed; empty where it is not.
    pub coding: String,
    /// Its media type.
    pub kind: String,
    /// What is sent.
    pub bytes: Vec<u8>,
}
