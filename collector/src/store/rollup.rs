//! Daily roll-ups: how many of each grade a department and all above it got.

use std::collections::BTreeMap;

use huiyin_shared::rating::Rating;
use rusqlite::{Connection, params};

use super::tree::Tree;

/// Stands in the place of a service for "all services and none".
pub(super) const ALL_SERVICES: i64 = 0;

/// A feedback's part in the roll-ups.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) department: i64,
    pub(super) service: Option<i64>,
    pub(super) day: String,
}

/// The key of a roll-up: department, service, day.
pub(super) type Key = (i64, i64, String);

/// What a batch changes in the roll-ups, added up so that each is written once.
#[derive(Debug, Default)]
pub(super) struct Deltas(BTreeMap<Key, [i64; 5]>);

impl Deltas {
    /// Notes that a rating is to be counted `by` more times for a department and all above it.
    pub(super) fn add(&mut self, tree: &Tree, counted: &Counted, rating: Rating, by: i64) {
        let own = counted.service.map(|service| (counted.department, service));
        let line = tree.line(counted.department).map(|id| (id, ALL_SERVICES));
        for (department, service) in line.chain(own) {
            let key = (department, service, counted.day.clone());
            self.0.entry(key).or_default()[usize::from(rating.value()) - 1] += by;
        }
    }

    /// Writes the changes and forgets them; in the order of their keys, so that it is the same
    /// for every batch.
    pub(super) fn write(&mut self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let mut statement = connection.prepare_cached(
            "INSERT INTO rollup_day (department_id, service_id, day, c1, c2, c3, c4, c5)
             VALUES (?1, ?2, ?3, max(?4, 0), max(?5, 0), max(?6, 0), max(?7, 0), max(?8, 0))
             ON CONFLICT DO UPDATE SET
                 c1 = c1 + ?4, c2 = c2 + ?5, c3 = c3 + ?6, c4 = c4 + ?7, c5 = c5 + ?8",
        )?;
        for ((department, service, day), [c1, c2, c3, c4, c5]) in std::mem::take(&mut self.0) {
            if [c1, c2, c3, c4, c5] != [0; 5] {
                statement.execute(params![department, service, day, c1, c2, c3, c4, c5])?;
            }
        }
        Ok(())
    }
}

/// What a recount of all feedback gives, by key; the truth that roll-ups must agree with.
pub(super) fn recount(connection: &Connection) -> Result<BTreeMap<Key, [i64; 5]>, rusqlite::Error> {
    let tree = Tree::read(connection)?;
    let mut deltas = Deltas::default();
    let mut statement = connection.prepare(
        "SELECT department_id, service_id, day, rating, count(*) FROM feedback
         WHERE withdrawn_at IS NULL GROUP BY 1, 2, 3, 4",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let counted = Counted {
            department: row.get(0)?,
            service: row.get(1)?,
            day: row.get(2)?,
        };
        deltas.add(&tree, &counted, rating(row.get(3)?)?, row.get(4)?);
    }
    Ok(deltas.0)
}

/// Computes all roll-ups again, after the tree has changed its shape.
pub(super) fn rebuild(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute("DELETE FROM rollup_day", [])?;
    Deltas(recount(connection)?).write(connection)
}

/// Reads a stored grade; the table allows no other.
pub(super) fn rating(stored: u8) -> Result<Rating, rusqlite::Error> {
    Rating::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, stored.into()))
}
