//! What a store keeps of feedback whose words wait for a person to look at them.

use async_trait::async_trait;
use huiyin_shared::id::FeedbackId;

use super::StoreError;
use crate::model::Held;

/// Feedback that is held: listed, and let go.
#[async_trait]
pub trait HeldStore: Send + Sync {
    /// Returns up to `most` feedback that are held and no test, those that have waited longest first.
    async fn held(&self, most: u32) -> Result<Vec<Held>, StoreError>;

    /// Lets a feedback go; returns whether it was held. A revision with a signal holds it again.
    async fn let_go(&self, id: FeedbackId) -> Result<bool, StoreError>;
}

/// What is held, in order: `$1` is how many at the most.
pub(super) const WAITING: &str = "
    SELECT f.id, d.slug, f.received_at, f.held, f.rating, f.comment
    FROM feedback f
    JOIN department o ON o.id = f.department_id
    JOIN department d ON d.id = coalesce(o.merged_into_id, o.id)
    WHERE f.held IS NOT NULL AND NOT f.test
    ORDER BY f.received_at, f.id LIMIT $1";

/// Lets the feedback `$1` go.
pub(super) const RELEASE: &str =
    "UPDATE feedback SET held = NULL WHERE id = $1 AND held IS NOT NULL";

/// Says that a row has an id or a slug that is none.
pub(super) fn garbled() -> StoreError {
    StoreError::Failed("a stored id or slug is none".to_owned())
}
