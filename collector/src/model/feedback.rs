//! Feedback as it is stored.

use huiyin_shared::feedback::Kind;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;

use super::department::{Department, Service};

/// A feedback as its citizen sees it again.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// The department that was rated.
    pub department: Department,
    /// The service that was rated, if any.
    pub service: Option<Service>,
    /// The grade.
    pub rating: Rating,
    /// The reasons that were chosen; gone after a withdrawal.
    pub drivers: Vec<Slug>,
    /// The version of the driver set that was offered, where it is known.
    pub drivers_version: Option<u32>,
    /// What the citizen wrote; gone after a withdrawal.
    pub comment: Option<String>,
    /// What it is about.
    pub kind: Option<Kind>,
    /// Whether the citizen would like an answer; not after a withdrawal.
    pub wants_answer: bool,
    /// Where the answer can go; gone after a withdrawal.
    pub contact: Option<String>,
    /// Whether it was sent to try something out, and counts nowhere.
    pub test: bool,
    /// The page on which it was given; gone after a withdrawal.
    pub page: Option<String>,
    /// Which tag, poster or kiosk it came from.
    pub placement: Option<String>,
    /// The language in which the form was shown.
    pub lang: Option<String>,
    /// When its first version arrived, in Unix milliseconds.
    pub received_at: i64,
    /// When it was taken back, in Unix milliseconds.
    pub withdrawn_at: Option<i64>,
}
