//! `huiyin pause` and `huiyin resume`.

use std::fmt::Write;

use anyhow::bail;
use clap::Args;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Name, Placement};

use super::{known, print};
use crate::config::Storage;
use crate::model::{Notice, Pause as Paused};

/// Stop asking for ratings for a while
#[derive(Args)]
pub(super) struct Pause {
    /// The department, with all below it
    #[arg(required_unless_present = "list")]
    department: Option<Slug>,
    /// Only where it is asked under this placement
    #[arg(long, value_name = "TEXT")]
    placement: Option<Placement>,
    /// What is shown instead, in Chinese: one line of at most 200 characters [default: nothing]
    #[arg(long, value_name = "TEXT", value_parser = notice)]
    notice_zh: Option<Name>,
    /// The same in English
    #[arg(long, value_name = "TEXT", value_parser = notice)]
    notice_en: Option<Name>,
    /// List what is paused, and change nothing
    #[arg(long, conflicts_with_all = ["department", "placement", "notice_zh", "notice_en"])]
    list: bool,
    #[command(flatten)]
    storage: Storage,
}

/// Ask for ratings again
#[derive(Args)]
pub(super) struct Resume {
    /// The department
    department: Slug,
    /// The placement, if that alone was paused
    #[arg(long, value_name = "TEXT")]
    placement: Option<Placement>,
    #[command(flatten)]
    storage: Storage,
}

impl Pause {
    /// Begins a pause, or lists them.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Some(department) = self.department else {
            let pauses = self
                .storage
                .with_existing(async |store| Ok(store.pauses().await?));
            return print(&list(&pauses.await?)?);
        };
        let what = name(&department, self.placement.as_ref());
        let pause = Paused {
            department: department.clone(),
            placement: self.placement,
            notice: Notice {
                zh: self.notice_zh,
                en: self.notice_en,
            },
        };
        let begun = self
            .storage
            .with_existing(async |store| Ok(store.pause(pause).await?));
        known(begun.await?.then_some(()), &department)?;
        print(&format!(
            "Paused: {what} no longer asks for ratings. Ratings that are already open are still accepted.\n"
        ))
    }
}

impl Resume {
    /// Ends a pause.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let what = name(&self.department, self.placement.as_ref());
        let ended = self
            .storage
            .with_existing(async |store| Ok(store.resume(self.department, self.placement).await?));
        if !ended.await? {
            bail!(
                "{what} is not paused; `huiyin pause --list` says what is, and --placement names one tag alone"
            );
        }
        print(&format!("Resumed: {what} asks for ratings again.\n"))
    }
}

fn name(department: &Slug, placement: Option<&Placement>) -> String {
    placement.map_or_else(
        || department.to_string(),
        |placement| format!("{department} at {placement}"),
    )
}

/// Writes one pause a line: department, placement, and both notices.
fn list(pauses: &[Paused]) -> anyhow::Result<String> {
    let mut text = String::new();
    for pause in pauses {
        let placement = pause.placement.as_ref().map_or("", |text| text.as_str());
        let notice = [&pause.notice.zh, &pause.notice.en];
        let [zh, en] = notice.map(|text| text.as_ref().map_or("", Name::as_str));
        writeln!(text, "{}\t{placement}\t{zh}\t{en}", pause.department)?;
    }
    Ok(text)
}

fn notice(text: &str) -> Result<Name, String> {
    Name::parse(text).map_err(|_| "a notice is one line of 1 to 200 characters".to_owned())
}
