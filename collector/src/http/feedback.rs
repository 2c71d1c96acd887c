//! `POST /api/v1/feedback`: a citizen's rating arrives, is stored, and is acknowledged.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use huiyin_shared::feedback::{Answer, Submission};

use super::problem::{Problem, ProblemType};
use super::submission::Sent;
use crate::model::Received;
use crate::secret::{self, Hashed};
use crate::state::App;

/// Returns the route.
pub(super) fn router() -> Router<App> {
    Router::new().route("/feedback", post(submit))
}

/// Answers 201 for a new feedback and 200 for a revision or a repeat, both after the commit.
async fn submit(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let language = sent.language();
    let told = |problem: ProblemType| problem.told_in(language);
    let submission = sent.parse().map_err(|invalid| told(invalid.into()))?;
    let (created, answer) = take(&app, submission).await.map_err(told)?;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// Stores a submission; returns whether it is new, and what the citizen is told.
pub(crate) async fn take(
    app: &App,
    submission: Submission,
) -> Result<(bool, Answer), ProblemType> {
    let (id, key) = (submission.id, submission.edit_key);
    let receipt = secret::receipt(&id, &key);
    let received = Received {
        submission,
        edit_key: Hashed::edit_key(&key),
        receipt: Hashed::receipt(&receipt),
        at: app.clock.now(),
        day: app.clock.today(),
    };
    let taken = app.store.submit(received).await??;
    let answer = Answer {
        id,
        revision: taken.revision,
        receipt,
    };
    Ok((taken.created, answer))
}
