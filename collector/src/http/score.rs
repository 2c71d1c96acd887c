//! `GET /api/v1/departments/{slug}/score`: the score of a department in a period.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use serde::{Deserialize, Serialize};

use super::extract::{Path, Query};
use super::listing::PeriodQuery;
use super::problem::ProblemType;
use super::routes::Routes;
use super::{known, table};
use crate::export;
use crate::state::App;

#[derive(Default, Deserialize)]
#[serde(default)]
struct ScoreQuery {
    service: String,
    #[serde(flatten)]
    dates: PeriodQuery,
}

#[derive(Serialize)]
struct Body {
    department: Slug,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Slug>,
    from: String,
    to: String,
    #[serde(flatten)]
    score: Published,
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
    let department = known::department(&app, &slug).await?.department;
    let slug = department.slug.clone();
    let service = known::service(&app, &slug, &query.service)
        .await?
        .map(|service| service.slug);
    let period = query.dates.period(app.clock.today())?;
    let counts = app
        .store
        .counts(slug.clone(), service.clone(), period)
        .await?;
    if query.dates.is_csv()? {
        let name = service.as_ref().map(Slug::as_str);
        let row = export::Row::of(&department, name, counts, app.public_minimum, period);
        return Ok(table::answer(slug.as_str(), &[row]));
    }
    let body = Body {
        department: slug,
        service,
        from: period.from().to_string(),
        to: period.to().to_string(),
        score: Published::of(counts, app.public_minimum),
    };
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response())
}
