//! `/d/{slug}/rate`: the form without a script; what it sends lands where the widget's does.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_shared::feedback::Kind;
use huiyin_shared::invalid::Invalid;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Comment;
use serde::Deserialize;

use super::departments::address;
use super::reader::Reader;
use super::{FRAMED_POLICY, page};
use crate::http::problem::{ProblemType, ShownByPage};
use crate::http::{Path, Query, Routes, Sent, body_bytes, known};
use crate::ingest::take;
use crate::metrics::Pending;
use crate::model::Refusal;
use crate::state::App;

/// What the address of the form says.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Wanted {
    service: String,
    placement: String,
}

/// What the form is filled with, at first or again after a refusal.
#[derive(Default)]
struct Filled {
    id: String,
    edit_key: String,
    /// One more at each showing: a changed resend must not pass for a repeat of the first.
    revision: u64,
    rating: Option<u64>,
    comment: String,
    kind: String,
    service: String,
    placement: String,
}

#[derive(Template)]
#[template(path = "rate.html")]
struct RatePage {
    reader: Reader,
    name: String,
    name_lang: &'static str,
    service: Option<(String, &'static str)>,
    action: String,
    filled: Filled,
    grades: [(u8, &'static str); 5],
    kinds: [(&'static str, &'static str); 4],
    comment_max: usize,
    problem: Option<(&'static str, &'static str)>,
}

/// Returns the routes.
pub(super) fn router() -> Routes {
    Routes::new()
        .read("/d/{slug}/rate", form)
        .ingest("/d/{slug}/rate", submit)
}

async fn form(
    State(app): State<App>,
    reader: Reader,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ProblemType> {
    let filled = Filled {
        id: app.random.feedback_id(app.clock.now()).to_string(),
        edit_key: app.random.edit_key().to_string(),
        revision: 1,
        service: wanted.service,
        placement: wanted.placement,
        ..Filled::default()
    };
    show(&app, reader, &slug, filled, None).await
}

/// Answers with a redirect to the receipt, so that a reload sends nothing again.
async fn submit(
    State(app): State<App>,
    reader: Reader,
    Path(slug): Path<String>,
    pending: Pending,
    request: Request,
) -> Result<Response, ProblemType> {
    let declared = request.headers().get(header::CONTENT_TYPE);
    let declared = declared
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !declared.starts_with("application/x-www-form-urlencoded") {
        return Err(ProblemType::UnsupportedContentType);
    }
    let department: Slug = slug.parse().map_err(|_| Refusal::UnknownDepartment)?;
    let sent = Sent::from_form(&body_bytes(request, &app).await?)?.about(&department);
    let stored = match sent.parse() {
        Ok(submission) => take(&app, submission, &pending)
            .await
            .map_err(ProblemType::from),
        Err(invalid) => Err(invalid.into()),
    };
    match stored {
        Ok((_, answer)) => {
            let mut parameters = vec![("thanks", "1"), ("lang", reader.language.tag())];
            if reader.framed {
                parameters.push(("frame", "1"));
            }
            let receipt = address(&format!("/r/{}", answer.receipt), &parameters);
            Ok(Redirect::to(&receipt).into_response())
        }
        Err(unknown @ ProblemType::Refused(Refusal::UnknownDepartment)) => Err(unknown),
        Err(problem) => show(&app, reader, &slug, Filled::again(&sent), Some(problem)).await,
    }
}

impl Filled {
    /// Fills the form with what was sent, so that nobody writes anything twice.
    fn again(sent: &Sent) -> Self {
        let text = |name: &str| sent.text(name).to_owned();
        Self {
            id: text("id"),
            edit_key: text("edit_key"),
            revision: sent.revision().unwrap_or_default() + 1,
            rating: sent.rating(),
            comment: text("comment"),
            kind: text("kind"),
            service: text("service"),
            placement: text("placement"),
        }
    }
}

async fn show(
    app: &App,
    reader: Reader,
    slug: &str,
    mut filled: Filled,
    problem: Option<ProblemType>,
) -> Result<Response, ProblemType> {
    let place = known::department(app, slug).await?;
    if filled.service.parse::<Slug>().is_err() {
        filled.service.clear();
    }
    let service = known::service(app, &place.department.slug, &filled.service).await?;
    if let Some(ProblemType::Invalid(Invalid::Id | Invalid::EditKey)) = problem {
        filled.id = app.random.feedback_id(app.clock.now()).to_string();
        filled.edit_key = app.random.edit_key().to_string();
    }
    let language = reader.language;
    let (name, name_lang) = place.department.names.shown(language);
    let template = RatePage {
        name: name.to_owned(),
        name_lang: name_lang.tag(),
        service: service.map(|service| {
            let (name, lang) = service.names.shown(language);
            (name.to_owned(), lang.tag())
        }),
        action: reader.link(&format!("/d/{}/rate", place.department.slug)),
        filled,
        grades: Rating::ALL.map(|grade| (grade.value(), grade.word(language))),
        kinds: Kind::ALL.map(|kind| (kind.name(), kind.word(language))),
        comment_max: Comment::MAXIMUM,
        problem: problem.map(|problem| problem.words(language)),
        reader,
    };
    let mut response = page(&template, FRAMED_POLICY)?;
    // The page holds an edit key of its own for each reader.
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    if let Some(problem) = problem {
        *response.status_mut() = problem.status();
        response.extensions_mut().insert(ShownByPage(problem));
    }
    Ok(response)
}
