//! Real texts, sent as citizens would send them, and the scores that must come of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, header};
use serde::Deserialize;

use crate::recount::Tally;
use crate::submission::Submission;

/// The departments that are rated; see `data/README.md`.
pub const DEPARTMENTS: &str = include_str!("../data/departments.csv");

const COMMENTS: &str = include_str!("../data/comments-zh.jsonl");

/// How many texts are under way at once.
const CONCURRENCY: usize = 16;

/// How often a text is sent before it is given up.
const TRIES: usize = 20;

#[derive(Deserialize)]
struct Department {
    slug: String,
    parent: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    sentiment: String,
}

/// What came of a replay.
#[derive(Debug)]
pub struct Report {
    /// How many texts were sent and acknowledged.
    pub sent: usize,
    /// The departments with ratings of their own or below, and how many.
    pub tallies: BTreeMap<String, Tally>,
    /// How many scores were compared.
    pub compared: usize,
    /// What does not agree, one sentence each.
    pub differences: Vec<String>,
}

/// Sends up to `limit` texts and compares every department's score with a recount.
///
/// Each text has the same id in every run, so that a second run changes nothing. Fails where the
/// collector does not know the departments, or does not answer.
pub async fn replay(
    client: &Client,
    collector: &str,
    limit: usize,
    told: impl Fn() + Clone + Send + 'static,
) -> anyhow::Result<Report> {
    let departments = departments()?;
    for department in &departments {
        knows(client, collector, &department.slug).await?;
    }
    let work = Arc::new(work(&departments, limit)?);
    send_all(client, collector, &work, told).await?;
    let tallies = tallies(&departments, &work);
    let mut differences = Vec::new();
    for department in &departments {
        let slug = department.slug.as_str();
        let url = format!("{collector}/api/v1/departments/{slug}/score");
        let score = client.get(url).send().await?.json().await?;
        let tally = tallies.get(slug).copied().unwrap_or_default();
        let found = tally.differences(&score).into_iter();
        differences.extend(found.map(|difference| format!("{slug}: {difference}")));
    }
    Ok(Report {
        sent: work.len(),
        compared: departments.len(),
        tallies,
        differences,
    })
}

/// Returns up to `limit` ratings with real texts, of departments that citizens rate unevenly.
pub fn ratings(limit: usize) -> anyhow::Result<Vec<Submission>> {
    work(&departments()?, limit)
}

/// Returns the texts alone.
pub(crate) fn texts() -> anyhow::Result<Vec<String>> {
    let lines = COMMENTS.lines();
    let texts = lines.map(|line| Ok(serde_json::from_str::<Text>(line)?.text));
    texts.collect()
}

fn departments() -> anyhow::Result<Vec<Department>> {
    let departments = csv::Reader::from_reader(DEPARTMENTS.as_bytes())
        .into_deserialize()
        .collect::<Result<_, _>>()?;
    Ok(departments)
}

async fn knows(client: &Client, collector: &str, slug: &str) -> anyhow::Result<()> {
    let url = format!("{collector}/api/v1/departments/{slug}");
    let answer = client.get(url).send().await;
    let answer = answer.with_context(|| format!("no collector answers at {collector}"))?;
    if !answer.status().is_success() {
        bail!(
            "the collector does not know {slug}; first run \
             `huiyin department import tests/data/departments.csv` on its database"
        );
    }
    Ok(())
}

/// Makes the ratings: the same for each run, unevenly spread, as citizens are.
fn work(departments: &[Department], limit: usize) -> anyhow::Result<Vec<Submission>> {
    let mut work = Vec::new();
    for (number, line) in COMMENTS.lines().take(limit).enumerate() {
        let text: Text = serde_json::from_str(line).context("a line of the texts")?;
        let number = u64::try_from(number)?;
        let chance = mixed(number);
        let choices = u64::try_from(departments.len())?.pow(2);
        let place = usize::try_from((chance % choices).isqrt())?;
        let department = &departments[departments.len() - 1 - place];
        let grade = match (text.sentiment.as_str(), (chance >> 40) % 2) {
            ("positive", 0) => 5,
            ("positive", _) => 4,
            (_, 0) => 1,
            _ => 2,
        };
        let id = u128::from(mixed(chance)) << 64 | u128::from(chance);
        let submission = Submission::numbered(id, &department.slug, grade);
        work.push(submission.comment(&text.text).with("placement", "replay"));
    }
    Ok(work)
}

/// Spreads a number over all numbers (the last steps of `SplitMix64`).
pub(crate) const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

async fn send_all(
    client: &Client,
    collector: &str,
    work: &Arc<Vec<Submission>>,
    told: impl Fn() + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let url = format!("{collector}/api/v1/feedback");
    let next = Arc::new(AtomicUsize::new(0));
    let failure = Arc::new(Mutex::new(None));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (client, url, work) = (client.clone(), url.clone(), Arc::clone(work));
        let (next, failure, told) = (Arc::clone(&next), Arc::clone(&failure), told.clone());
        senders.spawn(async move {
            while let Some(one) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(error) = send(&client, &url, one).await {
                    next.store(work.len(), Ordering::Relaxed);
                    *failure.lock().expect("nobody panics with it") = Some(error);
                    return;
                }
                told();
            }
        });
    }
    senders.join_all().await;
    let failure = failure.lock().expect("nobody panics with it").take();
    failure.map_or(Ok(()), Err)
}

/// Sends until it is acknowledged; waits as long as a busy collector asks for.
async fn send(client: &Client, url: &str, submission: &Submission) -> anyhow::Result<()> {
    for _ in 0..TRIES {
        let request = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json");
        let answer = request.body(submission.body()).send().await?;
        match answer.status().as_u16() {
            200 | 201 => return Ok(()),
            503 => {
                let wait = answer.headers().get(header::RETRY_AFTER);
                let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
                tokio::time::sleep(Duration::from_secs(wait.unwrap_or(1))).await;
            }
            status => bail!(
                "{status} for {}: {}",
                submission.body(),
                answer.text().await?
            ),
        }
    }
    bail!("still busy after {TRIES} tries")
}

/// Counts each rating for its department and all above it.
fn tallies(departments: &[Department], work: &[Submission]) -> BTreeMap<String, Tally> {
    let parents: BTreeMap<&str, &str> = departments
        .iter()
        .map(|department| (department.slug.as_str(), department.parent.as_str()))
        .collect();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for submission in work {
        let mut at = submission.text("department");
        while !at.is_empty() {
            let grade = u8::try_from(submission.rating()).unwrap_or_default();
            tallies.entry(at.to_owned()).or_default().add(grade);
            at = parents.get(at).copied().unwrap_or_default();
        }
    }
    tallies
}
