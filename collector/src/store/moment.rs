//! What a store keeps of moments.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;

use super::StoreError;
use crate::model::period::Period;
use crate::model::{Counted, Moments};

/// Keeping how often the widget was seen and used.
#[async_trait]
pub trait MomentStore: Send + Sync {
    /// Adds what was counted, all of it or nothing, for each department and everything above it;
    /// what was counted for a department that is unknown is left out.
    ///
    /// An error does not say that nothing was added: a server's answer can be lost on its way. Who
    /// tries again may count these few twice, which ratings never are.
    async fn count_moments(&self, counted: Vec<(Counted, Moments)>) -> Result<(), StoreError>;

    /// Returns the moments of a department and all below it.
    async fn moments(&self, department: Slug, period: Period) -> Result<Moments, StoreError>;
}
