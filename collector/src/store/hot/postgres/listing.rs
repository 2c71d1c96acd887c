//! Lists of departments and services with their ratings, in the order a reader asks for.

use std::collections::HashMap;

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;

use super::connection::Client;
use super::department::{self, COLUMNS, TABLES, read, read_service};
use super::score::of_keys;
use crate::model::period::Period;
use crate::model::{Department, Order, Page, Selection, Service, Standing};
use crate::store::StoreError;
use crate::store::listing::{self, Wanted};
use crate::store::ranking;
use crate::store::segment::Segment;

/// Returns a page of departments.
pub(super) async fn departments(
    client: &Client,
    selection: &Selection,
    period: Period,
    minimum: u64,
) -> Result<Page<Standing<Department>>, StoreError> {
    let total = selected(client, selection, Wanted::Number).await?;
    let figure = |all: &HashMap<i64, Counts>, id| all.get(&id).copied().unwrap_or_default();
    // By name only the page's figures are needed; any other order needs everyone's first.
    let ids: Vec<i64> = if selection.order == Order::Name {
        selected(client, selection, Wanted::Page).await?
    } else {
        let ids = selected(client, selection, Wanted::All).await?;
        let now = of_all(client, &ids, period).await?;
        let before = if selection.order.compares() {
            of_all(client, &ids, period.before()).await?
        } else {
            HashMap::new()
        };
        let (now, before) = (|id| figure(&now, id), |id| figure(&before, id));
        ranking::page(&ids, now, before, selection, minimum)
    };
    let mut subjects = subjects(client, &ids).await?;
    let now = of_all(client, &ids, period).await?;
    let before = of_all(client, &ids, period.before()).await?;
    let rows = ids.into_iter().filter_map(|id| {
        let (subject, has_children) = subjects.remove(&id)?;
        Some(Standing {
            subject,
            has_children,
            now: figure(&now, id),
            before: figure(&before, id),
        })
    });
    Ok(Page {
        rows: rows.collect(),
        total: usize::try_from(total[0]).unwrap_or_default(),
    })
}

/// Returns departments, and whether any stands below each.
async fn subjects(
    client: &Client,
    ids: &[i64],
) -> Result<HashMap<i64, (Department, bool)>, StoreError> {
    let statement = client
        .prepare_cached(&format!(
            "SELECT {COLUMNS},
                    EXISTS (SELECT 1 FROM department c
                            WHERE c.parent_id = d.id AND c.merged_into_id IS NULL), d.id
             FROM {TABLES} WHERE d.id = ANY ($1)"
        ))
        .await?;
    let rows = client.query(&statement, &[&ids]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(5)?, (read(row)?, row.try_get(4)?))))
        .collect()
}

/// Returns the ratings of departments.
async fn of_all(
    client: &Client,
    ids: &[i64],
    period: Period,
) -> Result<HashMap<i64, Counts>, StoreError> {
    let keys = ids.iter().map(|id| (*id, Segment::Whole));
    let all = of_keys(client, keys, period).await?.into_iter();
    Ok(all.map(|((id, _), counts)| (id, counts)).collect())
}

/// Returns the services of a department, most rated first.
pub(super) async fn services(
    client: &Client,
    department: &Slug,
    period: Period,
) -> Result<Vec<Standing<Service>>, StoreError> {
    let Some(id) = department::id(client, department).await? else {
        return Ok(Vec::new());
    };
    let statement = client
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en, s.department_id, s.id
             FROM service s JOIN department d ON d.id = s.department_id
             WHERE d.id = $1 OR d.merged_into_id = $1
             ORDER BY s.name_zh, s.slug, d.id <> $1, d.id",
        )
        .await?;
    let known = client.query(&statement, &[&id]).await?;
    let known = (known.iter())
        .map(|row| {
            let segment = Segment::Service(row.try_get(5)?);
            Ok((read_service(row)?, (row.try_get(4)?, segment)))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let keys = || known.iter().map(|(_, key)| *key);
    let now = of_keys(client, keys(), period).await?;
    let before = of_keys(client, keys(), period.before()).await?;
    let rows = known.into_iter().map(|(subject, key)| Standing {
        subject,
        has_children: false,
        now: now.get(&key).copied().unwrap_or_default(),
        before: before.get(&key).copied().unwrap_or_default(),
    });
    Ok(ranking::services(rows.collect()))
}

async fn selected(
    client: &Client,
    selection: &Selection,
    wanted: Wanted,
) -> Result<Vec<i64>, StoreError> {
    let rows = listing::query(selection, wanted).rows_on(client).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
