//! Taking a submission in: the same for the widget, for the plain form, and for whoever comes next.

use huiyin_shared::feedback::{Answer, Submission};

use crate::model::{Received, Refusal};
use crate::secret::{self, Hashed};
use crate::state::App;
use crate::store::StoreError;

/// Why a submission was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The rules forbid it.
    #[error("the submission was refused: {0:?}")]
    Refused(Refusal),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores a submission; returns whether it is new, and what the citizen is told.
pub async fn take(app: &App, submission: Submission) -> Result<(bool, Answer), NotTaken> {
    let (id, key) = (submission.id, submission.edit_key);
    let receipt = secret::receipt(&id, &key);
    let received = Received {
        submission,
        edit_key: Hashed::edit_key(&key),
        receipt: Hashed::receipt(&receipt),
        at: app.clock.now(),
        day: app.clock.today(),
    };
    let taken = app
        .store
        .submit(received)
        .await?
        .map_err(NotTaken::Refused)?;
    let answer = Answer {
        id,
        revision: taken.revision,
        receipt,
    };
    Ok((taken.created, answer))
}
