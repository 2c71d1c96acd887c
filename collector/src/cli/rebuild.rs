//! `huiyin rebuild`.

use super::print;
use crate::config::Storage;

/// Recounts, corrects what differs, and says what that was.
pub(super) async fn run(storage: &Storage) -> anyhow::Result<()> {
    let found = storage.with_existing(async |store| Ok(store.rebuild().await?));
    let found = found.await?;
    print(&format!(
        "Counted {} ratings, and left out {} that were withdrawn. Of {} totals, {} were missing or wrong and are corrected.\n",
        found.feedback, found.withdrawn, found.rollups, found.differences,
    ))
}
