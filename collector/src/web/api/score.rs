//! `GET /api/v1/departments/{slug}/score`: the score of a department in a period.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::Kind;
use huiyin_shared::language::LanguageTag;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;
use serde::{Deserialize, Serialize};

use super::csv;
use crate::app::App;
use crate::model::drivers::{DriverShare, driver_shares};
use crate::model::period::Period;
use crate::model::score_table;
use crate::model::{Department, Dimension, Moments};
use crate::web::extract::{Path, Query};
use crate::web::list_query::PeriodQuery;
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

#[derive(Default, Deserialize)]
#[serde(default)]
struct ScoreQuery {
    service: String,
    placement: String,
    language: String,
    kind: String,
    driver: String,
    by: String,
    #[serde(flatten)]
    dates: PeriodQuery,
}

#[derive(Serialize)]
struct Body {
    department: Slug,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Slug>,
    /// The value of a dimension, under the dimension's name.
    #[serde(flatten)]
    value: BTreeMap<&'static str, String>,
    from: String,
    to: String,
    #[serde(flatten)]
    score: Published,
    /// Of the department as a whole: nobody sees a widget for a part of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    moments: Option<Moments>,
    /// Of the department as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    drivers: Option<Vec<DriverShare>>,
}

#[derive(Serialize)]
struct BreakdownBody {
    department: Slug,
    by: &'static str,
    from: String,
    to: String,
    values: Vec<ValueBody>,
    /// All values that are not listed, together.
    #[serde(skip_serializing_if = "Option::is_none")]
    others: Option<Published>,
    /// In which shares of poor and good ratings reasons were ticked.
    #[serde(skip_serializing_if = "Option::is_none")]
    drivers: Option<Vec<DriverShare>>,
}

#[derive(Serialize)]
struct ValueBody {
    value: String,
    #[serde(flatten)]
    score: Published,
}

/// What of a department is asked for.
enum Part {
    /// All of it, or a service.
    Service(Option<Slug>),
    /// The ratings with a value.
    Value(Dimension, String),
    /// The ratings by value.
    By(Dimension),
}

impl ScoreQuery {
    async fn part(&self, app: &App, department: &Slug) -> Result<Part, ProblemType> {
        let values = [&self.placement, &self.language, &self.kind, &self.driver];
        let given = [&self.service, &self.by].into_iter().chain(values);
        if given.filter(|text| !text.is_empty()).count() > 1 {
            return Err(ProblemType::OnePart);
        }
        if !self.by.is_empty() {
            let by = Dimension::named(&self.by).ok_or(ProblemType::InvalidQuery)?;
            return Ok(Part::By(by));
        }
        let value = (Dimension::ALL.into_iter()).find(|by| !values[*by as usize].is_empty());
        Ok(match value {
            Some(by @ Dimension::Placement) => {
                Part::Value(by, Placement::parse(&self.placement)?.into())
            }
            Some(by @ Dimension::Language) => {
                Part::Value(by, self.language.parse::<LanguageTag>()?.into())
            }
            Some(by @ Dimension::Kind) => {
                Part::Value(by, Kind::parse(&self.kind)?.name().to_owned())
            }
            Some(by @ Dimension::Driver) => {
                let driver: Result<Slug, _> = self.driver.parse();
                let driver = driver.map_err(|_| ProblemType::InvalidQuery)?;
                Part::Value(by, driver.to_string())
            }
            None => {
                let service = lookup::service(app, department, &self.service).await?;
                Part::Service(service.map(|service| service.slug))
            }
        })
    }
}

/// Returns the route.
pub(super) fn router() -> Routes {
    Routes::new().read("/departments/{slug}/score", score)
}

async fn score(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(query): Query<ScoreQuery>,
) -> Result<Response, ProblemType> {
    let department = lookup::department(&app, &slug).await?.department;
    let part = query.part(&app, &department.slug).await?;
    let period = query.dates.period(app.clock.today())?;
    let is_csv = query.dates.is_csv()?;
    match part {
        Part::Service(None) => whole(&app, &department, period, is_csv).await,
        Part::Service(Some(service)) => {
            of_service(&app, &department, service, period, is_csv).await
        }
        // The table has no column for it.
        Part::Value(..) if is_csv => Err(ProblemType::InvalidQuery),
        Part::Value(by, value) => with_value(&app, department.slug, (by, value), period).await,
        Part::By(by) => by_value(&app, &department, by, period, is_csv).await,
    }
}

async fn whole(
    app: &App,
    department: &Department,
    period: Period,
    is_csv: bool,
) -> Result<Response, ProblemType> {
    let slug = department.slug.clone();
    if is_csv {
        let counts = app.store.counts(slug, None, period).await?;
        return Ok(csv(app, department, None, counts, period));
    }
    // Read first, so that no reason is counted more often than there are ratings.
    let by_driver = app.store.breakdown(slug.clone(), Dimension::Driver, period);
    let by_driver = by_driver.await?;
    let counts = app.store.counts(slug.clone(), None, period).await?;
    let score = Published::of(counts, app.public_minimum);
    Ok(json(Body {
        moments: Some(app.store.moments(slug.clone(), period).await?),
        drivers: driver_shares(&by_driver, &counts, app.public_minimum),
        ..Body::new(slug, period, score)
    }))
}

async fn of_service(
    app: &App,
    department: &Department,
    service: Slug,
    period: Period,
    is_csv: bool,
) -> Result<Response, ProblemType> {
    let slug = department.slug.clone();
    let counts = app
        .store
        .counts(slug.clone(), Some(service.clone()), period);
    let counts = counts.await?;
    if is_csv {
        return Ok(csv(app, department, Some(&service), counts, period));
    }
    let score = Published::of(counts, app.public_minimum);
    Ok(json(Body {
        service: Some(service),
        ..Body::new(slug, period, score)
    }))
}

async fn with_value(
    app: &App,
    department: Slug,
    (by, value): (Dimension, String),
    period: Period,
) -> Result<Response, ProblemType> {
    let counts = app
        .store
        .value_counts(department.clone(), by, &value, period);
    let score = Published::of(counts.await?, app.public_minimum);
    Ok(json(Body {
        value: BTreeMap::from([(by.name(), value)]),
        ..Body::new(department, period, score)
    }))
}

async fn by_value(
    app: &App,
    department: &Department,
    by: Dimension,
    period: Period,
    is_csv: bool,
) -> Result<Response, ProblemType> {
    let (slug, minimum) = (department.slug.clone(), app.public_minimum);
    let breakdown = app.store.breakdown(slug.clone(), by, period).await?;
    let drivers = if by == Dimension::Driver {
        let all = app.store.counts(slug.clone(), None, period).await?;
        driver_shares(&breakdown, &all, minimum)
    } else {
        None
    };
    if is_csv {
        let table = if by == Dimension::Driver {
            score_table::drivers_csv(department, drivers.as_deref(), period)
        } else {
            score_table::breakdown_csv(department, by, &breakdown, minimum, period)
        };
        return Ok(csv::answer(&format!("{slug}-{}", by.name()), table));
    }
    let score = |counts| Published::of(counts, minimum);
    let others = Some(breakdown.others).filter(|others| others.n() > 0);
    let values = (breakdown.values.into_iter()).map(|(value, counts)| ValueBody {
        value,
        score: score(counts),
    });
    Ok(json(BreakdownBody {
        department: slug,
        by: by.name(),
        from: period.from().to_string(),
        to: period.to().to_string(),
        values: values.collect(),
        others: others.map(score),
        drivers,
    }))
}

impl Body {
    /// Says a score of a department, and nothing else.
    fn new(department: Slug, period: Period, score: Published) -> Self {
        Self {
            department,
            service: None,
            value: BTreeMap::new(),
            from: period.from().to_string(),
            to: period.to().to_string(),
            score,
            moments: None,
            drivers: None,
        }
    }
}

fn json(body: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response()
}

fn csv(
    app: &App,
    department: &Department,
    service: Option<&Slug>,
    counts: Counts,
    period: Period,
) -> Response {
    let service = service.map(Slug::as_str);
    let row = score_table::Row::of(department, service, counts, app.public_minimum, period);
    csv::answer(department.slug.as_str(), score_table::csv(&[row]))
}
