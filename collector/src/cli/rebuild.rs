//! `huiyin rebuild`.

use super::print;
use crate::config::Storage;

/// Recounts, corrects what differs, and says what that was.
pub(super) async fn run(storage: &Storage) -> anyhow::Result<()> {
    let store = storage.existing().await?;
    let found = store.rebuild().await?;
    store.close().await;
    print(&format!(
        "{} feedback counted, {} withdrawn, {} roll-ups, {} of them corrected\n",
        found.feedback, found.withdrawn, found.rollups, found.differences,
    ))
}
