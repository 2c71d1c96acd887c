//! `huiyin department breakdown`.

use anyhow::bail;
use clap::Args;
use huiyin_shared::slug::Slug;

use super::{known, print};
use crate::config::Storage;
use crate::model::Dimension;

/// What a department's own ratings are counted by
#[derive(Args)]
pub(super) struct Breakdown {
    /// The department
    slug: Slug,
    /// By what; may be given twice
    #[arg(long, value_name = "WHAT", value_enum, required = true)]
    by: Vec<Dimension>,
    /// Count it no longer, and forget what was counted; the ratings stay
    #[arg(long)]
    stop: bool,
    #[command(flatten)]
    storage: Storage,
}

impl Breakdown {
    /// Asks for each breakdown and counts the past, or ends it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.storage.existing().await?;
        let slug = &self.slug;
        for by in &self.by {
            let done = if self.stop {
                store.stop_breakdown(slug.clone(), *by).await?
            } else {
                store.ask_breakdown(slug.clone(), *by).await?
            };
            match (done, self.stop) {
                (true, _) => {}
                (false, true) => bail!("{slug} is not counted by {}", by.name()),
                (false, false) => known(None, slug)?,
            }
        }
        store.fill_breakdowns().await?;
        store.close().await;
        let by: Vec<&str> = self.by.iter().map(|by| by.name()).collect();
        let (by, now) = (
            by.join(" and "),
            if self.stop { "no longer" } else { "now" },
        );
        print(&format!("{slug} is {now} counted by {by}.\n"))
    }
}
