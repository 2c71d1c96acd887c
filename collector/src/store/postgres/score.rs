//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use tokio_postgres::Row;

use super::connection::Client;
use super::department;
use crate::period::{Parts, Period};
use crate::store::StoreError;
use crate::store::deltas::WHOLE;

/// Five sums over roll-ups.
pub(super) const SUMS: &str = "coalesce(sum(c1), 0)::bigint, coalesce(sum(c2), 0)::bigint, \
     coalesce(sum(c3), 0)::bigint, coalesce(sum(c4), 0)::bigint, coalesce(sum(c5), 0)::bigint";

/// Returns the ratings of a department and all below it, or of one of its services.
pub(super) async fn counts(
    client: &Client,
    department: &Slug,
    service: Option<&Slug>,
    period: Period,
) -> Result<Counts, StoreError> {
    let Some(id) = department::id(client, department).await? else {
        return Ok(Counts::default());
    };
    let keys = match service {
        None => vec![(id, WHOLE)],
        Some(service) => {
            let statement = client
                .prepare_cached(
                    "SELECT s.department_id, s.id
                     FROM service s JOIN department d ON d.id = s.department_id
                     WHERE s.slug = $2 AND (d.id = $1 OR d.merged_into_id = $1)",
                )
                .await?;
            let rows = client.query(&statement, &[&id, &service.as_str()]).await?;
            rows.iter()
                .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
                .collect::<Result<_, tokio_postgres::Error>>()?
        }
    };
    let parts = period.parts();
    let mut sum = Counts::default();
    for (department, part) in keys {
        sum = sum.plus(&of_key(client, department, part, &parts).await?);
    }
    Ok(sum)
}

/// Returns the ratings under one key of the roll-ups.
pub(super) async fn of_key(
    client: &Client,
    department: i64,
    part: i64,
    parts: &Parts,
) -> Result<Counts, StoreError> {
    let statement = client
        .prepare_cached(&format!(
            "SELECT {SUMS} FROM (
                 SELECT c1, c2, c3, c4, c5 FROM rollup_month
                 WHERE month = ANY ($3::date[]) AND part_id = $2 AND department_id = $1
                 UNION ALL
                 SELECT c1, c2, c3, c4, c5 FROM rollup_day
                 WHERE day = ANY ($4::date[]) AND part_id = $2 AND department_id = $1) r"
        ))
        .await?;
    let row = client
        .query_one(
            &statement,
            &[&department, &part, &parts.months, &parts.days],
        )
        .await?;
    read(&row, 0)
}

/// Returns the ratings by month, as `YYYY-MM`, in order; months without any are left out.
pub(super) async fn months(
    client: &Client,
    department: &Slug,
    period: Period,
) -> Result<Vec<(String, Counts)>, StoreError> {
    let Some(id) = department::id(client, department).await? else {
        return Ok(Vec::new());
    };
    let Parts { months, days } = period.parts();
    let statement = client
        .prepare_cached(&format!(
            "SELECT to_char(first, 'YYYY-MM') AS name, {SUMS} FROM (
                 SELECT month AS first, c1, c2, c3, c4, c5 FROM rollup_month
                 WHERE month = ANY ($2::date[]) AND part_id = 0 AND department_id = $1
                 UNION ALL
                 SELECT day AS first, c1, c2, c3, c4, c5 FROM rollup_day
                 WHERE day = ANY ($3::date[]) AND part_id = 0 AND department_id = $1) r
             GROUP BY name HAVING sum(c1 + c2 + c3 + c4 + c5) > 0 ORDER BY name"
        ))
        .await?;
    let rows = client.query(&statement, &[&id, &months, &days]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, read(row, 1)?)))
        .collect()
}

/// Reads five sums that stand side by side from column `first` on.
pub(super) fn read(row: &Row, first: usize) -> Result<Counts, StoreError> {
    let mut counts = [0; 5];
    for (index, count) in counts.iter_mut().enumerate() {
        let stored: i64 = row.try_get(first + index)?;
        *count = u64::try_from(stored).unwrap_or_default();
    }
    Ok(Counts::new(counts))
}
