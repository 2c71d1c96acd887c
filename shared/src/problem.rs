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

    /// The names of the refusals of a submission, with spaces between them. The same submission would be
    /// refused again, so a client gives it up. Of any other failure it cannot know who answered, the
    /// collector or a gateway in front of it, and tries again.
    pub const REFUSALS: &str = "unknown-department unknown-service wrong-edit-key edit-window-closed \
        withdrawn different-subject invalid-id invalid-edit-key invalid-revision invalid-department \
        invalid-service invalid-placement invalid-rating comment-too-long comment-control-characters \
        invalid-contact invalid-kind invalid-drivers invalid-language";

    /// Returns whether this `type` of a problem body is that of a refusal.
    pub fn is_refusal(r#type: &str) -> bool {
        let name = r#type.strip_prefix(Self::BASE);
        name.is_some_and(|name| Self::REFUSALS.split(' ').any(|refusal| refusal == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_refusals_are_final() {
        for refusal in ["/problems/unknown-department", "/problems/invalid-language"] {
            assert!(Problem::is_refusal(refusal), "{refusal}");
        }
        for other in [
            "",
            "about:blank",
            "/problems/",
            "/problems/busy",
            "/problems/not-found",
            "/problems/unknown",
            "unknown-department",
            "https://gateway.example/problems/unknown-department",
        ] {
            assert!(!Problem::is_refusal(other), "{other}");
        }
    }
}
