//! `huiyin score`: the figures in a terminal, for an operator; no public minimum applies.

use anyhow::Context;
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use huiyin_shared::change::Change;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use serde_json::json;

use super::{known, print};
use crate::config::{Days, Storage};
use crate::model::period::Period;
use crate::model::score_table::{self, Row};
use crate::model::{
    Breakdown, Comparison, Department, Dimension, Figures, Located, Order, Selection, Standing,
    WidgetEventCounts, compare,
};
use crate::store::Store;

/// Show scores: of one department, or of all
#[derive(Args)]
pub(super) struct Score {
    /// The department [default: all of them]
    slug: Option<Slug>,
    /// The first day, as YYYY-MM-DD [default: a year before the last]
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// By what to break it down
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        requires = "slug",
        conflicts_with = "format"
    )]
    by: Option<Dimension>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    days: Days,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

impl Score {
    /// Prints the scores.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let today = self.days.clock().today();
        let period = Period::parse(self.from.as_deref(), self.to.as_deref(), today)?;
        let storage = self.storage.clone();
        let text = storage.with_existing(async |store| self.text(store, period).await);
        print(&text.await?)
    }

    async fn text(self, store: &dyn Store, period: Period) -> anyhow::Result<String> {
        let (standings, moments) = match self.slug {
            None => (all(store, period).await?, None),
            Some(slug) => {
                if let Some(by) = self.by {
                    let breakdown = store.view(async move |view| {
                        let located = known(view.department(&slug).await?, &slug)?;
                        anyhow::Ok(view.breakdown(located.id, by, period).await?)
                    });
                    return Ok(broken_down(breakdown.await?, by, period));
                }
                let (located, figures) = one(store, slug, period).await?;
                let standing = Standing {
                    subject: located.department,
                    has_children: located.children > 0,
                    now: figures.now,
                    before: figures.before,
                };
                (vec![standing], Some(figures.moments))
            }
        };
        Ok(match self.format {
            Format::Table => {
                let mut text = table(&standings, period);
                text.extend(moments.map(seen));
                text
            }
            Format::Json => serde_json::to_string_pretty(&body(&standings, period))? + "\n",
            Format::Csv => {
                let row =
                    |row: &Standing<Department>| Row::of(&row.subject, None, row.now, 1, period);
                let rows: Vec<Row> = standings.iter().map(row).collect();
                String::from_utf8(score_table::csv(&rows))?
            }
        })
    }
}

/// Says how often the widget was seen and used; nothing where nobody saw it.
fn seen(moments: WidgetEventCounts) -> String {
    let Some(rate) = moments.response_rate() else {
        return String::new();
    };
    let WidgetEventCounts {
        seen,
        opened,
        started,
        sent,
    } = moments;
    let rate = rate * 100.0;
    format!(
        "seen {seen}, opened {opened}, started {started}, sent {sent}, response rate {rate:.1}%\n"
    )
}

fn broken_down(breakdown: Breakdown, by: Dimension, period: Period) -> String {
    let others = ("(all others)".to_owned(), breakdown.others);
    let others = Some(others).filter(|(_, counts)| counts.n() > 0);
    let header = [by.name(), "n", "index", "95% interval", "poor"];
    let rows = breakdown.values.into_iter().chain(others);
    let rows = rows.map(|(value, counts)| {
        let [index, interval, poor] = figures(&Published::of(counts, 1));
        [value, counts.n().to_string(), index, interval, poor]
    });
    written(period, header, 1..5, rows)
}

/// Returns the index, its interval, and the share of poor ratings.
fn figures(published: &Published) -> [String; 3] {
    let Some(score) = published.score() else {
        return ["–".to_owned(), "–".to_owned(), "–".to_owned()];
    };
    let [low, high] = score.index.interval;
    [
        format!("{:.1}", score.index.value),
        format!("{low:.1} – {high:.1}"),
        format!("{:.1}%", score.poor.value * 100.0),
    ]
}

/// Writes a table below its period, with these columns to the right.
fn written<const N: usize>(
    period: Period,
    header: [&str; N],
    right: std::ops::Range<usize>,
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header).add_rows(rows);
    for column in right {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{} to {}\n{table}\n", period.from(), period.to())
}

async fn one(store: &dyn Store, slug: Slug, period: Period) -> anyhow::Result<(Located, Figures)> {
    let read = store.view(async move |view| {
        let located = known(view.department(&slug).await?, &slug)?;
        let figures = view
            .figures_with(located.id, Dimension::Driver, &[], period)
            .await?;
        Ok((located, figures))
    });
    read.await
}

async fn all(store: &dyn Store, period: Period) -> anyhow::Result<Vec<Standing<Department>>> {
    let everything = Selection {
        search: Some(String::new()),
        order: Order::Name,
        limit: usize::try_from(i64::MAX).context("a limit")?,
        ..Selection::default()
    };
    let read = store.view(async move |view| view.standings(&everything, period, 1).await);
    Ok(read.await?.rows)
}

fn table(standings: &[Standing<Department>], period: Period) -> String {
    let header = [
        "department",
        "name",
        "n",
        "index",
        "95% interval",
        "poor",
        "change",
    ];
    let compared = compare(standings, 1);
    let rows = standings
        .iter()
        .zip(compared)
        .map(|(standing, comparison)| {
            let [index, interval, poor] = figures(&Published::of(standing.now, 1));
            let change = match comparison {
                Comparison::Change(change) if change.significant => {
                    format!("{:+.1}", change.difference.value)
                }
                Comparison::Change(_) => "no significant change".to_owned(),
                Comparison::Incomplete => "earlier period not complete".to_owned(),
                Comparison::TooFew => "–".to_owned(),
            };
            let name = standing.subject.names.zh.to_string();
            let n = standing.now.n().to_string();
            let slug = standing.subject.slug.to_string();
            [slug, name, n, index, interval, poor, change]
        });
    written(period, header, 2..6, rows)
}

fn body(standings: &[Standing<Department>], period: Period) -> serde_json::Value {
    let departments: Vec<_> = standings
        .iter()
        .zip(compare(standings, 1))
        .map(|(standing, comparison)| {
            json!({
                "department": standing.subject.slug,
                "name_zh": standing.subject.names.zh,
                "name_en": standing.subject.names.en,
                "score": Published::of(standing.now, 1),
                "change": comparison.change().map(Change::rounded),
            })
        })
        .collect();
    json!({
        "from": period.from().to_string(),
        "to": period.to().to_string(),
        "departments": departments,
    })
}
