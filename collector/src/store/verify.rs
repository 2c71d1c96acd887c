//! Comparing every roll-up with a recount of the feedback itself.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::rollup::{Key, recount};
use crate::model::Verification;

/// Recounts and compares; a roll-up of nothing but zeros may be there or not.
pub(super) fn verify(connection: &Connection) -> Result<Verification, rusqlite::Error> {
    let truth = without_zeros(recount(connection)?);
    let kept = without_zeros(rollups(connection)?);
    let wrong = kept
        .iter()
        .filter(|(key, counts)| truth.get(key) != Some(counts));
    let missing = truth.keys().filter(|key| !kept.contains_key(key));
    let (feedback, withdrawn) = connection.query_row(
        "SELECT count(*) FILTER (WHERE withdrawn_at IS NULL), count(withdrawn_at) FROM feedback",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Verification {
        feedback,
        withdrawn,
        rollups: kept.len() as u64,
        differences: (wrong.count() + missing.count()) as u64,
    })
}

fn rollups(connection: &Connection) -> Result<BTreeMap<Key, [i64; 5]>, rusqlite::Error> {
    connection
        .prepare("SELECT department_id, service_id, day, c1, c2, c3, c4, c5 FROM rollup_day")?
        .query_map([], |row| {
            let key = (row.get(0)?, row.get(1)?, row.get(2)?);
            let counts = [
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
            ];
            Ok((key, counts))
        })?
        .collect()
}

fn without_zeros(mut counts: BTreeMap<Key, [i64; 5]>) -> BTreeMap<Key, [i64; 5]> {
    counts.retain(|_, counts| *counts != [0; 5]);
    counts
}
