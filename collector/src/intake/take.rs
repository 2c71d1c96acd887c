//! Taking a submission in: the same for the widget, for the plain form, and for whoever comes next.

use huiyin_shared::feedback::{Answer, Submission};

use super::queue::{NotTaken, Queue};
use crate::metrics::Pending;
use crate::model::{Received, Taken};
use crate::util::clock::Clock;
use crate::util::hashing::{self, Hashed};

/// Stores a submission; returns what became of it, and what the citizen is told.
///
/// The entry of the request goes with the submission: what the commit comes to settles it, whether
/// or not anyone still waits to hear of it.
pub async fn take(
    queue: &Queue,
    clock: &Clock,
    submission: Submission,
    pending: &Pending,
) -> Result<(Taken, Answer), NotTaken> {
    let (id, key) = (submission.id, submission.edit_key);
    let receipt = hashing::receipt(&id, &key);
    let received = Received {
        submission,
        edit_key: Hashed::edit_key(&key),
        receipt: Hashed::receipt(&receipt),
        at: clock.now(),
        day: clock.today(),
    };
    let taken = queue.submit(received, pending.take()).await?;
    let answer = Answer {
        id,
        revision: taken.revision,
        receipt,
    };
    Ok((taken, answer))
}
