//! What a store keeps of pauses.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;

use super::StoreError;
use crate::model::Pause;

/// Keeping where nobody is asked at the moment.
#[async_trait]
pub trait PauseStore: Send + Sync {
    /// Pauses a department or one placement of it, or changes its notice; returns false where there
    /// is no such department.
    async fn pause(&self, pause: Pause) -> Result<bool, StoreError>;

    /// Ends a pause; returns false where there was none.
    async fn resume(
        &self,
        department: Slug,
        placement: Option<Placement>,
    ) -> Result<bool, StoreError>;

    /// Returns all pauses, by department.
    async fn pauses(&self) -> Result<Vec<Pause>, StoreError>;
}
