//! `huiyin answer list`: who would like an answer, and where to.

use anyhow::bail;
use clap::Args;
use huiyin_shared::personal::mask;
use huiyin_shared::slug::Slug;

use super::waiting;
use crate::clock::Clock;
use crate::config::{Days, Storage};
use crate::model::{Wish, Words};
use crate::store::{Store, StoreError};

/// What stands in the place of words that are held.
const HELD: &str = "［held］";

/// Whom to list
#[derive(Args)]
pub(super) struct List {
    /// Only what this department got, and all below it
    #[arg(long, value_name = "SLUG")]
    department: Option<Slug>,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    days: Days,
}

impl List {
    /// Lists who waits, longest first: id, department, time, grade, kind, the contact as it was left,
    /// and the words without the personal data that can be found in them.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.storage.existing().await?;
        let wishes = wishes(store.as_ref(), self.department.as_ref()).await;
        store.close().await;
        let Some(wishes) = wishes? else {
            let department = self.department.as_ref().map_or("", Slug::as_str);
            bail!("no department is called {department}; `huiyin department list` names them");
        };
        let clock = self.days.clock();
        let how = "name a smaller --department to see its own";
        waiting::list(&wishes, |wish| line(wish, &clock), how)
    }
}

/// Returns who waits, or none where there is no such department.
async fn wishes(
    store: &dyn Store,
    department: Option<&Slug>,
) -> Result<Option<Vec<Wish>>, StoreError> {
    if let Some(slug) = department
        && store.place(slug.clone()).await?.is_none()
    {
        return Ok(None);
    }
    let wishes = store.wishes(department.cloned(), waiting::ASKED).await?;
    Ok(Some(wishes))
}

fn line(wish: &Wish, clock: &Clock) -> String {
    let received = clock.written(wish.received_at);
    let comment = match &wish.words {
        Words::Told(comment) => mask(comment.as_deref().unwrap_or_default()).replace('\n', " "),
        Words::Held => HELD.to_owned(),
    };
    let kind = wish.kind.map_or("", |kind| kind.name());
    let contact = wish.contact.as_ref().map_or("", |contact| contact.as_str());
    let (id, department, rating) = (wish.id, &wish.department, wish.rating.value());
    format!("{id}\t{department}\t{received}\t{rating}\t{kind}\t{contact}\t{comment}\n")
}
