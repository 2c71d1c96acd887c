//! Roll-ups by day and by month: how many of each grade a department and all below it got.

use huiyin_shared::rating::Rating;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use crate::store::deltas::{Change, Deltas, Key};
use crate::store::tree::{DepartmentRow, ServiceRow, Tree};

/// Adds changes to the roll-ups, in the order of their keys.
pub(super) fn write(connection: &Connection, deltas: &Deltas) -> Result<(), rusqlite::Error> {
    add(connection, Table::Day, deltas.days())?;
    add(connection, Table::Month, deltas.months())
}

/// A table of roll-ups.
#[derive(Clone, Copy, Debug)]
pub(super) enum Table {
    Day,
    Month,
}

impl Table {
    const fn upsert(self) -> &'static str {
        match self {
            Self::Day => {
                "INSERT INTO rollup_day (department_id, part_id, day, c1, c2, c3, c4, c5)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET
                     c1 = c1 + ?4, c2 = c2 + ?5, c3 = c3 + ?6, c4 = c4 + ?7, c5 = c5 + ?8"
            }
            Self::Month => {
                "INSERT INTO rollup_month (department_id, part_id, month, c1, c2, c3, c4, c5)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET
                     c1 = c1 + ?4, c2 = c2 + ?5, c3 = c3 + ?6, c4 = c4 + ?7, c5 = c5 + ?8"
            }
        }
    }
}

/// Adds changes to one of the tables.
pub(super) fn add(
    connection: &Connection,
    table: Table,
    changes: impl Iterator<Item = (Key, Change)>,
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(table.upsert())?;
    // A batch is of one day, or two at midnight.
    let mut last = (Date::ZERO, String::new());
    for (key, [c1, c2, c3, c4, c5]) in changes {
        if last.0 != key.day {
            last = (key.day, key.day.to_string());
        }
        statement.execute(params![
            key.department,
            key.part,
            last.1,
            c1,
            c2,
            c3,
            c4,
            c5
        ])?;
    }
    Ok(())
}

/// Reads the tree.
pub(super) fn read_tree(connection: &Connection) -> Result<Tree, rusqlite::Error> {
    let departments = connection
        .prepare("SELECT id, slug, counted_under_id, merged_into_id FROM department")?
        .query_map([], |row| {
            Ok(DepartmentRow {
                id: row.get(0)?,
                slug: row.get(1)?,
                counted_under: row.get(2)?,
                merged_into: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let services = connection
        .prepare("SELECT id, department_id, slug FROM service")?
        .query_map([], |row| {
            Ok(ServiceRow {
                id: row.get(0)?,
                department: row.get(1)?,
                slug: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let breakdowns = super::breakdown::read(connection)?;
    Ok(Tree::new(departments, services, breakdowns))
}

/// Reads a stored grade; the table allows no other.
pub(super) fn rating(stored: u8) -> Result<Rating, rusqlite::Error> {
    Rating::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, stored.into()))
}

/// Reads a stored day.
pub(super) fn day(row: &Row<'_>, column: usize) -> Result<Date, rusqlite::Error> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error| {
        let text = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, text, Box::<jiff::Error>::new(error))
    })
}
