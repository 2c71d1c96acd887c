//! What can happen to a panel, and what the app has to do as a consequence.

use huiyin_shared::feedback::{Kind, Revision};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;

use super::content::Version;
use super::form::Form;

/// Why something the citizen did is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The collector cannot be reached or is overloaded, or a gateway answers in its place. The send is
    /// retried, not before so many milliseconds if the answer says so.
    Temporary(Option<u32>),
    /// The collector refused, and says why; the same would be refused again.
    Refused(String),
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Action {
    /// The request for the form ended.
    FormLoaded(Result<Form, Failure>),
    /// The citizen chose a grade.
    Rate(Rating),
    /// The citizen chose a driver, or withdrew it.
    ToggleDriver(Slug),
    /// The citizen edited the comment.
    SetComment(String),
    /// The citizen chose a kind.
    SetKind(Kind),
    /// The citizen asked for an answer, or withdrew that.
    ToggleWantsAnswer,
    /// The citizen edited the contact.
    SetContact(String),
    /// The citizen pressed Send.
    Submit,
    /// The citizen pressed the button that retries a failed send.
    RetryNow,
    /// The retry timer of this number has fired.
    RetryDue(u32),
    /// The browser has a connection again.
    Online,
    /// The page was left or hidden (`pagehide`).
    PageHidden,
    /// The citizen wants to change the feedback after the thanks.
    Edit,
    /// The panel was closed, by its button or by a key.
    PanelClosed,
    /// The app has sent or saved a version, or could not.
    Done {
        /// The number of its feedback in this panel, see [`super::State::feedback`].
        feedback: u32,
        /// Its revision; a higher one if that is already stored.
        revision: Revision,
        /// What became of it.
        outcome: Outcome,
    },
}

/// What became of a version.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The collector has stored it, with this receipt code.
    Stored(String),
    /// The send failed.
    Failed(Failure),
    /// It was saved in the browser, or could not be.
    SavedOffline(bool),
}

impl Action {
    /// Whether the citizen adds something, or is about to.
    pub(super) fn is_input(&self) -> bool {
        matches!(
            self,
            Self::Rate(_)
                | Self::ToggleDriver(_)
                | Self::SetComment(_)
                | Self::SetKind(_)
                | Self::ToggleWantsAnswer
                | Self::SetContact(_)
                | Self::Edit
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
    SaveOffline(Version),
    /// Report [`Action::RetryDue`] after the delay of a retry; the collector may have asked for so many
    /// milliseconds at least.
    RetryLater(Option<u32>),
    /// Forget why a feedback of an earlier visit was refused: the citizen has seen it.
    ForgetRefusal,
    /// Forget the id and the edit key: the next version belongs to a new feedback.
    ForgetIdentity,
}
