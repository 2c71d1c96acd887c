//! `GET /api/v1/departments` and `/{slug}`: who can be rated, and how each stands.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_shared::change::Change;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use serde::Serialize;
use utoipa::ToSchema;

use super::csv;
use crate::app::App;
use crate::limits::class::Class;
use crate::model::score_table;
use crate::model::{Comparison, Department, Refusal, Standing, compare};
use crate::web::description::Description;
use crate::web::extract::{Path, Query};
use crate::web::list_query::{FormatQuery, ListQuery, PAGE};
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

/// A CSV answer is for a spreadsheet, not for a screen: it has every department of a country.
const CSV_PAGE: usize = 100_000;

#[derive(Serialize, ToSchema)]
#[schema(as = DepartmentList)]
struct List {
    from: String,
    to: String,
    total: usize,
    page: usize,
    pages: usize,
    departments: Vec<Entry>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DepartmentEntry)]
struct Entry {
    #[serde(flatten)]
    department: DepartmentBody,
    has_children: bool,
    score: Published,
    /// None where either window has too few ratings to compare.
    change: Option<Change>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Department)]
struct DepartmentBody {
    slug: Slug,
    parent: Option<Slug>,
    name_zh: String,
    name_en: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DepartmentInTree)]
struct One {
    #[serde(flatten)]
    department: DepartmentBody,
    /// The departments above, from the top down.
    above: Vec<DepartmentBody>,
    /// How many departments stand directly below.
    children: u64,
}

/// Returns the routes.
pub(super) fn router() -> Routes {
    let of_list = Description::new("One level of the tree of departments, or what a search finds")
        .json::<List>(200, "A page of departments with their scores")
        .file("text/csv", "all of them as a table")
        .refuses(&[
            Refusal::UnknownDepartment.into(),
            ProblemType::InvalidPeriod,
        ]);
    let of_one = Description::new("One department and the departments above it")
        .json::<One>(200, "The department")
        .refuses(&[Refusal::UnknownDepartment.into()]);
    Routes::new()
        .route(Class::Read, "/departments", list, of_list)
        .route(Class::Read, "/departments/{slug}", one, of_one)
}

async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ProblemType> {
    let as_csv = format.is_csv()?;
    let limit = if as_csv { CSV_PAGE } else { PAGE };
    let period = query.dates.period(app.clock.today())?;
    let (minimum, number) = (app.public_minimum, query.number()?);
    let mut selection = query.selection(limit)?;
    let page = app.store.view(async move |view| {
        let parent = lookup::parent_in(view, &query.parent).await?;
        selection.parent = parent.map(|parent| parent.id);
        Ok::<_, ProblemType>(view.standings(&selection, period, minimum).await?)
    });
    let page = page.await?;
    if as_csv {
        let row = |row: &Standing<Department>| {
            score_table::Row::of(&row.subject, None, row.now, minimum, period)
        };
        let rows: Vec<_> = page.rows.iter().map(row).collect();
        return Ok(csv::answer("departments", score_table::csv(&rows)));
    }
    let list = List {
        from: period.from().to_string(),
        to: period.to().to_string(),
        total: page.total,
        page: number,
        pages: page.total.div_ceil(limit).max(1),
        departments: compare(&page.rows, minimum)
            .into_iter()
            .zip(page.rows)
            .map(|(comparison, row)| entry(row, comparison, minimum))
            .collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(list)).into_response())
}

async fn one(State(app): State<App>, Path(slug): Path<String>) -> Result<Response, ProblemType> {
    let place = lookup::department(&app, &slug).await?;
    let one = One {
        department: place.department.into(),
        above: place.above.into_iter().map(Into::into).collect(),
        children: place.children,
    };
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(one)).into_response())
}

fn entry(row: Standing<Department>, comparison: Comparison, minimum: u64) -> Entry {
    let change = comparison.change().map(Change::rounded);
    Entry {
        department: row.subject.into(),
        has_children: row.has_children,
        score: Published::of(row.now, minimum),
        change,
    }
}

impl From<Department> for DepartmentBody {
    fn from(department: Department) -> Self {
        Self {
            slug: department.slug,
            parent: department.parent,
            name_zh: department.names.zh.to_string(),
            name_en: department.names.en.map(Into::into),
        }
    }
}
