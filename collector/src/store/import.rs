//! Adding, updating and merging departments and services, all of it or nothing.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use huiyin_shared::slug::Slug;
use tokio::time::{Instant, sleep};

use super::listing::search_text;
use super::sql::{FromRow, Row, Tx, sql, values};
use super::{Store, StoreError};
use crate::model::{Department, Service};

/// A row of a file, with the line it stands on, for whoever has to mend it.
#[derive(Clone, Debug)]
pub struct ImportRow<T> {
    /// The line in the file, from 1.
    pub line: u64,
    /// What the row says.
    pub value: T,
}

/// Why a file was refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Rejected {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// Why two departments were not merged; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    /// No department has this slug.
    #[error("no department is called {0}")]
    Unknown(Slug),
    /// It has gone into another department before.
    #[error("{0} has become part of another department already")]
    AlreadyMerged(Slug),
    /// The two are one, or the one stands above the other.
    #[error("{into} is {from} itself or stands below it")]
    Below {
        /// The department that was to go.
        from: Slug,
        /// The department it was to go into.
        into: Slug,
    },
}

/// The departments before a change, by slug.
#[derive(Debug)]
struct Existing(HashMap<String, ExistingDepartment>);

#[derive(Debug)]
struct ExistingDepartment {
    parent: Option<String>,
    is_merged: bool,
}

const EXISTING: &str = "
    SELECT d.slug, p.slug, d.merged_into_id IS NOT NULL
    FROM department d LEFT JOIN department p ON p.id = d.parent_id";

impl FromRow for (String, ExistingDepartment) {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let (parent, is_merged) = (row.at(1)?, row.at(2)?);
        Ok((row.at(0)?, ExistingDepartment { parent, is_merged }))
    }
}

const ADD_DEPARTMENTS: &str = "
    INSERT INTO department (slug, name_zh, name_en, search_text) {rows}
    ON CONFLICT (slug) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,
        search_text = excluded.search_text";

const SET_PARENTS: &str = "
    UPDATE department AS d SET parent_id = p.id
    FROM ({rows}) r LEFT JOIN department p ON p.slug = r.column2
    WHERE d.slug = r.column1 AND d.parent_id IS DISTINCT FROM p.id";

const ADD_SERVICES: &str = "
    INSERT INTO service (department_id, slug, name_zh, name_en)
    SELECT d.id, r.column2, r.column3, r.column4
    FROM ({rows}) r JOIN department d ON d.slug = r.column1 WHERE true
    ON CONFLICT (department_id, slug) DO UPDATE SET name_zh = excluded.name_zh,
        name_en = excluded.name_en";

/// What stood below, or had become part of it before, does so of the other from now on.
const MERGE: &str = "
    UPDATE department AS d
    SET parent_id = t.id,
        merged_into_id = CASE WHEN d.id = f.id OR d.merged_into_id = f.id THEN t.id END
    FROM department f, department t
    WHERE f.slug = $1 AND t.slug = $2 AND (d.id = f.id OR d.parent_id = f.id)";

/// Whoever has neither ratings nor widget events yet has none that must follow.
const MOVE_EMPTY: &str = "
    UPDATE department AS d SET counted_under_id = parent_id
    WHERE counted_under_id IS DISTINCT FROM parent_id
      AND d.id NOT IN (SELECT DISTINCT department_id FROM rollup_month)
      AND NOT EXISTS (SELECT 1 FROM moment_day m WHERE m.department_id = d.id)";

impl dyn Store + '_ {
    /// Adds or updates departments, all or none; an unknown parent or a loop refuses them.
    ///
    /// Where one moves, the ratings given so far follow with `settle`.
    pub async fn import_departments(
        &self,
        rows: Vec<ImportRow<Department>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        self.drain_pending().await?;
        let import = async move |tx: &mut Tx<'_>| {
            if let Err(rejected) = existing(tx).await?.check_departments(&rows) {
                return Ok(Err(rejected));
            }
            let departments = rows.iter().map(|ImportRow { value, .. }| {
                let Department { slug, names, .. } = value;
                values![slug, names.zh, names.en, search_text(value)]
            });
            tx.execute_rows(ADD_DEPARTMENTS, departments).await?;
            let parents = rows
                .iter()
                .map(|row| values![row.value.slug, row.value.parent]);
            tx.execute_rows(SET_PARENTS, parents).await?;
            move_empty(tx).await?;
            Ok(Ok(rows.len()))
        };
        self.database().for_maintenance().write(import).await
    }

    /// Adds or updates services, all or none; an unknown department refuses them.
    pub async fn import_services(
        &self,
        rows: Vec<ImportRow<Service>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        let import = async move |tx: &mut Tx<'_>| {
            if let Err(rejected) = existing(tx).await?.check_services(&rows) {
                return Ok(Err(rejected));
            }
            let services = rows.iter().map(|row| {
                let Service { slug, names, .. } = &row.value;
                values![row.value.department, slug, names.zh, names.en]
            });
            tx.execute_rows(ADD_SERVICES, services).await?;
            tx.tree_changed().await?;
            Ok(Ok(rows.len()))
        };
        self.database().for_maintenance().write(import).await
    }

    /// Makes one department part of another, which answers to both names from then on.
    pub async fn merge(&self, from: Slug, into: Slug) -> Result<Result<(), NotMerged>, StoreError> {
        self.drain_pending().await?;
        let merge = async move |tx: &mut Tx<'_>| {
            if let Err(refused) = existing(tx).await?.check_merger(&from, &into) {
                return Ok(Err(refused));
            }
            tx.execute(sql!(MERGE, from, into)).await?;
            move_empty(tx).await?;
            Ok(Ok(()))
        };
        self.database().for_maintenance().write(merge).await
    }

    /// Adds most pending deltas to the roll-ups before the tree lock is taken: whoever holds it adds
    /// the rest, and all ratings wait for that.
    ///
    /// Where too much is added at once for the time that a statement has, less of it succeeds.
    pub(super) async fn drain_pending(&self) -> Result<(), StoreError> {
        let step = || async {
            if self.uncounted().await? < 1_000 {
                return Ok(true);
            }
            if !self.roll_up().await? {
                // Another collector is at it.
                sleep(Duration::from_millis(100)).await;
            }
            Ok(false)
        };
        let retry = |step| Retryable::retry(step, retries()).sleep(sleep);
        // Beyond that time whoever holds the lock adds what is left.
        let begun = Instant::now();
        while begun.elapsed() < DRAINING {
            let is_drained = retry(step)
                .when(|error| matches!(error, StoreError::Unavailable(_)))
                .notify(|error, _| tracing::warn!(%error, "pending deltas not added; will retry"));
            if is_drained.await? {
                break;
            }
        }
        Ok(())
    }
}

/// How long pending deltas are added before a change of the tree, while others bring new ones.
const DRAINING: Duration = Duration::from_mins(1);

/// How often, and how long after each failure, a step of a change of the tree is tried again.
fn retries() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(8)
        .with_jitter()
}

async fn existing(tx: &mut Tx<'_>) -> Result<Existing, StoreError> {
    Ok(Existing(
        tx.query(sql!(EXISTING)).await?.into_iter().collect(),
    ))
}

async fn move_empty(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    // The roll-ups tell only then.
    tx.count_pending().await?;
    tx.execute(sql!(MOVE_EMPTY)).await?;
    tx.tree_changed().await
}

impl Existing {
    /// Returns why a file of departments is refused, if it is. Rows may stand in any order.
    fn check_departments(&mut self, rows: &[ImportRow<Department>]) -> Result<(), Rejected> {
        let mut seen = HashSet::new();
        for ImportRow { line, value } in rows {
            let slug = value.slug.as_str();
            if !seen.insert(slug) {
                return rejected(*line, format!("the slug {slug} stands twice"));
            }
            if self.0.get(slug).is_some_and(|one| one.is_merged) {
                let reason = format!("{slug} has become part of another department");
                return rejected(*line, reason);
            }
            let parent = value.parent.as_ref().map(Slug::to_string);
            let is_merged = false;
            let department = ExistingDepartment { parent, is_merged };
            self.0.insert(slug.to_owned(), department);
        }
        for ImportRow { line, value } in rows {
            let Some(parent) = &value.parent else {
                continue;
            };
            match self.0.get(parent.as_str()) {
                None => return rejected(*line, format!("no department is called {parent}")),
                Some(one) if one.is_merged => {
                    let reason = format!("{parent} has become part of another department");
                    return rejected(*line, reason);
                }
                Some(_) => {}
            }
            let slug = value.slug.as_str();
            if self
                .above(slug)
                .take(self.0.len() + 1)
                .any(|above| above == slug)
            {
                let reason = format!("{slug} stands below itself: its parents form a loop");
                return rejected(*line, reason);
            }
        }
        Ok(())
    }

    /// Returns why a file of services is refused, if it is.
    fn check_services(&self, rows: &[ImportRow<Service>]) -> Result<(), Rejected> {
        let mut seen = HashSet::new();
        for ImportRow { line, value } in rows {
            let (department, slug) = (&value.department, &value.slug);
            if !self.0.contains_key(department.as_str()) {
                return rejected(*line, format!("no department is called {department}"));
            }
            if !seen.insert((department, slug)) {
                return rejected(*line, format!("the service {slug} stands twice"));
            }
        }
        Ok(())
    }

    /// Returns why two departments are not merged, if they are not.
    fn check_merger(&self, from: &Slug, into: &Slug) -> Result<(), NotMerged> {
        for slug in [from, into] {
            match self.0.get(slug.as_str()) {
                None => return Err(NotMerged::Unknown(slug.clone())),
                Some(one) if one.is_merged => {
                    return Err(NotMerged::AlreadyMerged(slug.clone()));
                }
                Some(_) => {}
            }
        }
        let mut line = std::iter::once(into.as_str()).chain(self.above(into.as_str()));
        if line.any(|above| above == from.as_str()) {
            let (from, into) = (from.clone(), into.clone());
            return Err(NotMerged::Below { from, into });
        }
        Ok(())
    }

    /// Returns all departments above one, from below; without end where they form a loop.
    fn above<'a>(&'a self, slug: &str) -> impl Iterator<Item = &'a str> {
        let parent = |slug: &str| self.0.get(slug)?.parent.as_deref();
        std::iter::successors(parent(slug), move |slug| parent(slug))
    }
}

fn rejected(line: u64, reason: String) -> Result<(), Rejected> {
    Err(Rejected { line, reason })
}
