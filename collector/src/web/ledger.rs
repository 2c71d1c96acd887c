//! From a request to its entry in the ledger of submissions, and to the count of requests.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;

use super::description::Reads;
use super::problem::{Problem, ProblemType, ShownByPage};
use crate::limits::class::Class;
use crate::metrics::{Metrics, Pending, Settled};

/// A request that is being answered.
///
/// Whoever puts a submission in the queue takes its entry along; if nobody has, the answer says the
/// reason; and if there is no answer, the sender has gone.
#[derive(Debug)]
pub(super) struct Arrived {
    class: Class,
    pending: Pending,
}

impl Arrived {
    /// Enters a submission in the ledger, before anything can refuse it.
    pub(super) fn new(metrics: &Metrics, class: Class) -> Self {
        let pending = match class {
            Class::Ingest => metrics.ledger.receive().pending(),
            _ => Pending::default(),
        };
        Self { class, pending }
    }

    /// Returns the entry of a submission; of anything else, one that counts nothing.
    pub(super) fn pending(&self) -> Pending {
        self.pending.clone()
    }

    /// Counts the request, and settles what nobody else has.
    pub(super) fn answered(self, metrics: &Metrics, response: &Response) {
        metrics
            .requests
            .count(self.class, response.status().as_u16());
        if let Some(entry) = self.pending.waiting() {
            entry.settle(Settled::Refused(reason(response).name()));
        }
    }
}

/// Returns why an answer refuses.
fn reason(response: &Response) -> ProblemType {
    let extensions = response.extensions();
    let told = extensions.get::<Problem>().map(|problem| problem.r#type);
    let shown = extensions.get::<ShownByPage>().map(|shown| shown.0);
    told.or(shown)
        .unwrap_or_else(|| ProblemType::of_status(response.status()))
}

impl<S: Sync> FromRequestParts<S> for Pending {
    type Rejection = Infallible;

    /// Returns the entry of the request; where nothing is counted, one that counts nothing.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

impl Reads for Pending {}
