//! What a further version of a feedback changes: the same rule whatever the database.

use huiyin_shared::feedback::{EDIT_WINDOW_MS, Revision};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use jiff::civil::Date;

use super::breakdown::Attributes;
use super::tree::{Subject, Tree};
use crate::model::{Outcome, Received, Refusal, Signal, Taken};
use crate::util::hashing::Hashed;

/// What is kept of a feedback, as far as a further version must know it.
#[derive(Clone, Debug)]
pub(super) struct Kept<'a> {
    pub(super) subject: Subject,
    pub(super) day: Date,
    pub(super) rating: Rating,
    pub(super) revision: u32,
    pub(super) received_at: i64,
    pub(super) withdrawn: bool,
    /// Whether it counts nowhere.
    pub(super) test: bool,
    pub(super) edit_key: Hashed,
    /// The signals for which its words wait.
    pub(super) held: Option<String>,
    /// What was said with it.
    pub(super) attributes: Attributes<'a>,
}

impl Kept<'_> {
    /// Returns the answer to a version that changes nothing, or none if it is to be stored.
    pub(super) fn answer(
        &self,
        tree: &Tree,
        received: &Received,
        subject: Subject,
    ) -> Option<Outcome> {
        let sent = &received.submission;
        if !self.edit_key.matches(&received.edit_key) {
            Some(Err(Refusal::WrongEditKey))
        } else if !tree.same(self.subject, subject) {
            Some(Err(Refusal::DifferentSubject))
        } else if sent.revision.get() <= self.revision {
            let revision = Revision::try_from(self.revision).unwrap_or(sent.revision);
            Some(Ok(Taken::repeat(revision)))
        } else if self.withdrawn {
            Some(Err(Refusal::Withdrawn))
        } else if said_at(received) - self.received_at > EDIT_WINDOW_MS {
            Some(Err(Refusal::EditWindowClosed))
        } else {
            None
        }
    }
}

/// Returns when a version was said, in Unix milliseconds, as its client tells it: what was kept
/// while there was no network is no later for that. Only the holder of the edit key gets so far.
fn said_at(received: &Received) -> i64 {
    let age = received.submission.age_ms.unwrap_or_default();
    received.at.saturating_sub_unsigned(age)
}

/// Returns the chosen drivers as they are kept: slugs with a space between them.
pub(super) fn drivers(received: &Received) -> Option<String> {
    let drivers = received.submission.drivers.as_slice();
    let slugs: Vec<&str> = drivers.iter().map(AsRef::as_ref).collect();
    (!slugs.is_empty()).then(|| slugs.join(" "))
}

/// Returns the drivers that are kept like this.
pub(super) fn chosen(kept: Option<&str>) -> Vec<Slug> {
    let slugs = kept.unwrap_or_default().split(' ');
    slugs.filter_map(|slug| slug.parse().ok()).collect()
}

/// Returns the signals that are kept with a version, after those that were kept before: nobody
/// takes one back by sending again without it.
pub(super) fn held(before: Option<&str>, received: &Received) -> Option<String> {
    let was = |signal: Signal| {
        let mut names = before.unwrap_or_default().split(' ');
        names.any(|name| name == signal.name())
    };
    let names: Vec<&str> = (Signal::ALL.into_iter())
        .filter(|signal| was(*signal) || signal.is_given_by(&received.submission))
        .map(Signal::name)
        .collect();
    (!names.is_empty()).then(|| names.join(" "))
}
