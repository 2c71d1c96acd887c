//! The figures of one department, at a cost that does not grow with the number of ratings.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use huiyin_shared::counts::Counts;
use jiff::civil::Date;

use super::breakdown::{most_rated, named};
use super::deltas::{self, ByMonth, Change, add};
use super::pending_deltas::decode;
use super::segment::{Segment, ValueId};
use super::sql::{Row, sql};
use super::{StoreError, View};
use crate::model::period::{Parts, Period};
use crate::model::{DepartmentId, Dimension, Figures, WidgetEventCounts};

/// What is pending; the ratings of the department `$1` by day and month; those by value from `$6`
/// to `$7`; and how often the widget was used. Each row is a segment, a day, and five numbers.
///
/// Primary keys begin with the day: of a list of days, each is one look into the index.
const FIGURES: &str = "
    SELECT changes, 0, NULL, 0, 0, 0, 0, 0 FROM pending_deltas
    UNION ALL
    SELECT NULL, 0, month, c1, c2, c3, c4, c5 FROM rollup_month
    WHERE month = ANY ($2) AND part_id = 0 AND department_id = $1
    UNION ALL
    SELECT NULL, 0, day, c1, c2, c3, c4, c5 FROM rollup_day
    WHERE day = ANY ($3) AND part_id = 0 AND department_id = $1
    UNION ALL
    SELECT NULL, value_id, NULL, c1, c2, c3, c4, c5 FROM value_month
    WHERE month = ANY ($4) AND department_id = $1 AND value_id BETWEEN $6 AND $7
    UNION ALL
    SELECT NULL, value_id, NULL, c1, c2, c3, c4, c5 FROM value_day
    WHERE day = ANY ($5) AND department_id = $1 AND value_id BETWEEN $6 AND $7
    UNION ALL
    SELECT NULL, NULL, NULL, CAST(sum(seen) AS bigint), CAST(sum(opened) AS bigint),
           CAST(sum(started) AS bigint), CAST(sum(sent) AS bigint), 0
    FROM moment_day WHERE department_id = $1 AND day BETWEEN $8 AND $9
    HAVING count(*) > 0";

const TEXTS: &str = "SELECT id, value FROM segment_value WHERE id = ANY ($1)";

/// What the rows of [`FIGURES`] add up to.
struct Sums {
    department: DepartmentId,
    period: Period,
    before: Period,
    value_ids: RangeInclusive<i64>,
    by_month: ByMonth,
    in_before: Change,
    by_value: HashMap<ValueId, Change>,
    moments: WidgetEventCounts,
}

impl Sums {
    fn new(department: DepartmentId, period: Period, value_ids: RangeInclusive<i64>) -> Self {
        Self {
            department,
            period,
            before: period.before(),
            value_ids,
            by_month: ByMonth::default(),
            in_before: [0; 5],
            by_value: HashMap::new(),
            moments: WidgetEventCounts::default(),
        }
    }

    fn add_row(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        if let Some(changes) = row.at::<Option<Vec<u8>>>(0)? {
            return self.add_pending(&changes);
        }
        let numbers = row.five(3)?;
        match (row.at(1)?, row.at(2)?) {
            (Some(_), Some(day)) => self.add_whole(day, numbers),
            (Some(value), None) => self.add_value(ValueId::stored(value), numbers),
            (None, _) => {
                let [seen, opened, started, sent, _] = deltas::counts(numbers).one_to_five();
                self.moments = WidgetEventCounts {
                    seen,
                    opened,
                    started,
                    sent,
                };
            }
        }
        Ok(())
    }

    fn add_pending(&mut self, changes: &[u8]) -> Result<(), StoreError> {
        decode(changes, |key, change| match key.segment {
            _ if key.department != self.department.0 => {}
            Segment::Whole => self.add_whole(key.day, change),
            Segment::Value(value)
                if self.period.contains(key.day) && self.value_ids.contains(&value.column()) =>
            {
                self.add_value(value, change);
            }
            Segment::Value(_) | Segment::Service(_) => {}
        })?;
        Ok(())
    }

    /// Adds ratings of a day, or of the month that begins with it.
    fn add_whole(&mut self, day: Date, change: Change) {
        if self.period.contains(day) {
            self.by_month.add(day, change);
        } else if self.before.contains(day) {
            add(&mut self.in_before, change);
        }
    }

    fn add_value(&mut self, value: ValueId, change: Change) {
        add(self.by_value.entry(value).or_default(), change);
    }
}

impl View<'_> {
    /// Returns the figures of a department, its ratings also by one dimension; values that are
    /// `expected` are listed however few ratings they have.
    pub async fn figures(
        &mut self,
        department: DepartmentId,
        by: Dimension,
        period: Period,
        expected: &[&str],
    ) -> Result<Figures, StoreError> {
        let (first, last) = ValueId::range(by);
        let sums = self.sums(Sums::new(department, period, first..=last));
        let sums = sums.await?;
        let months = sums.by_month.rated();
        let counts = months.iter().map(|(_, counts)| counts);
        let expected = expected.iter().map(|value| ValueId::new(by, value));
        let expected: Vec<ValueId> = expected.collect();
        let listed = most_rated(sums.by_value, &expected);
        let ids: Vec<i64> = listed.0.iter().map(|(id, _)| id.column()).collect();
        Ok(Figures {
            now: counts.fold(Counts::default(), |sum, counts| sum.plus(counts)),
            before: deltas::counts(sums.in_before),
            months,
            breakdown: named(listed, self.texts(ids).await?),
            moments: sums.moments,
        })
    }

    /// Returns the ratings of a department with one value, also where it is not among those that
    /// are listed.
    pub async fn value_counts(
        &mut self,
        department: DepartmentId,
        by: Dimension,
        value: &str,
        period: Period,
    ) -> Result<Counts, StoreError> {
        let value = ValueId::new(by, value);
        let only = value.column()..=value.column();
        let sums = self.sums(Sums::new(department, period, only)).await?;
        let sum = sums.by_value.get(&value).copied();
        Ok(deltas::counts(sum.unwrap_or_default()))
    }

    async fn sums(&mut self, mut sums: Sums) -> Result<Sums, StoreError> {
        let Parts { months, days } = sums.period.parts();
        let before = sums.before.parts();
        let statement = sql!(
            FIGURES,
            sums.department,
            [before.months, months.clone()].concat(),
            [before.days, days.clone()].concat(),
            months,
            days,
            sums.value_ids.start(),
            sums.value_ids.end(),
            sums.period.from(),
            sums.period.to()
        );
        self.for_each(statement, |row| sums.add_row(row)).await?;
        Ok(sums)
    }

    async fn texts(&mut self, ids: Vec<i64>) -> Result<HashMap<ValueId, String>, StoreError> {
        let mut texts = HashMap::new();
        if !ids.is_empty() {
            let read = |row: &Row<'_>| {
                texts.insert(ValueId::stored(row.at(0)?), row.at(1)?);
                Ok(())
            };
            self.for_each(sql!(TEXTS, ids), read).await?;
        }
        Ok(texts)
    }
}
