//! What can happen to a panel, and what the app has to do as a consequence.

use huiyin_shared::feedback::{Kind, Revision};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;

use super::content::Version;
use super::form::Form;

/// Why something the citizen did is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The collector cannot be reached or is overloaded. The send is retried, not before so many
    /// milliseconds if the collector says so.
    Waiting(Option<u32>),
    /// The collector refused, and says why; the same would be refused again.
    Refused(String),
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Action {
    /// The collector said whom this is about, or that it knows nobody of that name.
    Loaded(Result<Form, Failure>),
    /// The citizen chose a grade.
    Rate(Rating),
    /// The citizen chose a reason, or no longer does.
    Toggle(Slug),
    /// The citizen changed the comment.
    Write(String),
    /// The citizen chose a kind.
    Choose(Kind),
    /// The citizen wants an answer, or no longer does.
    Ask,
    /// The citizen changed where to answer.
    Reach(String),
    /// The citizen pressed Send.
    Send,
    /// The citizen wants what failed to be tried once more, at once.
    Retry,
    /// The wait of this number is over.
    Waited(u32),
    /// The browser has a connection again.
    Connected,
    /// The page is being left.
    Left,
    /// The citizen wants to change what was sent.
    Change,
    /// The panel was closed, by its button or by a key.
    Closed,
    /// The collector has stored this revision, and gave the receipt code.
    Stored(Revision, String),
    /// This did not reach the store.
    Failed(Failure),
    /// Whether the browser keeps what is sent until the collector has answered.
    Kept(bool),
}

impl Action {
    /// Whether the citizen says something more, or wants to.
    pub(super) fn says(&self) -> bool {
        matches!(
            self,
            Self::Rate(_)
                | Self::Toggle(_)
                | Self::Write(_)
                | Self::Choose(_)
                | Self::Ask
                | Self::Reach(_)
                | Self::Change
        )
    }
}

/// Something the app must do after an action. The reducer only asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell the page that this event happened.
    Emit(&'static str),
    /// Request the form.
    LoadForm,
    /// Send this version to the collector, and save it in the browser until there is an answer.
    Send(Version),
    /// Save this version in the browser; it is sent later.
    Keep(Version),
    /// Report [`Action::Waited`] once a retry is due.
    Wait {
        /// The number to report.
        wait: u32,
        /// How many sends failed in a row.
        tries: u32,
        /// The least delay that the collector asked for, in milliseconds.
        after: Option<u32>,
    },
    /// Forget why a feedback of an earlier visit was refused: the citizen has seen it.
    ForgetRefused,
    /// Forget the id and the edit key: the next version belongs to a new feedback.
    ForgetIdentity,
}
