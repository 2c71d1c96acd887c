//! Snapshots: several reads of one moment, such as all figures of a page.

use super::{Store, StoreError};

/// A snapshot of the data: all that is read through it is as it was at one moment.
pub use super::sql::Tx as View;

impl dyn Store + '_ {
    /// Runs `work` on a snapshot of the data. It must await nothing but the view.
    pub async fn view<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        W: AsyncFnOnce(&mut View<'_>) -> Result<T, E> + Send + 'static,
    {
        self.database().read(work).await
    }
}
