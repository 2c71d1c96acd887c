//! What a store keeps of the releases of the widget.

use async_trait::async_trait;

use super::StoreError;
use crate::model::Asset;

/// Keeping every release that was ever served.
#[async_trait]
pub trait ReleaseStore: Send + Sync {
    /// Keeps the files of a release, all or none of them; one that is kept already stays as it is,
    /// and then nothing is written.
    async fn keep_release(&self, version: String, files: Vec<Asset>) -> Result<(), StoreError>;

    /// Returns the files of a release; none where it is unknown.
    async fn release(&self, version: String) -> Result<Vec<Asset>, StoreError>;
}
