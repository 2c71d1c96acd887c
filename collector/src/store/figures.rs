//! The figures of one department, at a cost that does not grow with the number of ratings.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use huiyin_shared::counts::Counts;
use jiff::civil::Date;

use super::breakdown::{LISTED, MostRated};
use super::deltas::{self, ByMonth, Change, add};
use super::pending_deltas::decode;
use super::segment::{Segment, ValueId};
use super::sql::{Row, Statement, sql};
use super::{StoreError, View};
use crate::model::period::{Parts, Period};
use crate::model::{Before, Breakdown, DepartmentId, Dimension, Figures, WidgetEventCounts};

/// What is pending. Each row of this and of what is added to it is a segment, a day, and five
/// numbers.
const PENDING: &str = "SELECT changes, 0, NULL, 0, 0, 0, 0, 0 FROM pending_deltas";

/// The ratings of a department by month and day, and how often the widget was used.
///
/// Primary keys begin with the day: of a list of days, each is one look into the index.
const WHOLE: &str = "
    UNION ALL
    SELECT NULL, 0, month, c1, c2, c3, c4, c5 FROM rollup_month
    WHERE month = ANY ({}) AND part_id = 0 AND department_id = {}
    UNION ALL
    SELECT NULL, 0, day, c1, c2, c3, c4, c5 FROM rollup_day
    WHERE day = ANY ({}) AND part_id = 0 AND department_id = {}
    UNION ALL
    SELECT NULL, NULL, NULL, CAST(sum(seen) AS bigint), CAST(sum(opened) AS bigint),
           CAST(sum(started) AS bigint), CAST(sum(sent) AS bigint), 0
    FROM moment_day WHERE department_id = {} AND day BETWEEN {} AND {}
    HAVING count(*) > 0";

/// The ratings of a department with some values.
const VALUES: &str = "
    UNION ALL
    SELECT NULL, value_id, NULL, c1, c2, c3, c4, c5 FROM value_month
    WHERE month = ANY ({}) AND department_id = {} AND value_id = ANY ({})
    UNION ALL
    SELECT NULL, value_id, NULL, c1, c2, c3, c4, c5 FROM value_day
    WHERE day = ANY ({}) AND department_id = {} AND value_id = ANY ({})";

/// The ratings of a department with all values of a dimension together.
const ALL_VALUES: &str = "
    UNION ALL
    SELECT NULL, 0, NULL, CAST(sum(c1) AS bigint), CAST(sum(c2) AS bigint),
           CAST(sum(c3) AS bigint), CAST(sum(c4) AS bigint), CAST(sum(c5) AS bigint)
    FROM value_month WHERE month = ANY ({}) AND department_id = {} AND value_id BETWEEN {} AND {}
    HAVING count(*) > 0
    UNION ALL
    SELECT NULL, 0, NULL, CAST(sum(c1) AS bigint), CAST(sum(c2) AS bigint),
           CAST(sum(c3) AS bigint), CAST(sum(c4) AS bigint), CAST(sum(c5) AS bigint)
    FROM value_day WHERE day = ANY ({}) AND department_id = {} AND value_id BETWEEN {} AND {}
    HAVING count(*) > 0";

/// Values, their texts, and the ratings of the department `$1` with each, without what is pending.
const BY_VALUE: &str = "
    SELECT value_id, (SELECT value FROM segment_value WHERE id = value_id), c1, c2, c3, c4, c5
    FROM (SELECT value_id, CAST(sum(c1) AS bigint) AS c1, CAST(sum(c2) AS bigint) AS c2,
                 CAST(sum(c3) AS bigint) AS c3, CAST(sum(c4) AS bigint) AS c4,
                 CAST(sum(c5) AS bigint) AS c5
          FROM (SELECT value_id, c1, c2, c3, c4, c5 FROM value_month
                WHERE month = ANY ($2) AND department_id = $1 AND value_id BETWEEN $4 AND $5
                UNION ALL
                SELECT value_id, c1, c2, c3, c4, c5 FROM value_day
                WHERE day = ANY ($3) AND department_id = $1 AND value_id BETWEEN $4 AND $5";

/// Values that have pending ratings, and may have no others.
const WITH_PENDING: &str = "
                UNION ALL SELECT id, 0, 0, 0, 0, 0 FROM segment_value WHERE id = ANY ({})
          ) r GROUP BY value_id ORDER BY value_id = ANY ({}) DESC, ";

const WITHOUT_PENDING: &str = ") r GROUP BY value_id ORDER BY ";

/// SQLite prepares a statement again for each bare `LIMIT $n`, to plan by its value.
const MOST_RATED: &str = "
    sum(r.c1 + r.c2 + r.c3 + r.c4 + r.c5) DESC, value_id LIMIT CAST({} AS bigint)) most";

/// The values whose ratings are wanted.
enum Values {
    /// All of a dimension.
    All(Dimension),
    /// These.
    Only(Vec<ValueId>),
}

impl Values {
    fn new(by: Dimension, values: &[&str]) -> Self {
        Self::Only(values.iter().map(|value| ValueId::new(by, value)).collect())
    }

    fn contains(&self, value: ValueId) -> bool {
        match self {
            Self::All(by) => value.dimension() == Some(*by),
            Self::Only(values) => values.contains(&value),
        }
    }
}

/// What the rows of a department add up to.
struct Sums {
    department: DepartmentId,
    period: Period,
    before: Period,
    values: Values,
    by_month: ByMonth,
    /// In the first quarter of the period before, and in the rest of it.
    in_before: [Change; 2],
    by_value: HashMap<ValueId, Change>,
    all_values: Change,
    moments: WidgetEventCounts,
}

impl Sums {
    fn new(department: DepartmentId, period: Period, values: Values) -> Self {
        Self {
            department,
            period,
            before: period.before(),
            values,
            by_month: ByMonth::default(),
            in_before: [[0; 5]; 2],
            by_value: HashMap::new(),
            all_values: [0; 5],
            moments: WidgetEventCounts::default(),
        }
    }

    /// Returns a query for what is pending and the ratings with single values, and for those of
    /// the whole if they are wanted.
    fn query(&self, whole: bool) -> Statement {
        let Self {
            department, period, ..
        } = self;
        let Parts { months, days } = period.parts();
        let mut query = sql!(PENDING);
        if whole {
            let before = self.before.parts_by_quarter();
            let all_months = [before.months, months.clone()].concat();
            let all_days = [before.days, days.clone()].concat();
            let (from, to) = (period.from(), period.to());
            query = query.then(
                WHOLE,
                &[
                    &all_months,
                    department,
                    &all_days,
                    department,
                    department,
                    &from,
                    &to,
                ],
            );
        }
        match &self.values {
            Values::All(by) => {
                let (first, last) = ValueId::range(*by);
                query.then(
                    ALL_VALUES,
                    &[
                        &months, department, &first, &last, &days, department, &first, &last,
                    ],
                )
            }
            Values::Only(values) => {
                let ids = columns(values);
                query.then(
                    VALUES,
                    &[&months, department, &ids, &days, department, &ids],
                )
            }
        }
    }

    /// Returns a query for the values that have pending ratings, and of the others for as many as
    /// can be listed.
    fn most_rated(&self, by: Dimension) -> Statement {
        let Parts { months, days } = self.period.parts();
        let (first, last) = ValueId::range(by);
        let pending = columns(self.by_value.keys());
        let query = sql!(BY_VALUE, self.department, months, days, first, last);
        let query = if pending.is_empty() {
            query.then(WITHOUT_PENDING, &[])
        } else {
            query.then(WITH_PENDING, &[&pending, &pending])
        };
        query.then(MOST_RATED, &[&(LISTED + pending.len())])
    }

    fn add_row(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        if let Some(changes) = row.at::<Option<Vec<u8>>>(0)? {
            return self.add_pending(&changes);
        }
        let numbers = row.five(3)?;
        match (row.at(1)?, row.at(2)?) {
            (Some(_), Some(day)) => self.add_whole(day, numbers),
            (Some(0), None) => add(&mut self.all_values, numbers),
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
                if self.period.contains(key.day) && self.values.contains(value) =>
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
            let part = usize::from(day > self.before.first_quarter_end());
            add(&mut self.in_before[part], change);
        }
    }

    fn add_value(&mut self, value: ValueId, change: Change) {
        add(self.by_value.entry(value).or_default(), change);
    }

    /// Returns the ratings with a value.
    fn of_value(&self, value: ValueId) -> Counts {
        deltas::counts(self.by_value.get(&value).copied().unwrap_or_default())
    }

    fn figures(self, breakdown: Breakdown) -> Figures {
        let months = self.by_month.rated();
        let counts = months.iter().map(|(_, counts)| counts);
        let [first_quarter, rest] = self.in_before.map(deltas::counts);
        Figures {
            now: counts.fold(Counts::default(), |sum, counts| sum.plus(counts)),
            before: Before::new(first_quarter, &rest),
            months,
            breakdown,
            moments: self.moments,
        }
    }
}

impl View<'_> {
    /// Returns the figures of a department, its ratings also by one dimension.
    pub async fn figures(
        &mut self,
        department: DepartmentId,
        by: Dimension,
        period: Period,
    ) -> Result<Figures, StoreError> {
        let mut sums = Sums::new(department, period, Values::All(by));
        self.add_up(&mut sums, true).await?;
        let breakdown = self.listed(&sums, by).await?;
        Ok(sums.figures(breakdown))
    }

    /// Returns the figures of a department, and of the values of a dimension only those that are
    /// given; the others are not even counted, because anybody can make up any number of them.
    pub async fn figures_with(
        &mut self,
        department: DepartmentId,
        by: Dimension,
        values: &[&str],
        period: Period,
    ) -> Result<Figures, StoreError> {
        let mut sums = Sums::new(department, period, Values::new(by, values));
        self.add_up(&mut sums, true).await?;
        let counts = |value: &&str| ((*value).to_owned(), sums.of_value(ValueId::new(by, value)));
        let breakdown = Breakdown {
            values: values.iter().map(counts).collect(),
            others: Counts::default(),
        };
        Ok(sums.figures(breakdown))
    }

    /// Returns the ratings of a department by one dimension.
    pub async fn breakdown(
        &mut self,
        department: DepartmentId,
        by: Dimension,
        period: Period,
    ) -> Result<Breakdown, StoreError> {
        let mut sums = Sums::new(department, period, Values::All(by));
        self.add_up(&mut sums, false).await?;
        self.listed(&sums, by).await
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
        let mut sums = Sums::new(department, period, Values::new(by, &[value]));
        self.add_up(&mut sums, false).await?;
        Ok(sums.of_value(ValueId::new(by, value)))
    }

    async fn add_up(&mut self, sums: &mut Sums, whole: bool) -> Result<(), StoreError> {
        let query = sums.query(whole);
        self.for_each(query, |row| sums.add_row(row)).await
    }

    /// Returns the values with the most ratings, and the ratings with all others; `sums` has what
    /// is pending by value.
    async fn listed(&mut self, sums: &Sums, by: Dimension) -> Result<Breakdown, StoreError> {
        let (mut most_rated, mut all) = (MostRated::default(), sums.all_values);
        let read = |row: &Row<'_>| {
            let (id, mut sum) = (ValueId::stored(row.at(0)?), row.five(2)?);
            add(
                &mut sum,
                sums.by_value.get(&id).copied().unwrap_or_default(),
            );
            most_rated.add(id, row.at(1)?, sum);
            Ok(())
        };
        self.for_each(sums.most_rated(by), read).await?;
        for change in sums.by_value.values() {
            add(&mut all, *change);
        }
        Ok(most_rated.listed(all))
    }
}

fn columns<'a>(values: impl IntoIterator<Item = &'a ValueId>) -> Vec<i64> {
    values.into_iter().map(|id| id.column()).collect()
}
