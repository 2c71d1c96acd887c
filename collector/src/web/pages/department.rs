//! `/d/{slug}`: one department, for a manager to read today and to take to a meeting.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use huiyin_shared::counts::Counts;
use huiyin_shared::interval::Estimate;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;

use super::figures::{
    GradeRow, Row, change, distribution, interval, percent, percent_interval, rows, tenths, whole,
};
use super::links::{Link, presets, trail};
use super::reader::{Reader, address};
use super::render::{SECURITY_POLICY, page};
use crate::app::App;
use crate::limits::class::Class;
use crate::model::drivers::{Driver, DriverSet, DriverShare, driver_shares};
use crate::model::period::Period;
use crate::model::{
    Before, Department, Dimension, Figures, Localized, Located, Page, Refusal, Selection, Service,
    Standing, WidgetEventCounts, compare,
};
use crate::store::View;
use crate::text::pages::Phrases;
use crate::util::chart::{self, Point};
use crate::web::description::Description;
use crate::web::extract::{Path, Query};
use crate::web::list_query::{ListQuery, PAGE, PeriodQuery};
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

/// The figures of a department with enough ratings.
struct FigureTexts {
    index: String,
    interval: String,
    change: String,
    rows: Vec<[String; 3]>,
    distribution: Vec<GradeRow>,
}

/// How often the reasons of one list were ticked.
struct Reasons {
    caption: &'static str,
    /// How many ratings the shares are of.
    n: String,
    rows: Vec<Reason>,
}

/// How often a reason was ticked.
struct Reason {
    name: Localized,
    share: String,
    interval: String,
    n: String,
}

/// A month in the table behind the trend.
struct Month {
    name: String,
    n: String,
    /// Index and interval, where there are enough ratings.
    score: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "department.html")]
struct DepartmentPage {
    reader: Reader,
    name: Localized,
    slug: Slug,
    trail: Vec<Link>,
    query: PeriodQuery,
    period: Period,
    presets: Vec<Link>,
    n: String,
    minimum: u64,
    figures: Option<FigureTexts>,
    /// How often the widget was seen, opened, used and sent from, and the response rate.
    funnel: Option<String>,
    /// How often reasons were ticked with poor and with good ratings; empty under the minimum.
    reasons: Vec<Reasons>,
    trend: String,
    months: Vec<Month>,
    children: Vec<Row>,
    all_children: Option<String>,
    services: Vec<Row>,
    rate_href: String,
    csv: String,
    json: String,
}

/// What the page tells, from one snapshot of the data.
struct Content {
    located: Located,
    figures: Figures,
    children: Page<Standing<Department>>,
    services: Vec<Standing<Service>>,
    offered: DriverSet,
}

impl Content {
    async fn read(
        view: &mut View<'_>,
        located: Located,
        period: Period,
        minimum: u64,
    ) -> Result<Self, ProblemType> {
        let children = Selection {
            parent: Some(located.id),
            limit: PAGE,
            ..Selection::default()
        };
        let offered = view.drivers(&located.department.slug).await?.set;
        let slugs = offered.good.iter().chain(&offered.poor);
        let slugs: Vec<&str> = slugs.map(|driver| driver.slug.as_str()).collect();
        let figures = view.figures_with(located.id, Dimension::Driver, &slugs, period);
        Ok(Self {
            figures: figures.await?,
            children: view.standings(&children, period, minimum).await?,
            services: view.service_standings(located.id, period).await?,
            offered,
            located,
        })
    }
}

/// Returns the route.
pub(super) fn router() -> Routes {
    let described = Description::page("The scores of a department").refuses(&[
        Refusal::UnknownDepartment.into(),
        ProblemType::InvalidPeriod,
    ]);
    Routes::new().route(Class::Read, "/d/{slug}", department, described)
}

async fn department(
    State(app): State<App>,
    reader: Reader,
    Path(slug): Path<String>,
    Query(query): Query<PeriodQuery>,
) -> Result<Response, ProblemType> {
    let (today, minimum) = (app.clock.today(), app.public_minimum);
    let period = query.period(today)?;
    let read = app.store.view(async move |view| {
        let located = lookup::department_in(view, &slug).await?;
        Content::read(view, located, period, minimum).await
    });
    let Content {
        located,
        figures: read,
        children: below,
        services,
        offered,
    } = read.await?;
    let (slug, now) = (located.department.slug.clone(), read.now);
    let (trend, months) = trend_of(&read.months, period, minimum, &reader);
    let shares = driver_shares(&read.breakdown, &now, minimum).unwrap_or_default();
    let json = address(
        &format!("/api/v1/departments/{slug}/score"),
        &query.within(period),
    );
    let template = DepartmentPage {
        name: located.department.names.shown(reader.language),
        trail: trail(&located.above, &reader, &query),
        period,
        presets: presets(today, period, &reader, |period| {
            address(&format!("/d/{slug}"), &query.within(period))
        }),
        n: whole(now.n()),
        minimum: minimum.max(1),
        figures: figures(now, read.before, minimum, &reader),
        funnel: funnel(reader.words(), read.moments),
        reasons: reasons(&offered, &shares, now, &reader),
        trend,
        months,
        children: children(&below, &query, &reader, minimum),
        all_children: (below.total > 0).then(|| list_of_children(&slug, &query)),
        services: service_rows(&services, &reader, minimum),
        rate_href: reader.link(&format!("/d/{slug}/rate")),
        csv: format!("{json}&format=csv"),
        json,
        slug,
        query,
        reader,
    };
    page(&template, SECURITY_POLICY)
}

/// Writes the widget events; nothing where no rate can be told.
fn funnel(words: &Phrases, moments: WidgetEventCounts) -> Option<String> {
    let rate = moments.response_rate()? * 100.0;
    let numbers = [
        ("{seen}", whole(moments.seen)),
        ("{opened}", whole(moments.opened)),
        ("{started}", whole(moments.started)),
        ("{sent}", whole(moments.sent)),
        ("{rate}", format!("{rate:.1}")),
    ];
    let sentence = words.funnel.to_owned();
    Some(
        numbers
            .into_iter()
            .fold(sentence, |sentence, (name, number)| {
                sentence.replace(name, &number)
            }),
    )
}

/// Returns how often the reasons of both lists were ticked; nothing of a list of which none was.
fn reasons(
    offered: &DriverSet,
    shares: &[DriverShare],
    now: Counts,
    reader: &Reader,
) -> Vec<Reasons> {
    let words = reader.words();
    let poor = |share: &DriverShare| (share.poor_n, share.poor);
    let good = |share: &DriverShare| (share.good_n, share.good);
    let sides = [
        (
            words.ticked_poor,
            now.poor(),
            ticked(&offered.poor, shares, poor, reader),
        ),
        (
            words.ticked_good,
            now.good(),
            ticked(&offered.good, shares, good, reader),
        ),
    ];
    (sides.into_iter())
        .filter(|(_, _, rows)| !rows.is_empty())
        .map(|(caption, n, rows)| Reasons {
            caption,
            n: whole(n),
            rows,
        })
        .collect()
}

/// Returns those of the offered reasons that were ticked, most often first.
fn ticked(
    offered: &[Driver],
    shares: &[DriverShare],
    side: impl Fn(&DriverShare) -> (u64, Option<Estimate>),
    reader: &Reader,
) -> Vec<Reason> {
    let mut rows: Vec<(u64, Estimate, &Driver)> = (offered.iter())
        .filter_map(|driver| {
            let share = (shares.iter()).find(|share| share.driver == driver.slug.as_str())?;
            let (n, estimate) = side(share);
            Some((n, estimate.filter(|_| n > 0)?, driver))
        })
        .collect();
    rows.sort_by_key(|(n, ..)| std::cmp::Reverse(*n));
    let row = |(n, estimate, driver): (u64, Estimate, &Driver)| Reason {
        name: driver.shown(reader.language.tag()),
        share: percent(estimate.value),
        interval: percent_interval(estimate),
        n: whole(n),
    };
    rows.into_iter().map(row).collect()
}

fn figures(now: Counts, before: Before, minimum: u64, reader: &Reader) -> Option<FigureTexts> {
    let words = reader.words();
    let published = Published::of(now, minimum);
    let score = published.score()?;
    let standing = Standing {
        subject: (),
        has_children: false,
        now,
        before,
    };
    let share = |name: &str, estimate| {
        let Estimate { value, .. } = estimate;
        [name.to_owned(), percent(value), percent_interval(estimate)]
    };
    let [low, high] = score.mean.interval;
    let mean = format!("{:.2}", score.mean.value);
    Some(FigureTexts {
        index: tenths(score.index.value),
        interval: interval(score.index),
        change: change(compare(&[standing], minimum.max(1))[0], words),
        rows: vec![
            [words.mean.to_owned(), mean, format!("{low:.2} – {high:.2}")],
            share(words.satisfied, score.satisfied),
            share(words.good, score.good),
            share(words.poor_rate, score.poor),
        ],
        distribution: distribution(now, reader.language),
    })
}

/// Returns the chart of the months and the table behind it.
fn trend_of(
    known: &[(String, Counts)],
    period: Period,
    minimum: u64,
    reader: &Reader,
) -> (String, Vec<Month>) {
    let words = reader.words();
    let mut points = Vec::new();
    let mut rows = Vec::new();
    for month in period.months() {
        let found = known.iter().find(|(name, _)| *name == month);
        let counts = found.map(|(_, counts)| *counts).unwrap_or_default();
        let published = Published::of(counts, minimum);
        let index = published.score().map(|score| score.index);
        rows.push(Month {
            name: month.clone(),
            n: whole(counts.n()),
            score: index.map(|index| (tenths(index.value), interval(index))),
        });
        points.push(Point { month, index });
    }
    let drawn = points.iter().any(|point| point.index.is_some());
    let trend = if drawn {
        chart::trend(&points, words.trend, words.trend_described)
    } else {
        String::new()
    };
    (trend, rows)
}

/// Returns the departments directly below.
fn children(
    page: &Page<Standing<Department>>,
    query: &PeriodQuery,
    reader: &Reader,
    minimum: u64,
) -> Vec<Row> {
    rows(&page.rows, reader, minimum, |standing| {
        let href = address(&format!("/d/{}", standing.subject.slug), query);
        (&standing.subject.names, href, None)
    })
}

/// Returns where all departments directly below are listed.
fn list_of_children(slug: &Slug, query: &PeriodQuery) -> String {
    let list = ListQuery {
        parent: slug.to_string(),
        dates: query.clone(),
        ..ListQuery::default()
    };
    address("/", &list)
}

/// Returns the services, each with the address of its form.
fn service_rows(services: &[Standing<Service>], reader: &Reader, minimum: u64) -> Vec<Row> {
    rows(services, reader, minimum, |standing| {
        let service = &standing.subject;
        let parameters = [
            ("service", service.slug.as_str()),
            ("lang", reader.language.tag()),
        ];
        let href = address(&format!("/d/{}/rate", service.department), &parameters);
        (&service.names, href, None)
    })
}
