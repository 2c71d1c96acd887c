//! Scores as CSV, for those who go on working with them.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Answers with a CSV file of this name.
pub(super) fn answer(name: &str, csv: Vec<u8>) -> Response {
    let about = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
        (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
    ];
    (about, csv).into_response()
}
