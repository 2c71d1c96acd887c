//! How often the widget was seen and used.

use jiff::civil::Date;

use super::connection::Client;
use super::tree_lock::share_tree;
use crate::model::{Counted, WidgetEventCounts};
use crate::store::StoreError;

/// Adds in one statement, at every department that counts it. Rows are taken in one order, so that two
/// collectors never wait for each other.
const ADD: &str = "
    WITH RECURSIVE given AS (
        SELECT coalesce(d.merged_into_id, d.id) AS id, day, seen, opened, started, sent
        FROM unnest($1::text[], $2::date[], $3::bigint[], $4::bigint[], $5::bigint[],
                    $6::bigint[]) AS t (slug, day, seen, opened, started, sent)
        JOIN department d ON d.slug = t.slug),
    line (id, above) AS (
        SELECT DISTINCT id, id FROM given
        UNION ALL
        SELECT line.id, d.counted_under_id FROM line JOIN department d ON d.id = line.above
        WHERE d.counted_under_id IS NOT NULL)
    INSERT INTO moment_day AS m (department_id, day, seen, opened, started, sent)
    SELECT line.above, day, sum(seen)::bigint, sum(opened)::bigint, sum(started)::bigint,
           sum(sent)::bigint
    FROM given JOIN line ON line.id = given.id
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (department_id, day) DO UPDATE SET seen = m.seen + excluded.seen,
        opened = m.opened + excluded.opened, started = m.started + excluded.started,
        sent = m.sent + excluded.sent";

/// Adds widget events, all of them or none.
pub(super) async fn add(
    client: &mut Client,
    counted: &[(Counted, WidgetEventCounts)],
) -> Result<(), StoreError> {
    let column = |of: fn(&WidgetEventCounts) -> u64| -> Vec<i64> {
        let numbers = counted.iter().map(|(_, moments)| of(moments));
        numbers
            .map(|n| i64::try_from(n).unwrap_or(i64::MAX))
            .collect()
    };
    let slugs: Vec<&str> = (counted.iter())
        .map(|(one, _)| one.department.as_str())
        .collect();
    let days: Vec<Date> = counted.iter().map(|(one, _)| one.day).collect();
    let transaction = client.transaction().await?;
    // Nobody moves a department between the look at who counts it and the counting.
    share_tree(&transaction).await?;
    let statement = transaction.prepare_cached(ADD).await?;
    transaction
        .execute(
            &statement,
            &[
                &slugs,
                &days,
                &column(|moments| moments.seen),
                &column(|moments| moments.opened),
                &column(|moments| moments.started),
                &column(|moments| moments.sent),
            ],
        )
        .await?;
    transaction.commit().await?;
    Ok(())
}
