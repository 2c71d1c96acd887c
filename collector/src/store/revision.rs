//! What a further version of a feedback changes: the same rule whatever the database.

use huiyin_shared::feedback::Revision;
use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use super::breakdown::Said;
use super::tree::{Subject, Tree};
use crate::model::{EDIT_WINDOW_MS, Outcome, Received, Refusal, Taken};
use crate::secret::Hashed;

/// What is kept of a feedback, as far as a further version must know it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) subject: Subject,
    pub(super) day: Date,
    pub(super) rating: Rating,
    pub(super) revision: u32,
    pub(super) received_at: i64,
    pub(super) withdrawn: bool,
    pub(super) edit_key: Hashed,
    /// Left empty where nothing is broken down by it.
    pub(super) said: Said,
}

impl Kept {
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
        } else if received.at - self.received_at > EDIT_WINDOW_MS {
            Some(Err(Refusal::EditWindowClosed))
        } else {
            None
        }
    }
}

/// Returns the chosen drivers as they are kept: slugs with a space between them.
pub(super) fn drivers(received: &Received) -> Option<String> {
    let drivers = received.submission.drivers.as_slice();
    let slugs: Vec<&str> = drivers.iter().map(AsRef::as_ref).collect();
    (!slugs.is_empty()).then(|| slugs.join(" "))
}
