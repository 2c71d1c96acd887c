//! `GET /api/v1/departments/{slug}/score`: the score of a department in a period.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_shared::feedback::Kind;
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::LanguageTag;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{Object, ObjectBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::csv;
use crate::app::App;
use crate::limits::class::Class;
use crate::model::drivers::{DriverShare, driver_shares};
use crate::model::period::Period;
use crate::model::score_table;
use crate::model::{
    Department, DepartmentId, Dimension, Figures, Located, Refusal, WidgetEventCounts,
};
use crate::store::View;
use crate::web::description::Description;
use crate::web::extract::{Path, Query};
use crate::web::list_query::{FormatQuery, PeriodQuery};
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct ScoreQuery {
    /// The slug of a service of the department.
    service: String,
    /// A tag, poster or kiosk.
    placement: String,
    /// The language tag of the ratings.
    language: String,
    /// `praise`, `suggestion`, `question` or `complaint`.
    kind: String,
    /// The slug of a reason that was ticked.
    driver: String,
    /// `placement`, `language`, `kind` or `driver`, for all of its values.
    by: String,
    #[serde(flatten)]
    dates: PeriodQuery,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DepartmentScore)]
struct Body {
    department: Slug,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Slug>,
    /// The value of a dimension, under the dimension's name.
    #[serde(flatten)]
    #[schema(schema_with = segment)]
    value: BTreeMap<&'static str, String>,
    from: String,
    to: String,
    #[serde(flatten)]
    score: Published,
    /// Of the department as a whole: nobody sees a widget for a part of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    moments: Option<WidgetEventCounts>,
    /// Of the department as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    drivers: Option<Vec<DriverShare>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Breakdown)]
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

#[derive(Serialize, ToSchema)]
#[schema(as = BreakdownValue)]
struct ValueBody {
    value: String,
    #[serde(flatten)]
    score: Published,
}

/// What of a department is asked for.
enum Part {
    /// All of it.
    Whole,
    /// The ratings of a service.
    Service(Slug),
    /// The ratings with a value.
    Value(Dimension, String),
    /// The ratings by value.
    By(Dimension),
}

impl ScoreQuery {
    fn part(&self) -> Result<Part, ProblemType> {
        let values = [&self.placement, &self.language, &self.kind, &self.driver];
        let given = [&self.service, &self.by].into_iter().chain(values);
        if given.filter(|text| !text.is_empty()).count() > 1 {
            return Err(ProblemType::OnePart);
        }
        if !self.by.is_empty() {
            let by = self.by.parse().map_err(|_| ProblemType::InvalidQuery)?;
            return Ok(Part::By(by));
        }
        if !self.service.is_empty() {
            let service = self.service.parse().map_err(|_| Invalid::Service)?;
            return Ok(Part::Service(service));
        }
        let value = (Dimension::ALL.into_iter()).find(|by| !values[*by as usize].is_empty());
        let Some(by) = value else {
            return Ok(Part::Whole);
        };
        let value = match by {
            Dimension::Placement => Placement::parse(&self.placement)?.into(),
            Dimension::Language => self.language.parse::<LanguageTag>()?.into(),
            Dimension::Kind => Kind::parse(&self.kind)?.name().to_owned(),
            Dimension::Driver => {
                let driver: Result<Slug, _> = self.driver.parse();
                driver.map_err(|_| ProblemType::InvalidQuery)?.to_string()
            }
        };
        Ok(Part::Value(by, value))
    }
}

impl Part {
    /// Reads the figures: of a service or a value only `now`, of the ratings by value only these, but for
    /// drivers, whose shares are of all ratings.
    async fn figures(
        &self,
        view: &mut View<'_>,
        id: DepartmentId,
        period: Period,
    ) -> Result<Figures, ProblemType> {
        Ok(match self {
            Self::Whole | Self::By(Dimension::Driver) => {
                view.figures(id, Dimension::Driver, period).await?
            }
            Self::By(by) => Figures {
                breakdown: view.breakdown(id, *by, period).await?,
                ..Figures::default()
            },
            Self::Service(service) => {
                let counts = view.service_counts(id, service, period).await?;
                Figures::of(counts.ok_or(Refusal::UnknownService)?)
            }
            Self::Value(by, value) => Figures::of(view.value_counts(id, *by, value, period).await?),
        })
    }
}

/// Returns the route.
pub(super) fn router() -> Routes {
    let described = Description::new("The score of a department, of one segment, or a breakdown")
        .json::<Body>(200, "A score")
        .json::<BreakdownBody>(200, "the scores of all values of a dimension, with `by`")
        .file("text/csv", "the same as a table")
        .refuses(&[
            Refusal::UnknownDepartment.into(),
            Refusal::UnknownService.into(),
            Invalid::Service.into(),
            Invalid::Placement.into(),
            Invalid::Language.into(),
            Invalid::Kind.into(),
            ProblemType::OnePart,
            ProblemType::InvalidPeriod,
        ]);
    Routes::new().route(Class::Read, "/departments/{slug}/score", score, described)
}

async fn score(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(query): Query<ScoreQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, ProblemType> {
    let minimum = app.public_minimum;
    let part = query.part()?;
    let period = query.dates.period(app.clock.today())?;
    let is_csv = format.is_csv()?;
    if is_csv && matches!(part, Part::Value(..)) {
        // The table has no column for it.
        return Err(ProblemType::InvalidQuery);
    }
    let read = app.store.view(async move |view| {
        let Located { id, department, .. } = lookup::department_in(view, &slug).await?;
        let figures = part.figures(view, id, period).await?;
        Ok::<_, ProblemType>((department, part, figures))
    });
    let (department, part, figures) = read.await?;
    if let Part::By(by) = part {
        return Ok(by_value(&department, by, &figures, minimum, period, is_csv));
    }
    let service = match &part {
        Part::Service(service) => Some(service),
        _ => None,
    };
    if is_csv {
        let service = service.map(Slug::as_str);
        let row = score_table::Row::of(&department, service, figures.now, minimum, period);
        return Ok(csv::answer(
            department.slug.as_str(),
            score_table::csv(&[row]),
        ));
    }
    let is_whole = matches!(part, Part::Whole);
    let drivers = driver_shares(&figures.breakdown, &figures.now, minimum);
    Ok(json(Body {
        service: service.cloned(),
        department: department.slug,
        value: match part {
            Part::Value(by, value) => BTreeMap::from([(by.name(), value)]),
            _ => BTreeMap::new(),
        },
        from: period.from().to_string(),
        to: period.to().to_string(),
        score: Published::of(figures.now, minimum),
        moments: is_whole.then_some(figures.moments),
        drivers: drivers.filter(|_| is_whole),
    }))
}

fn by_value(
    department: &Department,
    by: Dimension,
    figures: &Figures,
    minimum: u64,
    period: Period,
    is_csv: bool,
) -> Response {
    let drivers = driver_shares(&figures.breakdown, &figures.now, minimum);
    let breakdown = &figures.breakdown.published(minimum);
    let drivers = drivers.filter(|_| by == Dimension::Driver);
    if is_csv {
        let table = if by == Dimension::Driver {
            score_table::drivers_csv(department, drivers.as_deref(), period)
        } else {
            score_table::breakdown_csv(department, by, breakdown, minimum, period)
        };
        return csv::answer(&format!("{}-{}", department.slug, by.name()), table);
    }
    let score = |counts| Published::of(counts, minimum);
    let others = Some(breakdown.others).filter(|others| others.n() > 0);
    let values = breakdown.values.iter().map(|(value, counts)| ValueBody {
        value: value.clone(),
        score: score(*counts),
    });
    json(BreakdownBody {
        department: department.slug.clone(),
        by: by.name(),
        from: period.from().to_string(),
        to: period.to().to_string(),
        values: values.collect(),
        others: others.map(score),
        drivers,
    })
}

/// Returns the schema of the value of a segment, under the name of its dimension.
fn segment() -> Object {
    let start = ObjectBuilder::new();
    let add = |object: ObjectBuilder, by: Dimension| object.property(by.name(), String::schema());
    Dimension::ALL.into_iter().fold(start, add).build()
}

fn json(body: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response()
}
