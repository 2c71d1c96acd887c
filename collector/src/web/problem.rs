//! Every way in which a request is refused: its type, its status, and the words for it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::Language;
use huiyin_shared::problem::Problem as Body;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr, VariantArray};

use super::retry_after;
use crate::intake::NotTaken;
use crate::model::Refusal;
use crate::model::period::InvalidPeriod;
use crate::store::StoreError;
use crate::text::problems;

/// The type of a refusal; one address each under `/problems/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum ProblemType {
    /// A field is not what it must be.
    #[strum(disabled)]
    Invalid(Invalid),
    /// The rules of keeping feedback forbid it.
    #[strum(disabled)]
    Refused(Refusal),
    /// No feedback has this receipt code.
    UnknownReceipt,
    /// More than one part of a department is asked for at once.
    OnePart,
    /// What is to be counted is none of the widget events.
    #[strum(serialize = "invalid-moment")]
    InvalidWidgetEvent,
    /// Nothing stands at this address.
    NotFound,
    /// The address is right, the method is not.
    MethodNotAllowed,
    /// The body is not JSON.
    MalformedJson,
    /// The JSON holds half of a character.
    InvalidUnicode,
    /// The body is not UTF-8.
    InvalidUtf8,
    /// The body is declared to be something else than can be read.
    UnsupportedContentType,
    /// The body is larger than any submission can be.
    BodyTooLarge,
    /// The body broke off, or is not framed as it says.
    IncompleteBody,
    /// The days are no period.
    InvalidPeriod,
    /// A parameter of the address cannot be read.
    InvalidQuery,
    /// The query is longer than any address here can be.
    QueryTooLong,
    /// The request took too long to arrive.
    Timeout,
    /// This client sends more than one client may.
    TooOften,
    /// More is asked at once than there is room for.
    Busy,
    /// The store does not answer.
    Unavailable,
    /// A fault of the collector.
    Internal,
}

impl ProblemType {
    /// Every type of refusal of a submission, beside those of any request.
    pub(crate) fn of_submission() -> impl Iterator<Item = Self> {
        // Names and pages are never refused here: an import says it in its own words, and an odd
        // page is left out.
        let sent = (Invalid::VARIANTS.iter().copied())
            .filter(|invalid| !matches!(invalid, Invalid::Name | Invalid::Page | Invalid::Receipt));
        (Refusal::iter().map(Self::Refused)).chain(sent.map(Self::Invalid))
    }

    /// Every type, for the page that explains them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::of_submission()
            .chain([Self::Invalid(Invalid::Receipt)])
            .chain(Self::iter())
    }

    /// Returns the stable name, the end of the type's address.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.name(),
            Self::Refused(refusal) => refusal.name(),
            other => other.into(),
        }
    }

    /// Returns the status of the answer.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Invalid(_) | Self::InvalidWidgetEvent => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(Refusal::UnknownDepartment | Refusal::UnknownService)
            | Self::UnknownReceipt
            | Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::WrongEditKey) => StatusCode::FORBIDDEN,
            Self::Refused(
                Refusal::EditWindowClosed | Refusal::Withdrawn | Refusal::DifferentSubject,
            ) => StatusCode::CONFLICT,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::MalformedJson
            | Self::InvalidUnicode
            | Self::InvalidUtf8
            | Self::IncompleteBody
            | Self::InvalidPeriod
            | Self::OnePart
            | Self::InvalidQuery => StatusCode::BAD_REQUEST,
            Self::UnsupportedContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::QueryTooLong => StatusCode::URI_TOO_LONG,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the title and the detail in a language.
    pub(crate) fn words(self, language: Language) -> (&'static str, &'static str) {
        problems::words(self.name(), language)
    }

    /// Returns the type that a bare status stands for, where a layer refused before a handler.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::REQUEST_TIMEOUT => Self::Timeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_client_error() => Self::InvalidQuery,
            _ => Self::Internal,
        }
    }

    /// Returns the body in a language.
    pub(crate) fn body(self, language: Language) -> Body {
        let (title, detail) = self.words(language);
        Body {
            r#type: format!("{}{}", Body::BASE, self.name()),
            title: title.to_owned(),
            status: self.status().as_u16(),
            detail: detail.to_owned(),
        }
    }

    /// Returns the refusal with the language to tell it in, where the request says one in its body.
    pub(crate) fn told_in(self, language: Option<Language>) -> Problem {
        Problem {
            r#type: self,
            language,
        }
    }
}

/// A refusal on its way out. It becomes words only at the edge, where it is known whether a
/// program or a person asked, and in which language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem {
    /// What kind of refusal it is.
    pub(crate) r#type: ProblemType,
    /// The language of the reader, if it is already known.
    pub(crate) language: Option<Language>,
}

/// Stays with the answer of a page that tells a refusal itself, for those who count them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownByPage(pub(crate) ProblemType);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.r#type.status().into_response();
        let headers = response.headers_mut();
        if self.r#type.status() == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = HeaderValue::from(retry_after::spread(retry_after::SOON));
            headers.insert(header::RETRY_AFTER, seconds);
        }
        // Where there is no room, or nothing more arrives, the connection makes way for another.
        if matches!(self.r#type, ProblemType::Busy | ProblemType::Timeout) {
            let close = HeaderValue::from_static("close");
            headers.insert(header::CONNECTION, close);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for ProblemType {
    fn into_response(self) -> Response {
        self.told_in(None).into_response()
    }
}

impl<T: Into<ProblemType>> From<T> for Problem {
    fn from(problem: T) -> Self {
        problem.into().told_in(None)
    }
}

impl From<Invalid> for ProblemType {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Refusal> for ProblemType {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<InvalidPeriod> for ProblemType {
    fn from(_: InvalidPeriod) -> Self {
        Self::InvalidPeriod
    }
}

impl From<NotTaken> for ProblemType {
    fn from(refused: NotTaken) -> Self {
        match refused {
            NotTaken::Refused(refusal) => refusal.into(),
            NotTaken::Busy => Self::Busy,
            // Logged by the queue, once for all that were in the batch.
            NotTaken::Store(StoreError::Stopped | StoreError::Unavailable(_)) => Self::Unavailable,
            NotTaken::Store(_) => Self::Internal,
        }
    }
}

impl From<StoreError> for ProblemType {
    /// Logs what is internal, once, and keeps it in.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stopped | StoreError::Unavailable(_) => Self::Unavailable,
            StoreError::Unusable(_) | StoreError::Row(_) | StoreError::Failed(_) => {
                tracing::error!(%error, "the store failed");
                Self::Internal
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::metrics::{BUSY, INTERNAL, UNAVAILABLE};

    #[test]
    fn every_type_has_its_own_name_and_words() {
        let names: BTreeSet<_> = ProblemType::all().map(ProblemType::name).collect();
        assert_eq!(names.len(), ProblemType::all().count());
        for language in Language::ALL {
            let details: BTreeSet<_> = ProblemType::all()
                .map(|one| one.words(language).1)
                .collect();
            assert_eq!(details.len(), names.len(), "{language:?}");
        }
    }

    #[test]
    fn the_panel_gives_up_what_a_rule_of_submissions_refuses_and_nothing_else() {
        let refusals: BTreeSet<_> = ProblemType::of_submission()
            .map(ProblemType::name)
            .collect();
        let known: BTreeSet<_> = Body::REFUSALS.split(' ').collect();
        assert_eq!(known, refusals);
    }

    #[test]
    fn every_type_is_in_the_manual_of_the_interface() {
        let manual = include_str!("../../../.github/API.md");
        for problem in ProblemType::all() {
            let name = problem.name();
            assert!(manual.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn the_reasons_of_the_queue_are_names_of_problem_types() {
        for reason in [BUSY, INTERNAL, UNAVAILABLE] {
            assert!(ProblemType::all().any(|problem| problem.name() == reason));
        }
    }
}
