//! `huiyin verify`.

use std::process::ExitCode;

use super::print;
use crate::config::Storage;

/// Recounts, prints what was found, and fails where roll-ups and feedback do not agree.
pub(super) async fn run(storage: &Storage) -> anyhow::Result<ExitCode> {
    let found = storage.with_existing(async |store| Ok(store.verify().await?));
    let found = found.await?;
    print(&format!(
        "Counted {} ratings, and left out {} that were withdrawn. Checked {} totals: {} differences.\n",
        found.feedback, found.withdrawn, found.rollups, found.differences,
    ))?;
    if found.differences == 0 {
        print("All totals agree with the ratings.\n")?;
        Ok(ExitCode::SUCCESS)
    } else {
        print(
            "The totals do NOT agree with the ratings: the scores are wrong. `huiyin rebuild` corrects\n\
             them; keep a copy of the data first, so that the cause can be found.\n",
        )?;
        Ok(ExitCode::FAILURE)
    }
}
