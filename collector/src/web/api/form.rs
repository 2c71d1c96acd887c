//! `GET /api/v1/form`: what the widget needs to know to ask the citizen.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use huiyin_shared::feedback::Kind;
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::Language;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::model::Names;
use crate::model::drivers::Driver;
use crate::util::etag;
use crate::web::extract::Query;
use crate::web::lookup;
use crate::web::problem::{Problem, ProblemType};
use crate::web::routes::Routes;

#[derive(Deserialize)]
struct Wanted {
    department: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    lang: String,
}

/// The form of a department: who is rated, the grades, kinds and drivers in words, and the limits.
#[derive(Serialize)]
struct Form {
    lang: &'static str,
    department: Named,
    service: Option<Named>,
    grades: Vec<Word<u8>>,
    kinds: Vec<Word<&'static str>>,
    drivers: Drivers,
    comment_max: usize,
    contact_max: usize,
}

/// The reasons offered for good ratings and for poor ones.
#[derive(Serialize)]
struct Drivers {
    version: u32,
    good: Vec<Reason>,
    poor: Vec<Reason>,
}

#[derive(Serialize)]
struct Reason {
    value: Slug,
    word: String,
    /// The language the word is really in.
    lang: String,
}

#[derive(Serialize)]
struct Named {
    slug: Slug,
    name: String,
    /// The language the name is really in, where it has none in the one asked for.
    lang: &'static str,
}

#[derive(Serialize)]
struct Word<T> {
    value: T,
    word: &'static str,
}

/// Returns the route.
pub(super) fn router() -> Routes {
    Routes::new().read("/form", form)
}

async fn form(
    State(app): State<App>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let asked = Language::asked(&wanted.lang);
    let told = |problem: ProblemType| problem.told_in(asked);
    let language = asked.unwrap_or_default();
    // A driver may have words in languages that nothing else here has.
    let tag = asked.map_or(language.tag(), |_| wanted.lang.as_str());
    if wanted.department.parse::<Slug>().is_err() {
        return Err(told(Invalid::Department.into()));
    }
    let place = lookup::department(&app, &wanted.department)
        .await
        .map_err(told)?;
    let slug = &place.department.slug;
    let service = lookup::service(&app, slug, &wanted.service)
        .await
        .map_err(told)?;
    let offered = app
        .store
        .drivers(
            Some(slug.clone()),
            service.as_ref().map(|service| service.slug.clone()),
        )
        .await
        .map_err(|error| told(error.into()))?;
    let reasons = |drivers: &[Driver]| {
        let reason = |driver: &Driver| {
            let (word, lang) = driver.shown(tag);
            Reason {
                value: driver.slug.clone(),
                word: word.to_owned(),
                lang: lang.to_owned(),
            }
        };
        drivers.iter().map(reason).collect()
    };
    let form = Form {
        lang: language.tag(),
        department: named(slug.clone(), &place.department.names, language),
        service: service.map(|service| named(service.slug, &service.names, language)),
        grades: Rating::ALL
            .map(|grade| Word {
                value: grade.value(),
                word: grade.word(language),
            })
            .into(),
        kinds: Kind::ALL
            .map(|kind| Word {
                value: kind.name(),
                word: kind.word(language),
            })
            .into(),
        drivers: Drivers {
            version: offered.version,
            good: reasons(&offered.set.good),
            poor: reasons(&offered.set.poor),
        },
        comment_max: Comment::MAXIMUM,
        contact_max: Contact::MAXIMUM,
    };
    Ok(tagged(&headers, &form))
}

fn named(slug: Slug, names: &Names, language: Language) -> Named {
    let (name, lang) = names.shown(language);
    Named {
        slug,
        name: name.to_owned(),
        lang: lang.tag(),
    }
}

/// Answers with a tag of the content, or with 304 to a client that has it already.
fn tagged(headers: &HeaderMap, form: &Form) -> Response {
    let tag = etag::of_content(&serde_json::to_vec(form).unwrap_or_default());
    let kept = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|kept| kept == tag.as_str());
    let about = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
    ];
    if kept {
        (StatusCode::NOT_MODIFIED, about).into_response()
    } else {
        (about, Json(form)).into_response()
    }
}
