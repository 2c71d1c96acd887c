//! `GET /api/v1/departments/{slug}/score`: the score of a department in a period.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::score::Published;
use huiyin_shared::slug::Slug;
use serde::Serialize;

use super::extract::{Path, Query};
use super::listing::PeriodQuery;
use super::problem::ProblemType;
use super::table;
use crate::export;
use crate::model::Refusal;
use crate::state::App;

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
pub(super) fn router() -> Router<App> {
    Router::new().route("/departments/{slug}/score", get(score))
}

async fn score(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(query): Query<PeriodQuery>,
) -> Result<Response, ProblemType> {
    let slug: Slug = slug.parse().map_err(|_| Refusal::UnknownDepartment)?;
    let place = app.store.place(slug.clone()).await?.ok_or(Refusal::UnknownDepartment)?;
    let period = query.period(app.clock.today())?;
    let service = match query.service.as_str() {
        "" => None,
        text => {
            let service: Slug = text.parse().map_err(|_| Invalid::Service)?;
            let known = app.store.service(slug.clone(), service.clone()).await?;
            known.ok_or(Refusal::UnknownService)?;
            Some(service)
        }
    };
    let counts = app.store.counts(slug.clone(), service.clone(), period).await?;
    match query.format.as_str() {
        "" | "json" => {
            let body = Body {
                department: slug,
                service,
                from: period.from().to_string(),
                to: period.to().to_string(),
                score: Published::of(counts, app.public_minimum),
            };
            Ok(([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response())
        }
        "csv" => {
            let service = service.as_ref().map(Slug::as_str);
            let row =
                export::Row::of(&place.department, service, counts, app.public_minimum, period);
            Ok(table::answer(slug.as_str(), &[row]))
        }
        _ => Err(ProblemType::InvalidQuery),
    }
}
