//! What is read from an address, with our refusals in place of axum's.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::description::{Description, Reads};
use super::problem::ProblemType;

/// A part of the path; what does not fit is an address where nothing stands.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ProblemType;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemType> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| ProblemType::NotFound)
    }
}

impl<T> Reads for Path<T> {}

/// The parameters behind the question mark; unknown ones are ignored.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ProblemType;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemType> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|_| ProblemType::InvalidQuery)
    }
}

impl<T: ToSchema> Reads for Query<T> {
    fn describe(described: Description) -> Description {
        described.query::<T>().refuses(&[ProblemType::InvalidQuery])
    }
}
