//! Problem bodies (RFC 9457): what a refusal looks like on the wire.

use serde::{Deserialize, Serialize};

/// Media type of a problem body.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal that a program can tell apart by `type` and a person can act on by `detail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable address, relative to the collector: `/problems/unknown-department`.
    pub r#type: String,
    /// What kind of problem it is, in the reader's language.
    pub title: String,
    /// The status of the answer, repeated for those who see only the body.
    pub status: u16,
    /// What happened, what was kept, and what to do next, in the reader's language.
    pub detail: String,
}

impl Problem {
    /// The path under which problem types are explained.
    pub const BASE: &str = "/problems/";
}
