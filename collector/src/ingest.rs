//! Taking a submission in: the same for the widget, for the plain form, and for whoever comes next.
//!
//! What arrives while a batch is being committed is committed together next: one sync of the disk
//! serves many citizens.

mod queue;

use huiyin_shared::feedback::{Answer, Submission};

use crate::metrics::Pending;
use crate::model::{Received, Refusal, Taken};
use crate::secret::{self, Hashed};
use crate::state::App;
use crate::store::StoreError;

pub use queue::Queue;

/// Why a submission was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The rules forbid it.
    #[error("the submission was refused: {0:?}")]
    Refused(Refusal),
    /// More waits to be written than may wait; trying again soon is safe.
    #[error("too many submissions wait to be stored")]
    Busy,
    /// The store could not; what is internal has been logged.
    #[error("the submission could not be stored")]
    Store(#[from] StoreError),
}

/// Stores a submission; returns what became of it, and what the citizen is told.
///
/// The entry of the request goes with the submission: what the commit comes to settles it, whether
/// or not anyone still waits to hear of it.
pub async fn take(
    app: &App,
    submission: Submission,
    pending: &Pending,
) -> Result<(Taken, Answer), NotTaken> {
    let (id, key) = (submission.id, submission.edit_key);
    let receipt = secret::receipt(&id, &key);
    let received = Received {
        submission,
        edit_key: Hashed::edit_key(&key),
        receipt: Hashed::receipt(&receipt),
        at: app.clock.now(),
        day: app.clock.today(),
    };
    let taken = app.queue.submit(received, pending.take()).await?;
    let answer = Answer {
        id,
        revision: taken.revision,
        receipt,
    };
    Ok((taken, answer))
}
