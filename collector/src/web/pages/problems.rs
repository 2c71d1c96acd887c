//! Refusals in words: as a problem body for programs, as a page for people; and what they mean.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use huiyin_shared::language::Language;
use huiyin_shared::problem;

use super::reader::Reader;
use super::render::{SECURITY_POLICY, page};
use crate::limits::class::Class;
use crate::web::description::Description;
use crate::web::extract::Path;
use crate::web::problem::{Problem, ProblemType};
use crate::web::routes::Routes;

/// The page of a refusal.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    reader: Reader,
    title: &'static str,
    detail: &'static str,
}

/// All types with what they mean.
#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsPage {
    reader: Reader,
    rows: Vec<Explained>,
}

struct Explained {
    name: &'static str,
    status: u16,
    title: &'static str,
    detail: &'static str,
}

/// Returns the routes.
pub(super) fn router() -> Routes {
    Routes::new()
        .route(
            Class::Read,
            "/problems",
            all,
            Description::page("All types of refusals"),
        )
        .route(
            Class::Read,
            "/problems/{name}",
            one,
            Description::page("What a type of refusal means"),
        )
}

async fn all(reader: Reader) -> Result<Response, ProblemType> {
    let rows = ProblemType::all()
        .map(|one| explained(one, reader.language))
        .collect();
    page(&ProblemsPage { reader, rows }, SECURITY_POLICY)
}

async fn one(reader: Reader, Path(name): Path<String>) -> Result<Response, ProblemType> {
    let found = ProblemType::all().find(|one| one.name() == name);
    let rows = vec![explained(
        found.ok_or(ProblemType::NotFound)?,
        reader.language,
    )];
    page(&ProblemsPage { reader, rows }, SECURITY_POLICY)
}

fn explained(one: ProblemType, language: Language) -> Explained {
    let (title, detail) = one.words(language);
    Explained {
        name: one.name(),
        status: one.status().as_u16(),
        title,
        detail,
    }
}

/// Puts a refusal into words, whoever refused: a handler, a limit, or the router itself.
///
/// An answer that tells its own problem, such as a form with a remark, is left as it is.
pub(in crate::web) fn render_problem(
    response: Response,
    uri: &Uri,
    languages: Option<&HeaderValue>,
) -> Response {
    let Some(problem) = problem_of(&response) else {
        return response;
    };
    let program = uri.path().starts_with("/api/");
    let reader = Reader::of(uri, languages);
    let status = response.status();
    let (mut parts, _) = response.into_parts();
    let language = problem.language.unwrap_or(reader.language);
    let told = if program {
        as_body(problem.r#type, language)
    } else {
        as_page(problem.r#type, reader)
    };
    // What the refusing layer said beside the body stays: Allow, Retry-After, the CORS headers.
    let (new, body) = told.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(new.headers);
    parts.status = status;
    Response::from_parts(parts, body)
}

/// Returns the refusal that an answer is, or none; pages that tell their own have no bare status.
fn problem_of(response: &Response) -> Option<Problem> {
    let told = response.extensions().get::<Problem>().copied();
    let status = response.status();
    let bare = (status.is_client_error() || status.is_server_error())
        && !response
            .headers()
            .contains_key(header::CONTENT_SECURITY_POLICY);
    told.or_else(|| bare.then(|| ProblemType::of_status(status).into()))
}

fn as_body(r#type: ProblemType, language: Language) -> Response {
    let body = serde_json::to_vec(&r#type.body(language)).unwrap_or_default();
    let about = [
        (header::CONTENT_TYPE, problem::MEDIA_TYPE),
        (header::CONTENT_LANGUAGE, language.tag()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (about, body).into_response()
}

fn as_page(r#type: ProblemType, reader: Reader) -> Response {
    let (title, detail) = r#type.words(reader.language);
    let policy = reader.policy();
    let page = ProblemPage {
        reader,
        title,
        detail,
    };
    page.render().map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |html| {
            let about = [
                (header::CACHE_CONTROL, "no-store"),
                (header::CONTENT_SECURITY_POLICY, policy),
            ];
            (about, Html(html)).into_response()
        },
    )
}
