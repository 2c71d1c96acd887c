//! The interface for programs, under `/api/v1`.

mod csv;
mod departments;
mod feedback;
mod form;
mod openapi;
mod score;
mod widget_events;

use super::routes::Routes;

/// Returns the routes.
pub(super) fn router() -> Routes {
    Routes::new()
        .merge(feedback::router())
        .merge(form::router())
        .merge(widget_events::router())
        .merge(departments::router())
        .merge(score::router())
        .merge(openapi::router())
}
