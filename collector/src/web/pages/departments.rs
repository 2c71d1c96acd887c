//! `/`: the departments of a level, or those a search finds, in the order a reader asks for.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::figures::{Row, rows, whole};
use super::links::{Link, presets, trail};
use super::reader::{Reader, address};
use super::render::{SECURITY_POLICY, page};
use crate::app::App;
use crate::limits::class::Class;
use crate::model::period::Period;
use crate::model::{Localized, Refusal};
use crate::web::description::Description;
use crate::web::extract::Query;
use crate::web::list_query::{ListQuery, PAGE, PeriodQuery};
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

/// The head of a column that sorts.
struct Column {
    href: String,
    text: &'static str,
    /// What `aria-sort` says.
    sorted: &'static str,
    /// How the column is set: figures to the right, and `n` moves under the index on telephones.
    class: &'static str,
}

#[derive(Template)]
#[template(path = "departments.html")]
struct DepartmentsPage {
    reader: Reader,
    title: Localized,
    trail: Vec<Link>,
    query: ListQuery,
    period: Period,
    presets: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    total: String,
    number: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    empty: bool,
    minimum: u64,
}

/// Returns the route.
pub(super) fn router() -> Routes {
    let described = Description::page("The scores of the departments of a level, or of a search")
        .refuses(&[
            Refusal::UnknownDepartment.into(),
            ProblemType::InvalidPeriod,
        ]);
    Routes::new().route(Class::Read, "/", list, described)
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    Query(query): Query<ListQuery>,
) -> Result<Response, ProblemType> {
    let words = reader.words();
    let today = app.clock.today();
    let period = query.dates.period(today)?;
    let (minimum, parent) = (app.public_minimum, query.parent.clone());
    let mut selection = query.selection(PAGE)?;
    let searching = selection.search.is_some();
    let read = app.store.view(async move |view| {
        let parent = lookup::parent_in(view, &parent).await?;
        selection.parent = parent.as_ref().map(|parent| parent.id);
        let standings = view.standings(&selection, period, minimum).await?;
        Ok::<_, ProblemType>((parent, standings))
    });
    let (parent, standings) = read.await?;
    let rows = rows(&standings.rows, &reader, app.public_minimum, |standing| {
        let slug = standing.subject.slug.as_str();
        let href = address(&format!("/d/{slug}"), &query.dates);
        let below = standing
            .has_children
            .then(|| address("/", &query.level(slug)));
        (&standing.subject.names, href, below)
    });
    let tag = reader.language.tag();
    let title = match &parent {
        _ if searching => Localized::new(words.search_results, tag),
        Some(place) => place.department.names.shown(reader.language),
        None => Localized::new(words.departments, tag),
    };
    let trail = match &parent {
        Some(place) => trail(&place.above, &reader, &query.dates),
        None => Vec::new(),
    };
    let number = query.number()?;
    let pages = standings.total.div_ceil(PAGE).max(1);
    let turn = |to: usize| {
        let turned = ListQuery {
            page: to.to_string(),
            ..query.clone()
        };
        address("/", &turned)
    };
    let template = DepartmentsPage {
        title,
        trail,
        period,
        presets: presets(today, period, &reader, |period| {
            address("/", &turned(&query, query.dates.within(period)))
        }),
        columns: columns(&query, &reader),
        rows,
        total: whole(standings.total as u64),
        number,
        pages,
        previous: (number > 1).then(|| turn(number - 1)),
        next: (number < pages).then(|| turn(number + 1)),
        csv: format!(
            "{}&format=csv",
            address(
                "/api/v1/departments",
                &turned(&query, query.dates.within(period))
            )
        ),
        empty: app.store.is_empty().await?,
        minimum: app.public_minimum,
        query,
        reader,
    };
    page(&template, SECURITY_POLICY)
}

/// Returns the first page of the same list for another period.
fn turned(query: &ListQuery, dates: PeriodQuery) -> ListQuery {
    ListQuery {
        page: String::new(),
        dates,
        ..query.clone()
    }
}

/// Returns the heads of the columns; the one that sorts leads to the reverse, where there is one.
fn columns(query: &ListQuery, reader: &Reader) -> Vec<Column> {
    let words = reader.words();
    let sort = if query.sort.is_empty() {
        "name"
    } else {
        query.sort.as_str()
    };
    [
        (words.department, "name", "name", "ascending", ""),
        (words.index, "index", "index-low", "descending", "number"),
        (
            words.ratings,
            "ratings",
            "ratings",
            "descending",
            "number n",
        ),
        (words.poor, "poor", "poor", "descending", "number"),
        (words.change, "change", "change-low", "descending", "number"),
    ]
    .map(|(text, first, reverse, direction, class)| {
        let sorted = match sort {
            name if name == first => direction,
            name if name == reverse => "ascending",
            _ => "none",
        };
        let next = if sort == first { reverse } else { first };
        let query = ListQuery {
            sort: next.to_owned(),
            page: String::new(),
            ..query.clone()
        };
        Column {
            href: address("/", &query),
            text,
            sorted,
            class,
        }
    })
    .into()
}
