//! The moderation queue: comments that a program may have written, until a person releases them.

use huiyin_shared::id::FeedbackId;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;

use super::sql::{from_row, sql};
use super::{Store, StoreError};

/// A feedback in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedComment {
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
from_row!(QueuedComment {
    id,
    department,
    received_at,
    signals,
    rating,
    comment
});

const QUEUE: &str = "
    SELECT f.id, d.slug AS department, f.received_at, f.held AS signals, f.rating, f.comment
    FROM feedback f
    JOIN department o ON o.id = f.department_id
    JOIN department d ON d.id = coalesce(o.merged_into_id, o.id)
    WHERE f.held IS NOT NULL AND NOT f.test
    ORDER BY f.received_at, f.id LIMIT $1";

const RELEASE: &str = "UPDATE feedback SET held = NULL WHERE id = $1 AND held IS NOT NULL";

impl dyn Store + '_ {
    /// Returns up to `most` feedback in the moderation queue, the oldest first; tests are never in it.
    pub async fn moderation_queue(&self, most: u32) -> Result<Vec<QueuedComment>, StoreError> {
        self.database().query(sql!(QUEUE, most)).await
    }

    /// Releases the comment of a feedback; returns false if it was not in the queue.
    ///
    /// A later revision with a signal brings it back.
    pub async fn release_comment(&self, id: FeedbackId) -> Result<bool, StoreError> {
        Ok(self.database().execute(sql!(RELEASE, id)).await? > 0)
    }
}

#[cfg(test)]
mod tests {

    use crate::store::testing::{Sent, World, contract, slug};

    contract! {
        a_signal_holds_the_comment_until_it_is_released
        only_a_withdrawal_takes_a_signal_back
    }

    /// Returns the numbers of what is in the queue, in order, with the signals.
    async fn queue(world: &World) -> Vec<(u64, String)> {
        let rows = world.store.moderation_queue(9).await.expect("reads");
        rows.into_iter()
            .map(|one| (one.id.made(), one.signals))
            .collect()
    }

    async fn a_signal_holds_the_comment_until_it_is_released(world: World) {
        let signals = [
            (false, None),
            (false, Some(400)),
            (false, Some(399)),
            (true, Some(400)),
            (true, Some(0)),
        ];
        for (number, (trap, elapsed_ms)) in (1..).zip(signals) {
            let sent = Sent {
                trap,
                elapsed_ms,
                at: 10 - i64::try_from(number).expect("a number"),
                ..Sent::new(number, 2)
            };
            assert!(world.send(&sent).await.expect("taken").created);
        }
        let test = Sent {
            test: true,
            trap: true,
            at: 1,
            ..Sent::new(6, 2)
        };
        assert!(world.send(&test).await.expect("taken").created);
        // All of the others count.
        assert_eq!(world.counts("province").await, [0, 5, 0, 0, 0]);
        let expected = [(5, "trap quick"), (4, "trap"), (3, "quick")];
        let expected = expected.map(|(number, signals)| (number, signals.to_owned()));
        assert_eq!(queue(&world).await, expected);
        let first = &world.store.moderation_queue(1).await.expect("reads")[0];
        let told = (&first.department, first.received_at, first.rating.value());
        assert_eq!(told, (&slug("tax"), 5, 2));
        assert_eq!(first.comment.as_deref(), Some("写得很好"));
        assert!(world.store.release_comment(first.id).await.expect("writes"));
        assert!(!world.store.release_comment(first.id).await.expect("writes"));
        assert_eq!(queue(&world).await, expected[1..]);
        world.merge("tax", "hall").await;
        let first = &world.store.moderation_queue(1).await.expect("reads")[0];
        assert_eq!(first.department, slug("hall"));
        world.settle().await;
        world.assert_verified().await;
    }

    async fn only_a_withdrawal_takes_a_signal_back(world: World) {
        let first = Sent {
            elapsed_ms: Some(1),
            ..Sent::new(1, 2)
        };
        let revised = |revision, trap| Sent {
            revision,
            trap,
            ..Sent::new(1, 2)
        };
        world.send(&first).await.expect("taken");
        world.send(&revised(2, false)).await.expect("taken");
        assert_eq!(queue(&world).await, [(1, "quick".to_owned())]);
        let batch = [revised(3, true), revised(4, false)].map(|sent| sent.received());
        world.commit(batch.into()).await.expect("stores");
        assert_eq!(queue(&world).await, [(1, "trap quick".to_owned())]);
        let id = world.store.moderation_queue(1).await.expect("reads")[0].id;
        assert!(world.store.release_comment(id).await.expect("writes"));
        world.send(&revised(5, false)).await.expect("taken");
        assert_eq!(queue(&world).await, []);
        world.send(&revised(6, true)).await.expect("taken");
        assert_eq!(queue(&world).await, [(1, "trap".to_owned())]);
        assert!(world.withdraw(&first).await);
        assert_eq!(queue(&world).await, []);
    }
}
