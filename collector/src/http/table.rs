//! Scores as CSV, for those who go on working with them.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::export;

/// Answers with a CSV file of this name.
pub(super) fn answer(name: &str, rows: &[export::Row]) -> Response {
    let about = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
    ];
    (about, export::csv(rows)).into_response()
}
