//! `huiyin answer list`: who would like an answer, and where to.

use clap::Args;
use huiyin_shared::personal::mask;
use huiyin_shared::slug::Slug;
use jiff::civil::Date;

use super::{known, printable, waiting};
use crate::config::{Days, Storage};
use crate::store::{AnswerRequest, ModeratedComment, Store};
use crate::util::clock::Clock;

/// What stands in the place of words that are held.
const HELD: &str = "［held］";

/// Whom to list
#[derive(Args)]
pub(super) struct List {
    /// Only what this department got, and all below it
    #[arg(long, value_name = "SLUG")]
    department: Option<Slug>,
    /// Only what came on this day, as YYYY-MM-DD, or later
    #[arg(long, value_name = "DAY")]
    since: Option<Date>,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    days: Days,
}

impl List {
    /// Lists who waits, longest first: id, department, time, grade, kind, the contact as it was left,
    /// and the words without the personal data that can be found in them.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let clock = self.days.clock();
        let since = self.since.map_or(0, |day| clock.start_of(day));
        let requests = self
            .storage
            .with_existing(async |store| requests(store, self.department, since).await);
        let requests = requests.await?;
        let how = "--since the day of the last of them shows the next";
        waiting::list(&requests, |request| line(request, &clock), how)
    }
}

/// Returns who waits.
async fn requests(
    store: &dyn Store,
    department: Option<Slug>,
    since: i64,
) -> anyhow::Result<Vec<AnswerRequest>> {
    if let Some(slug) = &department {
        known(store.department(slug.clone()).await?, slug)?;
    }
    Ok(store
        .answer_requests(department, since, waiting::ASKED)
        .await?)
}

fn line(request: &AnswerRequest, clock: &Clock) -> String {
    let received = clock.written(request.received_at);
    let comment = match &request.comment {
        ModeratedComment::Visible(comment) => {
            printable(&mask(comment.as_deref().unwrap_or_default()))
        }
        ModeratedComment::Hidden => HELD.to_owned(),
    };
    let kind = request.kind.map_or("", |kind| kind.name());
    let contact = request
        .contact
        .as_ref()
        .map_or("", |contact| contact.as_str());
    let contact = printable(contact);
    let (id, department, rating) = (request.id, &request.department, request.rating.value());
    format!("{id}\t{department}\t{received}\t{rating}\t{kind}\t{contact}\t{comment}\n")
}
