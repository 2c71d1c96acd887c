//! Counting requests, and entering submissions in the ledger.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use prometheus::{IntCounter, IntCounterVec, Opts};

use super::ledger::{Pending, Settled};
use super::{Figures, Metrics};
use crate::http::problem::{Problem, ProblemType, ShownByPage};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A submission.
    Ingest,
    /// A page view, and what follows.
    Moment,
    /// Anything else of the interface, and the pages.
    Read,
    /// The loader, what it loads, and the style sheet.
    Asset,
    /// Whether the collector lives and works.
    Health,
}

impl Class {
    const NAMES: [&str; 5] = ["ingest", "moment", "read", "asset", "health"];

    fn of(method: &Method, path: &str) -> Self {
        let form = || {
            let slug = path.strip_prefix("/d/")?.strip_suffix("/rate")?;
            (!slug.is_empty() && !slug.contains('/')).then_some(())
        };
        match path {
            "/healthz" | "/readyz" => Self::Health,
            "/huiyin.js" => Self::Asset,
            "/api/v1/feedback" if method == Method::POST => Self::Ingest,
            "/api/v1/moments" if method == Method::POST => Self::Moment,
            path if path.starts_with("/assets/") => Self::Asset,
            _ if method == Method::POST && form().is_some() => Self::Ingest,
            _ => Self::Read,
        }
    }
}

/// Requests by what they were for and how they were answered.
#[derive(Debug)]
pub(super) struct Requests([[IntCounter; 5]; 5]);

impl Requests {
    pub(super) fn new(figures: &Figures) -> Self {
        let answered = figures.add(IntCounterVec::new(
            Opts::new("huiyin_requests_total", "Requests that were answered."),
            &["class", "status"],
        ));
        Self(Class::NAMES.map(|class| {
            ["1xx", "2xx", "3xx", "4xx", "5xx"]
                .map(|status| answered.with_label_values(&[class, status]))
        }))
    }

    fn count(&self, class: Class, status: StatusCode) {
        let hundreds = usize::from(status.as_u16() / 100);
        self.0[class as usize][hundreds.clamp(1, 5) - 1].inc();
    }
}

/// A request that is being answered.
///
/// Whoever puts a submission in the queue takes its entry along; if nobody has, the answer says the
/// reason; and if there is no answer, the sender has gone.
#[derive(Debug)]
pub(crate) struct Arrived {
    class: Class,
    pending: Pending,
}

impl Arrived {
    /// Returns the entry of a submission; of anything else, one that counts nothing.
    pub(crate) fn pending(&self) -> Pending {
        self.pending.clone()
    }
}

impl Metrics {
    /// Enters a submission in the ledger, before anything can refuse it.
    pub(crate) fn arrived(&self, method: &Method, path: &str) -> Arrived {
        let class = Class::of(method, path);
        let pending = match class {
            Class::Ingest => self.0.ledger.receive().pending(),
            Class::Moment | Class::Read | Class::Asset | Class::Health => Pending::default(),
        };
        Arrived { class, pending }
    }

    /// Counts a request, and settles what nobody else has.
    pub(crate) fn answered(&self, arrived: &Arrived, response: &Response) {
        self.0.requests.count(arrived.class, response.status());
        if let Some(entry) = arrived.pending.waiting() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submissions_are_told_from_everything_else() {
        for (method, path, class) in [
            (Method::POST, "/api/v1/feedback", Class::Ingest),
            (Method::POST, "/d/tax/rate", Class::Ingest),
            (Method::OPTIONS, "/api/v1/feedback", Class::Read),
            (Method::GET, "/d/tax/rate", Class::Read),
            (Method::POST, "/d/a/b/rate", Class::Read),
            (Method::POST, "/d//rate", Class::Read),
            (Method::POST, "/r", Class::Read),
            (Method::POST, "/api/v1/moments", Class::Moment),
            (Method::GET, "/api/v1/moments", Class::Read),
            (Method::GET, "/assets/site.css", Class::Asset),
            (Method::GET, "/readyz", Class::Health),
        ] {
            assert_eq!(Class::of(&method, path), class, "{method} {path}");
        }
    }
}
