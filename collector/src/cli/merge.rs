//! `huiyin department merge`.

use anyhow::Context;
use clap::Args;
use huiyin_shared::slug::Slug;

use super::import::FOLLOWING;
use super::print;
use crate::config::Storage;
use crate::server::background;

/// Two departments that become one
#[derive(Args)]
pub(super) struct Merge {
    /// The department that goes; its tags, posters and ratings stay good
    from: Slug,
    /// The department it becomes a part of
    into: Slug,
    #[command(flatten)]
    storage: Storage,
}

impl Merge {
    /// Merges the two and lets the ratings follow.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let merged = self.storage.with_existing(async |store| {
            store.merge(self.from.clone(), self.into.clone()).await??;
            background::settle(store).await.context(FOLLOWING)
        });
        merged.await?;
        let (from, into) = (self.from, self.into);
        print(&format!(
            "{from} is part of {into} now; both names lead there.\n"
        ))
    }
}
