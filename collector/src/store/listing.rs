//! Lists of departments and services with their ratings, in the order a reader asks for.

use std::collections::{BTreeSet, HashMap};

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;

use super::deltas::{self, Change, add};
use super::pending_deltas::decode;
use super::ranking;
use super::segment::Segment;
use super::sql::{Bind, FromRow, Row, Statement, sql};
use super::{StoreError, View};
use crate::model::period::Period;
use crate::model::{Before, Department, DepartmentId, Order, Page, Selection, Service, Standing};

/// A department that is whole, or a service of it.
type Key = (i64, Segment);

/// The ratings in a period, in the first quarter of the one before, and in the rest of that.
type Windows = [Change; 3];

type Ratings = HashMap<Key, Windows>;

/// Of more departments than this, the ratings of all departments are read: that is one stretch.
const FEW: usize = 1_000;

const FROM: &str = " FROM department d WHERE d.merged_into_id IS NULL";

const ROW: &str = "d.id, d.slug, d.name_zh, d.name_en,
    (SELECT p.slug FROM department p WHERE p.id = d.parent_id) AS parent,
    EXISTS (SELECT 1 FROM department c WHERE c.parent_id = d.id AND c.merged_into_id IS NULL)
        AS has_children";

const BELOW: &str = "WITH RECURSIVE below (id) AS (
    SELECT id FROM department WHERE parent_id = $1
    UNION ALL SELECT c.id FROM department c JOIN below ON c.parent_id = below.id) ";

const SEARCH: &str = " AND d.search_text LIKE {} ESCAPE '\\'";

const BY_NAME: &str = " ORDER BY d.name_zh, d.slug";

const SERVICES: &str = "
    SELECT d.slug AS department, s.slug, s.name_zh, s.name_en, s.department_id, s.id
    FROM service s JOIN department d ON d.id = s.department_id
    WHERE (d.id = $1 OR d.merged_into_id = $1)";

/// A department of a list.
struct ListedDepartment {
    id: i64,
    department: Department,
    has_children: bool,
}

impl FromRow for ListedDepartment {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            department: Department::from_row(row)?,
            has_children: row.get("has_children")?,
        })
    }
}

/// A service of a list.
struct ListedService {
    key: Key,
    service: Service,
}

impl FromRow for ListedService {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let segment = Segment::Service(row.get("id")?);
        Ok(Self {
            key: (row.get("department_id")?, segment),
            service: Service::from_row(row)?,
        })
    }
}

impl View<'_> {
    /// Returns a page of departments with their ratings in a period and in the one before.
    ///
    /// Those with fewer than `minimum` ratings count as not comparable in the order.
    pub async fn standings(
        &mut self,
        selection: &Selection,
        period: Period,
        minimum: u64,
    ) -> Result<Page<Standing<Department>>, StoreError> {
        // By name only the page's figures are needed; any other order needs everyone's first.
        let (rows, total) = if selection.order == Order::Name {
            self.page_by_name(selection).await?
        } else {
            self.page_by_figure(selection, period, minimum).await?
        };
        let keys = rows.iter().map(|row| (row.id, Segment::Whole)).collect();
        let ratings = self.ratings(keys, period, Some(period.before())).await?;
        let rows = rows.into_iter().map(|row| {
            let (now, before) = counts(&ratings, (row.id, Segment::Whole));
            Standing {
                subject: row.department,
                has_children: row.has_children,
                now,
                before,
            }
        });
        Ok(Page {
            rows: rows.collect(),
            total,
        })
    }

    async fn page_by_name(
        &mut self,
        selection: &Selection,
    ) -> Result<(Vec<ListedDepartment>, usize), StoreError> {
        let page = chosen(ROW, selection).then(BY_NAME, &[]).then(
            " LIMIT CAST({} AS bigint) OFFSET CAST({} AS bigint)",
            &[&selection.limit, &selection.offset],
        );
        let rows: Vec<ListedDepartment> = self.query(page).await?;
        // A first page that is not full has all of them.
        if selection.offset == 0 && rows.len() < selection.limit {
            let total = rows.len();
            return Ok((rows, total));
        }
        let total = self.query_opt(chosen("count(*)", selection)).await?;
        Ok((rows, total.unwrap_or_default()))
    }

    async fn page_by_figure(
        &mut self,
        selection: &Selection,
        period: Period,
        minimum: u64,
    ) -> Result<(Vec<ListedDepartment>, usize), StoreError> {
        let by_name = chosen("d.id", selection).then(BY_NAME, &[]);
        let ids: Vec<i64> = self.query(by_name).await?;
        let keys = ids.iter().map(|id| (*id, Segment::Whole)).collect();
        let before = selection.order.compares().then(|| period.before());
        let all = self.ratings(keys, period, before).await?;
        let figures = |id| counts(&all, (id, Segment::Whole));
        let page = ranking::page(&ids, figures, selection, minimum);
        let text = format!("SELECT {ROW}{FROM} AND d.id = ANY ($1)");
        let rows: Vec<ListedDepartment> = self.query(sql!(text, page)).await?;
        let mut rows: HashMap<i64, ListedDepartment> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        let rows = page.iter().filter_map(|id| rows.remove(id));
        Ok((rows.collect(), ids.len()))
    }

    /// Returns the services of a department with their ratings, most rated first.
    pub async fn service_standings(
        &mut self,
        department: DepartmentId,
        period: Period,
    ) -> Result<Vec<Standing<Service>>, StoreError> {
        let text = format!("{SERVICES} ORDER BY s.name_zh, s.slug, d.id <> $1, d.id");
        let offered: Vec<ListedService> = self.query(sql!(text, department)).await?;
        let keys = offered.iter().map(|offered| offered.key).collect();
        let ratings = self.ratings(keys, period, Some(period.before())).await?;
        let rows = offered.into_iter().map(|offered| {
            let (now, before) = counts(&ratings, offered.key);
            Standing {
                subject: offered.service,
                has_children: false,
                now,
                before,
            }
        });
        Ok(ranking::services(rows.collect()))
    }

    /// Returns the ratings of a service of a department; nothing if it has no such service.
    pub async fn service_counts(
        &mut self,
        department: DepartmentId,
        service: &Slug,
        period: Period,
    ) -> Result<Option<Counts>, StoreError> {
        let text = format!("{SERVICES} AND s.slug = $2");
        let offered: Vec<ListedService> = self.query(sql!(text, department, service)).await?;
        if offered.is_empty() {
            return Ok(None);
        }
        let keys = offered.into_iter().map(|offered| offered.key).collect();
        let ratings = self.ratings(keys, period, None).await?;
        let counts = ratings.keys().map(|key| counts(&ratings, *key).0);
        Ok(Some(
            counts.fold(Counts::default(), |sum, one| sum.plus(&one)),
        ))
    }

    /// Returns the ratings under each key.
    async fn ratings(
        &mut self,
        keys: Vec<Key>,
        period: Period,
        before: Option<Period>,
    ) -> Result<Ratings, StoreError> {
        let statement = ratings(&keys, period, before, self.is_sqlite());
        let mut sums: Ratings = keys
            .into_iter()
            .map(|key| (key, Windows::default()))
            .collect();
        if sums.is_empty() {
            return Ok(sums);
        }
        let read = |row: &Row<'_>| {
            if let Some(changes) = row.at::<Option<Vec<u8>>>(0)? {
                decode(&changes, |key, change| {
                    let window = match before {
                        _ if period.contains(key.day) => 0,
                        Some(before) if before.contains(key.day) => {
                            1 + usize::from(key.day > before.first_quarter_end())
                        }
                        _ => return,
                    };
                    if let Some(sum) = sums.get_mut(&(key.department, key.segment)) {
                        add(&mut sum[window], change);
                    }
                })?;
            } else if let Some(sum) = sums.get_mut(&(row.at(1)?, Segment::stored(row.at(2)?))) {
                let window: usize = row.at(3)?;
                add(&mut sum[window], row.five(4)?);
            }
            Ok(())
        };
        self.for_each(statement, read).await?;
        Ok(sums)
    }
}

/// Returns a query for some columns of the departments that are wanted.
fn chosen(columns: &str, selection: &Selection) -> Statement {
    let select = format!("SELECT {columns}{FROM}");
    let search = |statement: Statement, text: &str| statement.then(SEARCH, &[&pattern(text)]);
    match (&selection.search, selection.parent) {
        (None, None) => sql!(select + " AND d.parent_id IS NULL"),
        (None, Some(parent)) => sql!(select + " AND d.parent_id = $1", parent),
        (Some(text), None) => search(sql!(select), text),
        (Some(text), Some(parent)) => {
            let select = format!("{BELOW}{select} AND d.id IN (SELECT id FROM below)");
            search(sql!(select, parent), text)
        }
    }
}

/// Returns a query for what is pending and for the ratings under keys.
///
/// SQLite reads the rows in the order of days, and would sort them to add them up. PostgreSQL adds
/// them up, so that fewer are sent.
fn ratings(keys: &[Key], period: Period, before: Option<Period>, is_sqlite: bool) -> Statement {
    let (mut months, mut days) = (Vec::new(), Vec::new());
    let parts_before = before.map(|before| before.parts_by_quarter());
    for parts in parts_before.into_iter().chain([period.parts()]) {
        months.extend(parts.months);
        days.extend(parts.days);
    }
    let quarter = before.unwrap_or(period).first_quarter_end();
    let mut values = vec![
        months.bind(),
        days.bind(),
        period.from().bind(),
        quarter.bind(),
    ];
    let wanted = match keys {
        _ if keys.len() > FEW && keys.iter().all(|(_, segment)| *segment == Segment::Whole) => {
            "part_id = 0"
        }
        // For one key PostgreSQL keeps a plan; for a list it makes one each time.
        [(department, segment)] => {
            values.extend([segment.column().bind(), department.bind()]);
            "part_id = $5 AND department_id = $6"
        }
        _ => {
            let segments: BTreeSet<i64> = keys.iter().map(|(_, one)| one.column()).collect();
            let departments: BTreeSet<i64> = keys.iter().map(|(id, _)| *id).collect();
            values.extend([segments, departments].map(|all| Vec::from_iter(all).bind()));
            "part_id = ANY ($5) AND department_id = ANY ($6)"
        }
    };
    let rows = |first: &str| {
        let window =
            |day| format!("CASE WHEN {day} >= $3 THEN 0 WHEN {day} <= $4 THEN 1 ELSE 2 END");
        let (of_month, of_day) = (window("month"), window("day"));
        format!(
            "SELECT {first}department_id, part_id, {of_month} AS part, c1, c2, c3, c4, c5
             FROM rollup_month WHERE month = ANY ($1) AND {wanted}
             UNION ALL
             SELECT {first}department_id, part_id, {of_day}, c1, c2, c3, c4, c5
             FROM rollup_day WHERE day = ANY ($2) AND {wanted}"
        )
    };
    let rows = if is_sqlite {
        rows("NULL, ")
    } else {
        format!(
            "SELECT NULL, department_id, part_id, CAST(part AS bigint), CAST(sum(c1) AS bigint),
                    CAST(sum(c2) AS bigint), CAST(sum(c3) AS bigint), CAST(sum(c4) AS bigint),
                    CAST(sum(c5) AS bigint)
             FROM ({}) r GROUP BY department_id, part_id, part",
            rows("")
        )
    };
    let pending = "SELECT changes, 0, 0, 0, 0, 0, 0, 0, 0 FROM pending_deltas";
    Statement::new(format!("{pending} UNION ALL {rows}"), values)
}

fn counts(ratings: &Ratings, key: Key) -> (Counts, Before) {
    let windows = ratings.get(&key).copied().unwrap_or_default();
    let [now, first_quarter, rest] = windows.map(deltas::counts);
    (now, Before::new(first_quarter, &rest))
}

/// Returns the text that searches look in: neither database folds the case of all letters.
pub(super) fn search_text(department: &Department) -> String {
    let names = &department.names;
    let en = names.en.as_ref().map_or("", |name| name.as_str());
    fold(&format!("{} {} {en}", department.slug, names.zh.as_str()))
}

/// Returns the pattern of LIKE for a text anywhere, with its wildcards taken literally.
fn pattern(text: &str) -> String {
    let literal = fold(text)
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{literal}%")
}

/// Returns a text in lower case, letter by letter.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
