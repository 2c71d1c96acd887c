//! `POST /api/v1/feedback`: a citizen's rating arrives, is stored, and is acknowledged.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use huiyin_shared::feedback::Answer;

use crate::app::App;
use crate::intake;
use crate::limits::class::Class;
use crate::metrics::Pending;
use crate::web::description::Description;
use crate::web::json::Json;
use crate::web::problem::{Problem, ProblemType};
use crate::web::routes::Routes;
use crate::web::submission::Sent;

/// Returns the route.
pub(super) fn router() -> Routes {
    let problems: Vec<_> = ProblemType::of_submission().collect();
    let described = Description::new("Sends a feedback, or a revision of one")
        .body::<Sent<'_>>()
        .json::<Answer>(201, "A new feedback is stored")
        .json::<Answer>(200, "A revision is stored, or it was a repeat")
        .refuses(&problems);
    Routes::new().route(Class::Ingest, "/feedback", submit, described)
}

/// Answers 201 for a new feedback and 200 for a revision or a repeat, both after the commit.
async fn submit(State(app): State<App>, pending: Pending, body: Json) -> Result<Response, Problem> {
    let sent: Sent<'_> = body.object()?;
    let language = sent.language();
    let told = |problem: ProblemType| problem.told_in(language);
    let submission = sent.parse().map_err(|invalid| told(invalid.into()))?;
    let (taken, answer) = intake::take(&app.queue, &app.clock, submission, &pending)
        .await
        .map_err(|refused| told(refused.into()))?;
    let status = if taken.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((
        status,
        [(header::CACHE_CONTROL, "no-store")],
        axum::Json(answer),
    )
        .into_response())
}
