//! A department's ratings by what was said with them.

use std::collections::HashMap;

use deadpool_postgres::GenericClient;
use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;

use super::connection::Client;
use super::score::{PENDING, read};
use super::{department, pending_deltas};
use crate::model::period::{Parts, Period};
use crate::model::{Breakdown, Dimension};
use crate::store::StoreError;
use crate::store::breakdown::{most_rated, named};
use crate::store::deltas::{self, Change, add};
use crate::store::segment::{Segment, ValueId};

/// Returns the ratings by value.
pub(super) async fn all(
    client: &Client,
    department: &Slug,
    by: Dimension,
    period: Period,
) -> Result<Breakdown, StoreError> {
    let found = most_rated(sums(client, department, ValueId::range(by), period).await?);
    let ids: Vec<i64> = found.0.iter().map(|(id, _)| id.column()).collect();
    // Texts are only ever added, so they need not be of the same view.
    let statement = client
        .prepare_cached("SELECT id, value FROM segment_value WHERE id = ANY ($1)")
        .await?;
    let rows = client.query(&statement, &[&ids]).await?;
    let texts = rows
        .iter()
        .map(|row| Ok((ValueId::stored(row.try_get(0)?), row.try_get(1)?)))
        .collect::<Result<_, tokio_postgres::Error>>()?;
    Ok(named(found, texts))
}

/// Returns the ratings with one value.
pub(super) async fn one(
    client: &Client,
    department: &Slug,
    value: ValueId,
    period: Period,
) -> Result<Counts, StoreError> {
    let only = (value.column(), value.column());
    let sums = sums(client, department, only, period).await?;
    Ok(deltas::counts(
        sums.get(&value).copied().unwrap_or_default(),
    ))
}

/// Returns the ratings by the ids of values, from the first to the last; see [`super::score`] for
/// why this is one statement.
async fn sums(
    client: &Client,
    department: &Slug,
    (first, last): (i64, i64),
    period: Period,
) -> Result<HashMap<ValueId, Change>, StoreError> {
    let mut sums: HashMap<ValueId, Change> = HashMap::new();
    let Some(id) = department::id(client, department).await? else {
        return Ok(sums);
    };
    let Parts { months, days } = period.parts();
    let statement = client
        .prepare_cached(&format!(
            "SELECT value_id, NULL::bytea, c1, c2, c3, c4, c5 FROM value_month
             WHERE month = ANY ($4::date[]) AND department_id = $1 AND value_id BETWEEN $2 AND $3
             UNION ALL
             SELECT value_id, NULL, c1, c2, c3, c4, c5 FROM value_day
             WHERE day = ANY ($5::date[]) AND department_id = $1 AND value_id BETWEEN $2 AND $3
             UNION ALL
             SELECT 0, {PENDING}"
        ))
        .await?;
    let rows = client
        .query(&statement, &[&id, &first, &last, &months, &days])
        .await?;
    for row in &rows {
        let Some(pending) = row.try_get(1)? else {
            let value = ValueId::stored(row.try_get(0)?);
            add(sums.entry(value).or_default(), read(row, 2)?);
            continue;
        };
        pending_deltas::decode(pending, |key, change| {
            if let Segment::Value(value) = key.segment
                && key.department == id
                && period.contains(key.day)
                && (first..=last).contains(&value.column())
            {
                add(sums.entry(value).or_default(), change);
            }
        })?;
    }
    Ok(sums)
}
