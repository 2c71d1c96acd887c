//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use std::collections::{BTreeSet, HashMap};

use deadpool_postgres::GenericClient;
use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use tokio_postgres::Row;

use super::connection::Client;
use super::{department, pending_deltas};
use crate::model::period::{Parts, Period};
use crate::store::StoreError;
use crate::store::deltas::{self, ByMonth, Change, add};
use crate::store::segment::Segment;

/// All that is pending, as one row, with five numbers that say nothing; no row if there is none.
pub(super) const PENDING: &str =
    "string_agg(changes, ''), 0, 0, 0, 0, 0 FROM pending_deltas HAVING count(*) > 0";

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
        None => vec![(id, Segment::Whole)],
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
                .map(|row| Ok((row.try_get(0)?, Segment::Service(row.try_get(1)?))))
                .collect::<Result<_, tokio_postgres::Error>>()?
        }
    };
    let all = of_keys(client, keys, period).await?;
    Ok((all.values()).fold(Counts::default(), |sum, counts| sum.plus(counts)))
}

/// Returns the ratings under each of these keys, a department that is whole or a service of it, with
/// those that are pending.
///
/// One statement reads the roll-ups and what is pending: each has a view of its own, and between
/// two of them a rating could have gone from the one to the other.
pub(super) async fn of_keys(
    client: &impl GenericClient,
    keys: impl IntoIterator<Item = (i64, Segment)>,
    period: Period,
) -> Result<HashMap<(i64, Segment), Counts>, StoreError> {
    let mut sums: HashMap<(i64, Segment), Change> = HashMap::new();
    sums.extend(keys.into_iter().map(|key| (key, [0; 5])));
    let departments: BTreeSet<i64> = sums.keys().map(|(department, _)| *department).collect();
    let departments: Vec<i64> = departments.into_iter().collect();
    let segments: BTreeSet<Segment> = sums.keys().map(|(_, segment)| *segment).collect();
    let listed: Vec<i64> = segments.iter().map(|segment| segment.column()).collect();
    let Parts { months, days } = period.parts();
    // For one key the server has a plan; for a list it makes one each time, by the list's length.
    let wanted = if sums.len() == 1 {
        "part_id = ($2::bigint[])[1] AND department_id = ($1::bigint[])[1]"
    } else {
        "part_id = ANY ($2::bigint[]) AND department_id = ANY ($1::bigint[])"
    };
    let statement = client
        .prepare_cached(&format!(
            "SELECT department_id, part_id, NULL::bytea, sum(c1)::bigint, sum(c2)::bigint,
                    sum(c3)::bigint, sum(c4)::bigint, sum(c5)::bigint
             FROM (
                 SELECT department_id, part_id, c1, c2, c3, c4, c5 FROM rollup_month
                 WHERE month = ANY ($3::date[]) AND {wanted}
                 UNION ALL
                 SELECT department_id, part_id, c1, c2, c3, c4, c5 FROM rollup_day
                 WHERE day = ANY ($4::date[]) AND {wanted}) r
             GROUP BY department_id, part_id
             UNION ALL
             SELECT 0, 0, {PENDING}"
        ))
        .await?;
    let rows = client
        .query(&statement, &[&departments, &listed, &months, &days])
        .await?;
    for row in &rows {
        if let Some(pending) = row.try_get(2)? {
            pending_deltas::decode(pending, |key, change| {
                if segments.contains(&key.segment)
                    && period.contains(key.day)
                    && let Some(sum) = sums.get_mut(&(key.department, key.segment))
                {
                    add(sum, change);
                }
            })?;
        } else if let Some(sum) = sums.get_mut(&(row.try_get(0)?, Segment::stored(row.try_get(1)?)))
        {
            add(sum, read(row, 3)?);
        }
    }
    Ok(sums
        .into_iter()
        .map(|(key, sum)| (key, deltas::counts(sum)))
        .collect())
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
            "SELECT month, NULL::bytea, c1, c2, c3, c4, c5 FROM rollup_month
             WHERE month = ANY ($2::date[]) AND part_id = 0 AND department_id = $1
             UNION ALL
             SELECT day, NULL, c1, c2, c3, c4, c5 FROM rollup_day
             WHERE day = ANY ($3::date[]) AND part_id = 0 AND department_id = $1
             UNION ALL
             SELECT NULL, {PENDING}"
        ))
        .await?;
    let rows = client.query(&statement, &[&id, &months, &days]).await?;
    let mut months = ByMonth::default();
    for row in &rows {
        if let Some(pending) = row.try_get(1)? {
            pending_deltas::decode(pending, |key, change| {
                if key.department == id && key.segment == Segment::Whole && period.contains(key.day)
                {
                    months.add(key.day, change);
                }
            })?;
        } else {
            months.add(row.try_get(0)?, read(row, 2)?);
        }
    }
    Ok(months.rated())
}

/// Reads five numbers that stand side by side from column `first` on.
pub(super) fn read(row: &Row, first: usize) -> Result<Change, StoreError> {
    let mut sum = [0; 5];
    for (index, count) in sum.iter_mut().enumerate() {
        *count = row.try_get(first + index)?;
    }
    Ok(sum)
}
