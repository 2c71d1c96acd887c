//! `/d/{slug}`: one department, for a manager to read today and to take to a meeting.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use huiyin_shared::counts::Counts;
use huiyin_shared::interval::Estimate;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;

use super::figures::{
    GradeRow, Row, change, distribution, interval, percent, percent_interval, tenths, whole,
};
use super::links::{Link, presets, trail};
use super::reader::{Reader, address};
use super::render::{SECURITY_POLICY, page};
use crate::app::App;
use crate::model::drivers::{Driver, DriverSet, DriverShare, driver_shares};
use crate::model::period::Period;
use crate::model::{Dimension, Moments, Order, Place, Selection, Standing};
use crate::util::chart::{self, Point};
use crate::web::extract::{Path, Query};
use crate::web::list_query::{ListQuery, PAGE, PeriodQuery};
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

/// The figures of a department with enough ratings.
struct Figures {
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
    name: String,
    lang: String,
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
    name: String,
    name_lang: &'static str,
    slug: Slug,
    trail: Vec<Link>,
    query: PeriodQuery,
    period: Period,
    presets: Vec<Link>,
    n: String,
    minimum: u64,
    figures: Option<Figures>,
    /// How often the widget was seen, opened, used and sent from, and the response rate.
    moments: Option<[String; 5]>,
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

/// Returns the route.
pub(super) fn router() -> Routes {
    Routes::new().read("/d/{slug}", department)
}

async fn department(
    State(app): State<App>,
    reader: Reader,
    Path(slug): Path<String>,
    Query(query): Query<PeriodQuery>,
) -> Result<Response, ProblemType> {
    let place = lookup::department(&app, &slug).await?;
    let slug = place.department.slug.clone();
    let today = app.clock.today();
    let period = query.period(today)?;
    let minimum = app.public_minimum;
    // Read first, so that no reason is counted more often than there are ratings.
    let by_driver = app.store.breakdown(slug.clone(), Dimension::Driver, period);
    let by_driver = by_driver.await?;
    let now = app.store.counts(slug.clone(), None, period).await?;
    let before = app
        .store
        .counts(slug.clone(), None, period.before())
        .await?;
    let months = app.store.months(slug.clone(), period).await?;
    let (trend, months) = trend_of(&months, period, minimum, &reader);
    let (children, all_children) = children(&app, &place, &query, period, &reader).await?;
    let services = app.store.service_standings(slug.clone(), period).await?;
    let offered = app.store.drivers(Some(slug.clone()), None).await?.set;
    let shares = driver_shares(&by_driver, &now, minimum).unwrap_or_default();
    let (name, name_lang) = place.department.names.shown(reader.language);
    let (name, name_lang) = (name.to_owned(), name_lang.tag());
    let json = address(
        &format!("/api/v1/departments/{slug}/score"),
        &query.within(period),
    );
    let template = DepartmentPage {
        name,
        name_lang,
        trail: trail(&place.above, &reader, &query),
        period,
        presets: presets(today, period, &reader, |period| {
            address(&format!("/d/{slug}"), &query.within(period))
        }),
        n: whole(now.n()),
        minimum: minimum.max(1),
        figures: figures(now, before, minimum, &reader),
        moments: moments(app.store.moments(slug.clone(), period).await?),
        reasons: reasons(&offered, &shares, now, &reader),
        trend,
        months,
        children,
        all_children,
        services: services
            .iter()
            .map(|standing| service_row(standing, &reader, minimum))
            .collect(),
        rate_href: reader.link(&format!("/d/{slug}/rate")),
        csv: format!("{json}&format=csv"),
        json,
        slug,
        query,
        reader,
    };
    page(&template, SECURITY_POLICY)
}

/// Writes the moments; none where no rate can be told.
fn moments(moments: Moments) -> Option<[String; 5]> {
    let rate = percent(moments.response_rate()?);
    let Moments {
        seen,
        opened,
        started,
        sent,
    } = moments;
    let [seen, opened, started, sent] = [seen, opened, started, sent].map(whole);
    Some([seen, opened, started, sent, rate])
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
    let row = |(n, estimate, driver): (u64, Estimate, &Driver)| {
        let (name, lang) = driver.shown(reader.language.tag());
        Reason {
            name: name.to_owned(),
            lang: lang.to_owned(),
            share: percent(estimate.value),
            interval: percent_interval(estimate),
            n: whole(n),
        }
    };
    rows.into_iter().map(row).collect()
}

fn figures(now: Counts, before: Counts, minimum: u64, reader: &Reader) -> Option<Figures> {
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
    Some(Figures {
        index: tenths(score.index.value),
        interval: interval(score.index),
        change: change(standing.change(minimum.max(1)), words),
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

/// Returns the departments directly below, and where the rest are if there are more.
async fn children(
    app: &App,
    place: &Place,
    query: &PeriodQuery,
    period: Period,
    reader: &Reader,
) -> Result<(Vec<Row>, Option<String>), ProblemType> {
    let selection = Selection {
        parent: Some(place.department.slug.clone()),
        search: None,
        order: Order::Name,
        offset: 0,
        limit: PAGE,
    };
    let page = app
        .store
        .standings(selection, period, app.public_minimum)
        .await?;
    let rows = page
        .rows
        .iter()
        .map(|standing| {
            let href = address(&format!("/d/{}", standing.subject.slug), query);
            let language = (reader.language, reader.words());
            let names = &standing.subject.names;
            Row::of(standing, names, (href, None), language, app.public_minimum)
        })
        .collect();
    let list = ListQuery {
        parent: place.department.slug.to_string(),
        dates: query.clone(),
        ..ListQuery::default()
    };
    Ok((rows, (page.total > 0).then(|| address("/", &list))))
}

fn service_row(standing: &Standing<crate::model::Service>, reader: &Reader, minimum: u64) -> Row {
    let service = &standing.subject;
    let parameters = [
        ("service", service.slug.as_str()),
        ("lang", reader.language.tag()),
    ];
    let href = address(&format!("/d/{}/rate", service.department), &parameters);
    let language = (reader.language, reader.words());
    Row::of(standing, &service.names, (href, None), language, minimum)
}
