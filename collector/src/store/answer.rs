//! What a store keeps of feedback whose citizen would like an answer.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;

use super::StoreError;
use crate::model::{Wish, Words};

/// Feedback that is to be answered.
#[async_trait]
pub trait AnswerStore: Send + Sync {
    /// Returns up to `most` feedback whose citizen would like an answer, those that have waited
    /// longest first: all of them, or those of a department and all below it; only what came at
    /// `since`, in Unix milliseconds, or later.
    ///
    /// None was taken back or is a test. An unknown department has none.
    async fn wishes(
        &self,
        department: Option<Slug>,
        since: i64,
        most: u32,
    ) -> Result<Vec<Wish>, StoreError>;
}

/// Who would like an answer, in order: `$1` is the department, or nothing, `$2` since when, and `$3`
/// how many at the most.
///
/// A merged department is the child of the one that it became a part of, which is therefore above
/// it. Taking a feedback back ends the wish, so that nothing need be asked about it here.
pub(super) const WISHES: &str = "
    WITH RECURSIVE below (id) AS (
        SELECT coalesce(merged_into_id, id) FROM department WHERE slug = CAST($1 AS text)
        UNION ALL
        SELECT d.id FROM department d JOIN below ON d.parent_id = below.id)
    SELECT f.id, d.slug, f.received_at, f.rating, f.kind, f.contact, f.held IS NOT NULL, f.comment
    FROM feedback f
    JOIN department o ON o.id = f.department_id
    JOIN department d ON d.id = coalesce(o.merged_into_id, o.id)
    WHERE f.wants_answer AND NOT f.test AND f.received_at >= $2
      AND ($1 IS NULL OR f.department_id IN (SELECT id FROM below))
    ORDER BY f.received_at, f.id LIMIT $3";

/// Returns what may be told of a comment.
pub(super) fn words(held: bool, comment: Option<String>) -> Words {
    if held {
        Words::Held
    } else {
        Words::Told(comment)
    }
}
