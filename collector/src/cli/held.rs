//! `huiyin held list` and `huiyin held release`: words that a program may have written.

use anyhow::bail;
use clap::Args;
use huiyin_shared::id::FeedbackId;
use huiyin_shared::personal::mask;

use super::{print, printable, waiting};
use crate::config::{Days, Storage};
use crate::store::QueuedComment;
use crate::util::clock::Clock;

/// What to list from
#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    days: Days,
}

impl List {
    /// Lists what waits, longest first: id, department, time, signals, grade, and the words without
    /// the personal data that can be found in them.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let queue = self
            .storage
            .with_existing(async |store| Ok(store.moderation_queue(waiting::ASKED).await?));
        let queue = queue.await?;
        let clock = self.days.clock();
        let how = "release some to see the next";
        waiting::list(&queue, |one| line(one, &clock), how)
    }
}

fn line(one: &QueuedComment, clock: &Clock) -> String {
    let received = clock.written(one.received_at);
    let comment = printable(&mask(one.comment.as_deref().unwrap_or_default()));
    let (id, department, signals) = (one.id, &one.department, &one.signals);
    let rating = one.rating.value();
    format!("{id}\t{department}\t{received}\t{signals}\t{rating}\t{comment}\n")
}

/// What to let go
#[derive(Args)]
pub(super) struct Release {
    /// Ids, as `huiyin held list` prints them
    #[arg(required = true)]
    ids: Vec<FeedbackId>,
    #[command(flatten)]
    storage: Storage,
}

impl Release {
    /// Lets all of them go that are held, and names the others.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let others = self.storage.with_existing(async |store| {
            let mut others = Vec::new();
            for id in &self.ids {
                if !store.release_comment(*id).await? {
                    others.push(id.to_string());
                }
            }
            Ok(others)
        });
        let others = others.await?;
        print(&format!("Released: {}\n", self.ids.len() - others.len()))?;
        if !others.is_empty() {
            bail!("not held, so not released: {}", others.join(", "));
        }
        Ok(())
    }
}
