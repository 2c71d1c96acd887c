//! What is right and wrong with the tag on a page, in sentences.

mod findings;
pub mod found;
pub mod page;
pub mod policy;
mod settings;
mod source;
pub mod subject;
#[cfg(test)]
mod tests;

use url::Url;

use self::findings::Findings;
use self::found::{Found, address};
use self::page::{Element, Page};
use self::policy::{FallbackLevel, Needs, allowed};
use self::subject::{Known, Subject};
use super::integrity::fits;
use super::releases::LOADER;

pub use self::findings::{Finding, Verdict};

/// What the collector knows of what the tag names.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Where the collector is, if that was said.
    pub origin: Option<String>,
    /// What is known of [`Found::subjects`], in their order; empty if there is no database.
    pub known: Vec<Known>,
    /// What is known of the release that is pinned.
    pub pinned: Release,
    /// Why the loader could not be fetched, where somebody tried.
    pub unreachable: Option<String>,
}

/// What is known of a release.
#[derive(Clone, Debug, Default)]
pub enum Release {
    /// There is no database to look into.
    #[default]
    NotAsked,
    /// It was never served here.
    Unknown,
    /// Its loader.
    Known(Vec<u8>),
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// One by one.
    pub findings: Vec<Finding>,
    /// What a citizen gets.
    pub level: FallbackLevel,
    /// For each policy that allows too little, what to put into it.
    pub lacks: Vec<String>,
}

impl Report {
    /// Returns whether the panel will run and nothing must be changed.
    pub fn is_good(&self) -> bool {
        let wrong = |one: &Finding| one.verdict == Verdict::Wrong;
        self.level == FallbackLevel::Panel && !self.findings.iter().any(wrong)
    }
}

/// Returns what is to be said of a page.
pub fn report(page: &Page, facts: &Facts) -> Report {
    let tags = Found::on(page);
    let mut findings = Findings::default();
    let Some(tag) = tags.first() else {
        findings.wrong("there is no tag; `huiyin embed tag` prints one");
        let named = |script: &&Element| script.get("data-department").is_some();
        if let Some(script) = page.scripts.iter().find(named) {
            let source = script.get("src").unwrap_or_default();
            findings.wrong(&format!("{source:?} names a department and is no {LOADER}"));
        }
        return Report {
            findings: findings.0,
            level: FallbackLevel::Nothing,
            lacks: Vec::new(),
        };
    };
    match tags.len() {
        1 => findings.fine("the tag is there, once"),
        more => findings.advice(&format!(
            "the tag is there {more} times; the first is looked at, and each that names a \
             department draws a button at the same place"
        )),
    }
    subjects(&mut findings, page, tag, facts);
    settings::judge(&mut findings, tag.element, &page.placed);
    let is_run = script(&mut findings, tag);
    let is_there = origin(&mut findings, page, tag, facts);
    let is_taken = release(&mut findings, page, tag, facts);
    without_scripts(&mut findings, page, tag);
    let needs = tag.needs(page);
    let mut level = allowed(&page.policies, &needs).level();
    if !(is_run && is_there && is_taken) {
        level = FallbackLevel::Nothing;
    }
    let lacks = policies(&mut findings, page, &needs);
    Report {
        findings: findings.0,
        level,
        lacks,
    }
}

/// Says of everybody that tag and elements name whether they are known.
fn subjects(findings: &mut Findings, page: &Page, tag: &Found<'_>, facts: &Facts) {
    if tag.subjects.is_empty() && page.placed.is_empty() {
        findings.wrong(
            "the tag names no department and draws nothing: add data-department=\"…\", unless a \
             script of the page adds elements, which are not seen here",
        );
    } else if page.placed.iter().any(|one| Subject::of(one).is_none()) {
        findings.advice("a huiyin-feedback names no department, and stays empty until it does");
    }
    for (place, subject) in tag.subjects.iter().enumerate() {
        subject.judge(findings, facts.known.get(place).copied());
    }
}

/// Says how the script is included; returns whether a browser runs it as the loader must be run.
fn script(findings: &mut Findings, tag: &Found<'_>) -> bool {
    let kind = tag.kind();
    if kind == "module" {
        let source = tag.get("src").unwrap_or_default();
        let finds_itself = source.ends_with(&format!("/{LOADER}"));
        if !finds_itself {
            findings.wrong(&format!(
                "as a module the loader knows its tag by a src that ends in /{LOADER}"
            ));
        }
        return finds_itself;
    }
    if !matches!(kind.as_str(), "text/javascript" | "application/javascript") {
        findings.wrong(&format!(
            "type={kind:?} keeps the loader from running: leave it out"
        ));
        return false;
    }
    if tag.element.get("async").is_none() && tag.element.get("defer").is_none() {
        findings.advice("without async the page waits for the collector: add it");
    }
    true
}

/// Says where the tag looks for the collector; returns whether a browser asks there.
fn origin(findings: &mut Findings, page: &Page, tag: &Found<'_>, facts: &Facts) -> bool {
    let origin = tag.address.origin().ascii_serialization();
    if address(page).origin() == tag.address.origin() && page.address.is_none() {
        findings.wrong("the tag's src names no collector: it has to begin with https://");
        return false;
    }
    let local = ["127.0.0.1", "localhost", "[::1]"];
    let is_local = (tag.address.host_str()).is_some_and(|host| local.contains(&host));
    match tag.address.scheme() {
        "https" => findings.fine(&format!("the collector is asked over TLS: {origin}")),
        _ if is_local => findings.advice(&format!("{origin} is reached from this machine alone")),
        _ => findings.wrong(&format!(
            "{origin} is asked without TLS: it has to be https"
        )),
    }
    match &facts.origin {
        Some(known) if *known != origin => {
            findings.wrong(&format!(
                "the tag names {origin}, and the collector is {known}"
            ));
        }
        Some(_) => findings.fine("that is where the collector is"),
        None => {}
    }
    if let Some(why) = &facts.unreachable {
        let address = &tag.address;
        findings.wrong(&format!("{address} cannot be fetched from here: {why}"));
    }
    // A page that came over TLS runs no script that does not (Mixed Content, W3C).
    let is_mixed = tag.address.scheme() == "http" && !is_local;
    let over_tls = |page: &Url| page.scheme() == "https";
    !(is_mixed && page.address.as_ref().is_some_and(over_tls))
}

/// Says which loader is asked for; returns whether a browser runs what comes.
fn release(findings: &mut Findings, page: &Page, tag: &Found<'_>, facts: &Facts) -> bool {
    let sum = tag.get("integrity");
    let Some(version) = tag.pinned() else {
        let stands = tag.address.path() == format!("/{LOADER}");
        match (stands, sum) {
            (false, _) => findings.wrong(&format!("no loader stands at {}", tag.address.path())),
            (true, None) => {
                findings.fine("the newest loader is taken, a few minutes after an upgrade");
            }
            (true, Some(_)) => findings.wrong(
                "the newest loader has another integrity after every upgrade: leave it out, or pin \
                 a release with `huiyin embed tag --pin`",
            ),
        }
        return stands;
    };
    let loader = match &facts.pinned {
        Release::NotAsked => {
            findings.advice(&format!(
                "whether the release {version} is known cannot be said without the database"
            ));
            None
        }
        Release::Unknown => {
            findings.wrong(&format!("no release {version} is known; pin one anew"));
            return false;
        }
        Release::Known(loader) => {
            findings.fine(&format!("the release {version} is known and stays"));
            Some(loader)
        }
    };
    match sum {
        None => findings.advice("a pinned tag should carry the integrity of its loader"),
        Some(sum) if loader.is_some_and(|loader| !fits(sum, loader)) => {
            findings.wrong("the integrity is not the loader's: no browser will run it");
            return false;
        }
        Some(_) if !tag.may_be_read_by(page) => {
            findings.wrong(
                "integrity needs crossorigin=\"anonymous\" beside it: no browser will run it",
            );
            return false;
        }
        Some(_) if loader.is_some() => findings.fine("the integrity is the loader's"),
        Some(_) => {}
    }
    true
}

fn without_scripts(findings: &mut Findings, page: &Page, tag: &Found<'_>) {
    let base = page.base(&address(page));
    let leads = |link: &String| {
        let link = base.join(link).ok();
        link.is_some_and(|link| link.origin() == tag.address.origin())
    };
    if page.without_scripts.iter().any(leads) {
        findings.fine("who has no scripts finds a link in <noscript>");
    } else {
        findings
            .advice("who has no scripts finds nothing: add the <noscript> of `huiyin embed tag`");
    }
}

/// Says what the policies allow; returns what they lack.
fn policies(findings: &mut Findings, page: &Page, needs: &Needs) -> Vec<String> {
    if page.policies.is_empty() {
        findings.fine("no content security policy limits the page");
    }
    if page
        .policies
        .iter()
        .any(|policy| policy.wants_trusted_types())
    {
        findings.fine("trusted types are asked for, and the tag makes no markup from text");
    }
    let allowed = allowed(&page.policies, needs);
    let origin = needs.loader.origin().ascii_serialization();
    let mut held = |allows: bool, what: &str| {
        if !allows {
            findings.wrong(&format!("the policy {what}"));
        }
    };
    held(allowed.loader, "keeps the loader from running");
    held(
        allowed.glue,
        &format!("allows no further script of {origin}"),
    );
    held(allowed.code, "allows no WebAssembly ('wasm-unsafe-eval')");
    held(
        allowed.connection,
        &format!("allows no connection to {origin}"),
    );
    if !allowed.frame {
        findings.advice(&format!(
            "the policy allows no frame of {origin}, where the form stands if the panel cannot run"
        ));
    }
    if !page.policies.is_empty() && allowed.level() == FallbackLevel::Panel {
        findings.fine("the content security policy lets the panel run");
    }
    if page.policies.iter().any(|policy| policy.wants_nonce(needs)) {
        findings.wrong("with 'strict-dynamic' the tag needs the page's nonce: nonce=\"…\"");
    }
    let lacks = page.policies.iter().map(|policy| policy.lacks(needs));
    (lacks.filter(|lacks| !lacks.is_empty()))
        .map(|lacks| lacks.join("; "))
        .collect()
}
