//! Roll-ups by day and by month: how many of each grade a department and all below it got.

use huiyin_shared::rating::Rating;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use crate::store::deltas::{Change, Deltas, Key};
use crate::store::segment::Segment;

/// Adds changes to the roll-ups, in the order of their keys.
pub(super) fn write(connection: &Connection, deltas: &Deltas) -> Result<(), rusqlite::Error> {
    add(connection, Unit::Day, deltas.days())?;
    add(connection, Unit::Month, deltas.months())
}

/// How long the time is that one roll-up is of.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Day,
    Month,
}

impl Unit {
    /// Returns the statements that add to whole departments and services, and to values.
    const fn upserts(self) -> [&'static str; 2] {
        macro_rules! upsert {
            ($columns:literal) => {
                concat!(
                    "INSERT INTO ",
                    $columns,
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT DO UPDATE SET
                         c1 = c1 + ?4, c2 = c2 + ?5, c3 = c3 + ?6, c4 = c4 + ?7, c5 = c5 + ?8"
                )
            };
        }
        match self {
            Self::Day => [
                upsert!("rollup_day (day, department_id, part_id, c1, c2, c3, c4, c5)"),
                upsert!("value_day (day, department_id, value_id, c1, c2, c3, c4, c5)"),
            ],
            Self::Month => [
                upsert!("rollup_month (month, department_id, part_id, c1, c2, c3, c4, c5)"),
                upsert!("value_month (month, department_id, value_id, c1, c2, c3, c4, c5)"),
            ],
        }
    }
}

/// Adds changes to the roll-ups of days or of months.
fn add(
    connection: &Connection,
    unit: Unit,
    changes: impl Iterator<Item = (Key, Change)>,
) -> Result<(), rusqlite::Error> {
    let [parts, values] = unit.upserts();
    let mut parts = connection.prepare_cached(parts)?;
    let mut values = connection.prepare_cached(values)?;
    // A batch is of one day, or two at midnight.
    let mut last = (Date::ZERO, String::new());
    for (key, [c1, c2, c3, c4, c5]) in changes {
        if last.0 != key.day {
            last = (key.day, key.day.to_string());
        }
        let statement = match key.segment {
            Segment::Value(_) => &mut values,
            Segment::Whole | Segment::Service(_) => &mut parts,
        };
        let segment = key.segment.column();
        statement.execute(params![last.1, key.department, segment, c1, c2, c3, c4, c5])?;
    }
    Ok(())
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
