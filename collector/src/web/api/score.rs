//! `GET /api/v1/departments/{slug}/score`: the score of a department in a period.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_shared::language::LanguageTag;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;
use serde::{Deserialize, Serialize};

use super::csv;
use crate::app::App;
use crate::model::score_table;
use crate::model::{Dimension, Moments};
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
    #[serde(flatten)]
    dates: PeriodQuery,
}

#[derive(Serialize)]
struct Body {
    department: Slug,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Slug>,
    #[serde(skip_serializing_if = "Option::is_none")]
    placement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    from: String,
    to: String,
    #[serde(flatten)]
    score: Published,
    /// Of the department as a whole: nobody sees a widget for a part of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    moments: Option<Moments>,
}

impl ScoreQuery {
    /// Returns the value that is asked for, if it is one of a breakdown.
    fn part(&self) -> Result<Option<(Dimension, String)>, ProblemType> {
        let given = [&self.service, &self.placement, &self.language].map(|text| !text.is_empty());
        if given.into_iter().filter(|given| *given).count() > 1 {
            return Err(ProblemType::OnePart);
        }
        if given[1] {
            let value = Placement::parse(&self.placement)?;
            return Ok(Some((Dimension::Placement, value.into())));
        }
        if given[2] {
            let value: LanguageTag = self.language.parse()?;
            return Ok(Some((Dimension::Language, value.into())));
        }
        Ok(None)
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
    let slug = department.slug.clone();
    let part = query.part()?;
    let period = query.dates.period(app.clock.today())?;
    let is_csv = query.dates.is_csv()?;
    let mut service = None;
    let counts = if let Some((by, value)) = &part {
        let only = Some(value.clone());
        let found = app.store.breakdown(slug.clone(), *by, only, period).await?;
        let rows = found.ok_or(ProblemType::NotBrokenDown)?;
        rows.first().map(|(_, counts)| *counts).unwrap_or_default()
    } else {
        let found = lookup::service(&app, &slug, &query.service).await?;
        service = found.map(|service| service.slug);
        let (department, service) = (slug.clone(), service.clone());
        app.store.counts(department, service, period).await?
    };
    if is_csv {
        if part.is_some() {
            // The table has no column for it.
            return Err(ProblemType::InvalidQuery);
        }
        let name = service.as_ref().map(Slug::as_str);
        let row = score_table::Row::of(&department, name, counts, app.public_minimum, period);
        return Ok(csv::answer(slug.as_str(), &[row]));
    }
    let moments = match (&part, &service) {
        (None, None) => Some(app.store.moments(slug.clone(), period).await?),
        _ => None,
    };
    let value = |of| (part.as_ref().filter(|(by, _)| *by == of)).map(|(_, value)| value.clone());
    let body = Body {
        department: slug,
        service,
        placement: value(Dimension::Placement),
        language: value(Dimension::Language),
        from: period.from().to_string(),
        to: period.to().to_string(),
        score: Published::of(counts, app.public_minimum),
        moments,
    };
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response())
}
