//! `huiyin rebuild`.

use super::{Database, print};

/// Recounts, corrects what differs, and says what that was.
pub(super) async fn run(database: &Database) -> anyhow::Result<()> {
    let store = database.existing().await?;
    let found = store.rebuild().await?;
    store.close().await;
    print(&format!(
        "{} feedback counted, {} withdrawn, {} roll-ups, {} of them corrected\n",
        found.feedback, found.withdrawn, found.rollups, found.differences,
    ))
}
