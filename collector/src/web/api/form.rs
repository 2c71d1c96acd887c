//! `GET /api/v1/form`: what the widget needs to know to ask the citizen.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use huiyin_shared::feedback::Kind;
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::Language;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::limits::class::Class;
use crate::model::drivers::Driver;
use crate::model::{Localized, Names, Refusal};
use crate::text::citizen::Sentences;
use crate::web::description::Description;
use crate::web::extract::Query;
use crate::web::lookup;
use crate::web::problem::{Problem, ProblemType};
use crate::web::routes::Routes;
use crate::web::tagged::Tagged;

#[derive(Deserialize, ToSchema)]
struct Wanted {
    /// The slug of the department that is rated.
    department: String,
    /// The slug of one of its services.
    #[serde(default)]
    service: String,
    /// The language to answer in, as a tag.
    #[serde(default)]
    lang: String,
}

/// The form of a department: who is rated, the grades, kinds and drivers in words, and the limits.
#[derive(Serialize, ToSchema)]
struct Form {
    lang: &'static str,
    department: Named,
    service: Option<Named>,
    grades: Vec<Word<Rating>>,
    kinds: Vec<Word<Kind>>,
    drivers: Drivers,
    comment_max: usize,
    contact_max: usize,
}

/// The reasons offered for good ratings and for poor ones.
#[derive(Serialize, ToSchema)]
#[schema(as = FormDrivers)]
struct Drivers {
    version: u32,
    good: Vec<Reason>,
    poor: Vec<Reason>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FormDriver)]
struct Reason {
    value: Slug,
    word: String,
    /// The language the word is really in.
    lang: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FormName)]
struct Named {
    slug: Slug,
    name: String,
    /// The language the name is really in, where it has none in the one asked for.
    lang: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FormWord)]
struct Word<T> {
    value: T,
    word: &'static str,
}

/// Returns the route.
pub(super) fn router() -> Routes {
    let described = Description::new("What a form needs: names, grades, kinds, drivers and limits")
        .json::<Form>(200, "The form of a department")
        .empty(304, "It is the same as the one with this `If-None-Match`")
        .refuses(&[
            Invalid::Department.into(),
            Invalid::Service.into(),
            Refusal::UnknownDepartment.into(),
            Refusal::UnknownService.into(),
        ]);
    Routes::new().route(Class::Read, "/form", form, described)
}

async fn form(
    State(app): State<App>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let asked = Language::asked(&wanted.lang);
    let form = read(&app, &wanted, asked).await;
    let form = form.map_err(|problem| problem.told_in(asked))?;
    Ok(Tagged::new(&form).answer(&headers, "public, max-age=60"))
}

async fn read(app: &App, wanted: &Wanted, asked: Option<Language>) -> Result<Form, ProblemType> {
    let language = asked.unwrap_or_default();
    // A driver may have words in languages that nothing else here has.
    let tag = asked.map_or(language.tag(), |_| wanted.lang.as_str());
    let _: Slug = wanted.department.parse().map_err(|_| Invalid::Department)?;
    let place = lookup::department(app, &wanted.department).await?;
    let slug = &place.department.slug;
    let service = lookup::service(app, slug, &wanted.service).await?;
    let there = service.as_ref().map(|service| service.slug.clone());
    let offered = app.store.drivers(Some(slug.clone()), there).await?;
    let reasons = |drivers: &[Driver]| {
        let reason = |driver: &Driver| {
            let Localized { text: word, lang } = driver.shown(tag);
            let value = driver.slug.clone();
            Reason { value, word, lang }
        };
        drivers.iter().map(reason).collect()
    };
    let says = Sentences::of(language);
    Ok(Form {
        lang: language.tag(),
        department: named(slug.clone(), &place.department.names, language),
        service: service.map(|service| named(service.slug, &service.names, language)),
        grades: Rating::ALL
            .map(|grade| Word {
                value: grade,
                word: says.grade(grade),
            })
            .into(),
        kinds: Kind::ALL
            .map(|kind| Word {
                value: kind,
                word: says.kind(kind),
            })
            .into(),
        drivers: Drivers {
            version: offered.version,
            good: reasons(&offered.set.good),
            poor: reasons(&offered.set.poor),
        },
        comment_max: Comment::MAXIMUM,
        contact_max: Contact::MAXIMUM,
    })
}

fn named(slug: Slug, names: &Names, language: Language) -> Named {
    let Localized { text: name, lang } = names.shown(language);
    Named { slug, name, lang }
}
