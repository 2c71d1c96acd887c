//! Letting ratings and widget events follow departments that have moved: in which order, and who
//! loses and gains them.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::deltas::ADD_COUNTS;
use super::sql::{Row, Tx, sql};
use super::{Store, StoreError};

/// How many departments move in one transaction: ratings wait no longer than for a few of them.
const STEP: usize = 16;

const ANY: &str = "
    SELECT 1 FROM department WHERE counted_under_id IS DISTINCT FROM parent_id LIMIT 1";

const DEPARTMENTS: &str = "SELECT id, parent_id, counted_under_id FROM department";

const COUNT_UNDER: &str = "UPDATE department SET counted_under_id = $2 WHERE id = $1";

/// The first and the last month in which anything was rated.
const SPAN: &str = "SELECT min(month), max(month) FROM rollup_month";

/// Those of the months in which a department was rated.
const RATED: &str =
    "SELECT month FROM rollup_month WHERE month = ANY ($2) AND part_id = 0 AND department_id = $1";

/// The roll-ups that a move changes: the time of each, its other column but the department, and which
/// rows move.
///
/// Primary keys begin with the time: each day or month that is named is one look into the index, where
/// the department alone would be a look at every row.
const CARRIED: [[&str; 4]; 4] = [
    ["rollup_day", "day", "part_id", " AND part_id = 0"],
    ["rollup_month", "month", "part_id", " AND part_id = 0"],
    ["value_day", "day", "value_id", ""],
    ["value_month", "month", "value_id", ""],
];

const CARRY_WIDGET_EVENTS: &str = "
    INSERT INTO moment_day AS m (department_id, day, seen, opened, started, sent)
    SELECT d.id, day, $3 * seen, $3 * opened, $3 * started, $3 * sent
    FROM moment_day x CROSS JOIN department d
    WHERE x.department_id = $1 AND d.id = ANY ($2)
    ON CONFLICT (department_id, day) DO UPDATE SET seen = m.seen + excluded.seen,
        opened = m.opened + excluded.opened, started = m.started + excluded.started,
        sent = m.sent + excluded.sent";

impl dyn Store + '_ {
    /// Moves the counts of a few departments to their new ancestors after an import, in one
    /// transaction; returns how many departments are left.
    ///
    /// After each call all roll-ups agree with the feedback, so it may be interrupted at any time
    /// and continued later, here or in another process.
    pub async fn settle(&self) -> Result<usize, StoreError> {
        // Asked again and again, and nearly always for nothing: that must not cost a lock.
        let any: Option<i64> = self.database().query_opt(sql!(ANY)).await?;
        if any.is_none() {
            return Ok(0);
        }
        self.drain_pending().await?;
        let settle = async |tx: &mut Tx<'_>| {
            // A move takes along what is in the roll-ups, so all of it must be there.
            tx.count_pending().await?;
            let mut moves = Moves::default();
            let add = |row: &Row<'_>| {
                moves.add(row.at(0)?, row.at(1)?, row.at(2)?);
                Ok(())
            };
            tx.for_each(sql!(DEPARTMENTS), add).await?;
            let months = months(tx).await?;
            for one in moves.take(STEP) {
                carry(tx, &one, &months).await?;
            }
            tx.tree_changed().await?;
            Ok(moves.left())
        };
        self.database().for_maintenance().write(settle).await
    }
}

/// Returns the months from the first rating to the last.
async fn months(tx: &mut Tx<'_>) -> Result<Vec<Date>, StoreError> {
    let mut span = None;
    let read = |row: &Row<'_>| {
        span = row.at::<Option<Date>>(0)?.zip(row.at(1)?);
        Ok(())
    };
    tx.for_each(sql!(SPAN), read).await?;
    let months = span.into_iter().flat_map(|(first, last)| {
        let months = first.series(1.month());
        months.take_while(move |month| *month <= last)
    });
    Ok(months.collect())
}

async fn carry(tx: &mut Tx<'_>, one: &Move, months: &[Date]) -> Result<(), StoreError> {
    let months: Vec<Date> = tx
        .query(sql!(RATED, one.department, months.to_vec()))
        .await?;
    let days = months.iter().flat_map(|month| {
        let last = month.last_of_month();
        month.series(1.day()).take_while(move |day| *day <= last)
    });
    let days: Vec<Date> = days.collect();
    for (departments, sign) in [(&one.losing, -1), (&one.gaining, 1)] {
        // SQLite would look at every row first.
        if departments.is_empty() {
            continue;
        }
        for carried in CARRIED {
            let times = if carried[1] == "day" { &days } else { &months };
            let carry = carry_counts(carried);
            let carry = sql!(carry, one.department, departments, sign, times.clone());
            tx.execute(carry).await?;
        }
        let events = sql!(CARRY_WIDGET_EVENTS, one.department, departments, sign);
        tx.execute(events).await?;
    }
    let count = sql!(COUNT_UNDER, one.department, one.parent);
    tx.execute(count).await.map(drop)
}

/// Returns a statement that adds the ratings of the department `$1` at the times `$4` to each of `$2`,
/// `$3` times.
fn carry_counts([table, time, column, moving]: [&str; 4]) -> String {
    format!(
        "INSERT INTO {table} AS r ({time}, {column}, department_id, c1, c2, c3, c4, c5)
         SELECT {time}, {column}, d.id, $3 * c1, $3 * c2, $3 * c3, $3 * c4, $3 * c5
         FROM {table} x CROSS JOIN department d
         WHERE x.{time} = ANY ($4) AND x.department_id = $1 AND d.id = ANY ($2){moving}
         ON CONFLICT ({time}, {column}, department_id) {ADD_COUNTS}"
    )
}

/// One department's move, as rows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Move {
    /// The department; its own roll-ups stay as they are.
    department: i64,
    /// Where it stands, and is counted from then on.
    parent: Option<i64>,
    /// Those that no longer count it.
    losing: Vec<i64>,
    /// Those that count it from now on.
    gaining: Vec<i64>,
}

/// Where all departments stand, and under which they are counted.
#[derive(Debug, Default)]
struct Moves {
    stands: HashMap<i64, Option<i64>>,
    counted: HashMap<i64, Option<i64>>,
}

impl Moves {
    /// Notes a department.
    fn add(&mut self, id: i64, stands_under: Option<i64>, counted_under: Option<i64>) {
        self.stands.insert(id, stands_under);
        self.counted.insert(id, counted_under);
    }

    /// Returns how many departments are not counted where they stand.
    fn left(&self) -> usize {
        self.stands
            .iter()
            .filter(|(id, parent)| self.counted.get(id) != Some(parent))
            .count()
    }

    /// Returns up to `most` moves, to be made in this order, and takes them as made.
    ///
    /// A department moves only when all above its new place are where they belong. So whoever
    /// counts it is never counted by it, even where a tree was turned upside down.
    fn take(&mut self, most: usize) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut waiting: Vec<i64> = self.stands.keys().copied().collect();
        waiting.retain(|id| !self.is_settled(*id));
        waiting.sort_unstable();
        while moves.len() < most {
            let mut above_settled = waiting.iter().map(|id| {
                let mut above = line(&self.stands, *id).skip(1);
                above.all(|above| self.is_settled(above))
            });
            let Some(at) = above_settled.position(|settled| settled) else {
                break;
            };
            let one = self.move_of(waiting.remove(at));
            self.counted.insert(one.department, one.parent);
            moves.push(one);
        }
        moves
    }

    fn is_settled(&self, id: i64) -> bool {
        self.counted.get(&id) == self.stands.get(&id)
    }

    fn move_of(&self, department: i64) -> Move {
        let parent = self.stands.get(&department).copied().flatten();
        let before: Vec<i64> = line(&self.counted, department).skip(1).collect();
        let after: Vec<i64> = line(&self.stands, department).skip(1).collect();
        let without = |some: &[i64], others: &[i64]| {
            let mut left = some.to_vec();
            left.retain(|id| !others.contains(id));
            left.sort_unstable();
            left
        };
        Move {
            department,
            parent,
            losing: without(&before, &after),
            gaining: without(&after, &before),
        }
    }
}

/// Returns a department and all above it, from below.
fn line(parents: &HashMap<i64, Option<i64>>, id: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(id), |id| parents.get(id).copied().flatten())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::store::testing::{World, contract};

    contract! {
        a_move_looks_only_at_the_rows_of_its_department
    }

    async fn a_move_looks_only_at_the_rows_of_its_department(world: World) {
        world.tamper(world.either(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
             INSERT INTO rollup_day (day, part_id, department_id, c1, c2, c3, c4, c5)
             SELECT date('2026-01-01', (n % 28) || ' days'), n, 1, 1, 0, 0, 0, 0 FROM n",
            "INSERT INTO rollup_day (day, part_id, department_id, c1, c2, c3, c4, c5)
             SELECT date '2026-01-01' + n % 28, n, 1, 1, 0, 0, 0, 0 FROM generate_series(1, 20000) n",
        ));
        world.tamper("ANALYZE");
        for carried in CARRIED {
            let days = vec![date(2026, 1, 1), date(2026, 1, 2)];
            let carry = sql!(carry_counts(carried), 1_i64, vec![2_i64], 1_i64, days);
            let plan = world.plan(carry).await;
            for scan in ["SCAN x", "Seq Scan on rollup_day"] {
                assert!(!plan.contains(scan), "{plan}");
            }
        }
    }

    #[test]
    fn only_those_above_lose_and_gain_that_differ() {
        let mut moves = Moves::default();
        for (id, parent) in [(1, None), (2, Some(1)), (3, Some(1))] {
            moves.add(id, parent, parent);
        }
        moves.add(4, Some(3), Some(2));
        assert_eq!(moves.left(), 1);
        let expected = Move {
            department: 4,
            parent: Some(3),
            losing: vec![2],
            gaining: vec![3],
        };
        assert_eq!(moves.take(9), [expected]);
        assert_eq!(moves.left(), 0);
    }

    #[test]
    fn a_tree_that_is_turned_upside_down_moves_from_the_top() {
        let mut moves = Moves::default();
        moves.add(1, Some(2), None);
        moves.add(2, Some(3), Some(1));
        moves.add(3, None, Some(2));
        let order: Vec<_> = moves
            .take(9)
            .into_iter()
            .map(|one| one.department)
            .collect();
        assert_eq!(order, [3, 2, 1]);
    }
}
