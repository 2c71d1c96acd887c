//! `huiyin embed`: the tag to paste, and whether it will work on a page.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;
use ureq::ResponseExt;
use url::Url;

use super::{check_subject, print, printable};
use crate::config::{Public, Storage};
use crate::store::Store;
use crate::widget::embed_check::found::Found;
use crate::widget::embed_check::page::Page;
use crate::widget::embed_check::policy::FallbackLevel;
use crate::widget::embed_check::subject::{Known, Subject};
use crate::widget::embed_check::{self, Facts, Release, Report, Verdict};
use crate::widget::releases::{self, LOADER, VERSION};
use crate::widget::tag::Tag;

/// Where a collector listens that nobody has set anything for.
const THIS_MACHINE: &str = "http://127.0.0.1:8080";

/// How long a page may take, and how long it may be.
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST: u64 = 16 * 1024 * 1024;

/// What an exit code says of a page.
const MUST_BE_CHANGED: u8 = 1;
const NOT_READ: u8 = 2;

#[derive(Subcommand)]
pub(super) enum Embed {
    /// Print the tag to paste into a page
    Tag(Print),
    /// Say whether the tag will work on a page: exit code 0 if the panel will run, 1 if something
    /// must be changed, 2 if the page or the database cannot be read
    Check(Check),
}

/// The tag to paste
#[derive(Args)]
pub(super) struct Print {
    /// Who is rated; without, the page places the element itself
    #[arg(long, value_name = "SLUG")]
    department: Option<Slug>,
    /// What is rated
    #[arg(long, value_name = "SLUG", requires = "department")]
    service: Option<Slug>,
    /// Which tag this is, to count it apart
    #[arg(long, value_name = "TEXT")]
    placement: Option<Placement>,
    /// Stay with the release of this binary, and let the browser hold it against its sum
    #[arg(long)]
    pin: bool,
    #[command(flatten)]
    public: Public,
    #[command(flatten)]
    storage: Storage,
}

/// A page with the tag
#[derive(Args)]
pub(super) struct Check {
    /// The page's address, or a file: its HTML, or the whole answer as `curl -i` writes it
    #[arg(value_name = "URL-or-FILE")]
    page: String,
    #[command(flatten)]
    public: Public,
    #[command(flatten)]
    storage: Storage,
}

impl Embed {
    /// Prints the tag, or what is to be said of one.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Tag(tag) => tag.run().await.map(|()| ExitCode::SUCCESS),
            Self::Check(check) => check.run().await,
        }
    }
}

impl Print {
    async fn run(self) -> anyhow::Result<()> {
        if let (Some(department), false) = (&self.department, self.storage.is_new()) {
            let service = self.service.as_ref();
            self.storage
                .with_store(async |store| check_subject(store, department, service).await)
                .await?;
        }
        let origin = self.public.origin.0.unwrap_or_else(|| {
            eprintln!("This tag works on this machine alone; say with --origin where citizens reach the collector.");
            THIS_MACHINE.to_owned()
        });
        let tag = Tag {
            origin,
            department: self.department,
            service: self.service,
            placement: self.placement,
            pin: self.pin,
        };
        print(&tag.html())
    }
}

impl Check {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let report = match self.report().await {
            Ok(report) => report,
            // No word about the page: it may be as it should.
            Err(error) => {
                eprintln!("huiyin: {error:#}");
                return Ok(ExitCode::from(NOT_READ));
            }
        };
        print(&text(&report))?;
        Ok(if report.is_good() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(MUST_BE_CHANGED)
        })
    }

    async fn report(self) -> anyhow::Result<Report> {
        let wanted = self.page;
        let page = tokio::task::spawn_blocking(move || page(&wanted)).await??;
        let mut facts = Facts {
            origin: self.public.origin.0,
            ..Facts::default()
        };
        if let Some(tag) = Found::on(&page).first() {
            if page.address.is_some() {
                let loader = tag.address.to_string();
                let asked = tokio::task::spawn_blocking(move || look_for_loader(&loader));
                facts.unreachable = asked.await?.err();
            }
            if self.storage.is_new() {
                learn(&mut facts, None, tag).await?;
            } else {
                let learned = self
                    .storage
                    .with_store(async |store| learn(&mut facts, Some(store), tag).await);
                learned.await?;
            }
        }
        Ok(embed_check::report(&page, &facts))
    }
}

/// Looks for whom an element is about; what nobody can be called is not known.
async fn look_up(store: &dyn Store, subject: &Subject<'_>) -> anyhow::Result<Known> {
    let Ok(department) = subject.department.parse::<Slug>() else {
        return Ok(Known::default());
    };
    let service = match subject.service.map(str::parse) {
        None => true,
        Some(Ok(service)) => store.service(department.clone(), service).await?.is_some(),
        Some(Err(_)) => false,
    };
    let department = store.department(department).await?.is_some();
    Ok(Known {
        department,
        service,
    })
}

/// Learns what the collector knows of what a tag names.
async fn learn(
    facts: &mut Facts,
    store: Option<&dyn Store>,
    tag: &Found<'_>,
) -> anyhow::Result<()> {
    if let Some(store) = store {
        for subject in &tag.subjects {
            facts.known.push(look_up(store, subject).await?);
        }
    }
    facts.pinned = match (tag.pinned(), store) {
        (Some(VERSION), _) => Release::Known(releases::loader()),
        (Some(version), Some(store)) => {
            let files = store.release(version.to_owned()).await?.into_iter();
            let mut plain = files.filter(|file| file.path == LOADER && file.coding.is_empty());
            let loader = plain.next().map(|file| file.bytes);
            loader.map_or(Release::Unknown, Release::Known)
        }
        _ => Release::NotAsked,
    };
    Ok(())
}

/// Reads the page from where it stands, or from a file.
fn page(place: &str) -> anyhow::Result<Page> {
    if place.starts_with("http://") || place.starts_with("https://") {
        return fetch(place);
    }
    let content = std::fs::read(place).with_context(|| {
        format!("cannot read {place} (an address begins with http:// or https://)")
    })?;
    Ok(Page::of_file(&content))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("huiyin/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

/// Returns why no script comes from this address, if none does.
fn look_for_loader(address: &str) -> Result<(), String> {
    let answer = agent().get(address).call();
    let answer = answer.map_err(|error| error.to_string())?;
    let kind = answer.headers().get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.contains("javascript") {
        Ok(())
    } else {
        Err(format!("what comes is no script but {kind:?}"))
    }
}

fn fetch(address: &str) -> anyhow::Result<Page> {
    let asked = agent().get(address).call();
    let mut response = asked.with_context(|| format!("cannot read {address}"))?;
    // After redirects it may be another than was asked for.
    let found = Url::parse(&response.get_uri().to_string())?;
    let body = response
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_vec();
    let body = body.with_context(|| format!("cannot read {address} to its end"))?;
    // One byte that is no ASCII must not hide a whole policy.
    let headers: Vec<_> = (response.headers().iter())
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let headers = headers.iter().map(|(name, value)| (*name, value.as_ref()));
    Ok(Page::read(Some(found), headers, &body))
}

fn text(report: &Report) -> String {
    let mut lines: Vec<String> = report.findings.iter().map(line).collect();
    for lacks in &report.lacks {
        let lacks = printable(lacks);
        lines.push(format!("Put into the content security policy: {lacks}"));
    }
    lines.push(
        match (report.level, report.is_good()) {
            (FallbackLevel::Panel, true) => "The panel will run.",
            (FallbackLevel::Panel, false) => "The panel may run, but something must be changed.",
            (FallbackLevel::Frame, _) => {
                "The panel will not run; citizens get the form in a frame."
            }
            (FallbackLevel::Link, _) => "The panel will not run; citizens get a link to the form.",
            (FallbackLevel::Nothing, _) => "Citizens get nothing: no button will appear.",
        }
        .to_owned(),
    );
    lines.join("\n") + "\n"
}

fn line(finding: &embed_check::Finding) -> String {
    let verdict = match finding.verdict {
        Verdict::Fine => "ok",
        Verdict::Advice => "note",
        Verdict::Wrong => "wrong",
    };
    format!("{verdict:<6} {}", printable(&finding.text))
}
