//! Years of ratings, written straight into a file because sending them would take too long.
//!
//! Only feedback is written; `huiyin rebuild` makes the roll-ups of it, as it would after a repair.
//! This is the one place outside of the collector that knows its tables.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::civil::Date;
use rusqlite::{Connection, params};

use crate::collector::Installation;
use crate::replay::{mixed, texts};

/// How many rows are committed together; the file is new, so nothing is lost with it.
const BATCH: u64 = 100_000;

/// Midnight of 1970 in Shanghai, whose days the installations count.
const OFFSET: Duration = Duration::from_hours(8);

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Writes this many ratings with real texts, spread over all departments that have none below them
/// and over the days from `first` to `last`, and has the roll-ups made.
pub fn fill(installation: &Installation, rows: u64, first: Date, last: Date) -> anyhow::Result<()> {
    write(Path::new(installation.database()), rows, first, last)?;
    let finished = installation.run(&["rebuild"]);
    ensure!(finished.code == Some(0), "{finished:?}");
    Ok(())
}

fn write(database: &Path, rows: u64, first: Date, last: Date) -> anyhow::Result<()> {
    let mut connection = Connection::open(database)?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "cache_size", -262_144)?;
    let departments: Vec<i64> = connection
        .prepare(
            "SELECT id FROM department
             WHERE id NOT IN (SELECT parent_id FROM department WHERE parent_id IS NOT NULL)",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    ensure!(!departments.is_empty(), "there is no department to rate");
    let texts = texts()?;
    let days: Vec<String> = first
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= last)
        .map(|day| day.to_string())
        .collect();
    let midnight = midnight(first)?;
    let mut row = 0;
    while row < rows {
        let transaction = connection.transaction()?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                 revised_at, edit_key_hash, receipt_hash, placement, comment, lang, page)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?5, ?6, ?7, 'footer', ?8, 'zh-Hans',
                 'https://www.example.gov.cn/banshi')",
        )?;
        let end = rows.min(row + BATCH);
        while row < end {
            let chance = mixed(row);
            // In the order of time, so that each row is written behind the one before.
            let passed = i64::try_from(
                u128::from(row) * days.len() as u128 * DAY_MS as u128 / u128::from(rows),
            )?;
            let at = midnight + passed;
            let day = &days[usize::try_from(passed / DAY_MS)?];
            let random = (u128::from(chance) << 64 | u128::from(row)).to_be_bytes();
            let mut tail = [0; 10];
            tail.copy_from_slice(&random[6..]);
            let id = uuid::Builder::from_unix_timestamp_millis(u64::try_from(at)?, &tail);
            let pick = |from: usize, of: u64| usize::try_from(of % from as u64).unwrap_or(0);
            insert.execute(params![
                id.as_uuid().as_bytes().as_slice(),
                departments[pick(departments.len(), chance)],
                rating(chance >> 32),
                day,
                at,
                random.as_slice(),
                u128::from(row).to_be_bytes().as_slice(),
                texts[pick(texts.len(), row)],
            ])?;
            row += 1;
        }
        drop(insert);
        transaction.commit()?;
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Returns a grade as citizens give them: seldom a poor one.
fn rating(chance: u64) -> u8 {
    match chance % 100 {
        0..4 => 1,
        4..10 => 2,
        10..25 => 3,
        25..60 => 4,
        _ => 5,
    }
}

/// Returns the Unix milliseconds at which a day begins.
fn midnight(day: Date) -> anyhow::Result<i64> {
    let zone = jiff::tz::Offset::from_seconds(i32::try_from(OFFSET.as_secs())?)?;
    let moment = zone
        .to_timestamp(day.into())
        .context("a day that has a beginning")?;
    Ok(moment.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let day = jiff::civil::date(2025, 1, 1);
        assert_eq!(midnight(day).ok(), Some(1_735_660_800_000));
    }
}
