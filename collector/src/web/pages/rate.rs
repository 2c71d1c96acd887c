//! `/d/{slug}/rate`: the form without a script; what it sends lands where the widget's does.

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_shared::feedback::{Kind, Revision, Submission};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::page::Page;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact, Placement};
use serde::Deserialize;
use utoipa::ToSchema;

use super::paused;
use super::reader::{Citizen, Reader};
use super::render::{FRAMED_POLICY, page};
use crate::app::App;
use crate::intake::take;
use crate::limits::class::Class;
use crate::metrics::Pending;
use crate::model::drivers::{Driver, Offered};
use crate::model::{Localized, Refusal, WidgetEvent};
use crate::web::description::Description;
use crate::web::extract::{Path, Query};
use crate::web::json::body_bytes;
use crate::web::lookup;
use crate::web::problem::{ProblemType, ShownByPage};
use crate::web::routes::Routes;
use crate::web::submission::{Form, Ticked};

/// What the address of the form says.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct Wanted {
    /// The slug of the service that is rated.
    service: String,
    /// Which tag, poster or kiosk it comes from.
    placement: String,
    /// The page that led here, where it could say so.
    page: String,
    /// There, whatever it says, where the page's author tries something out; an old browser's frame
    /// hands on what stands at the tag.
    test: Option<String>,
}

/// The drivers that are offered: both lists, of which the grade shows one.
struct Drivers {
    version: u32,
    lists: [DriverList; 2],
}

struct DriverList {
    name: &'static str,
    legend: &'static str,
    drivers: Vec<Choice>,
}

struct Choice {
    slug: String,
    word: Localized,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "rate.html")]
struct RatePage {
    reader: Reader,
    name: Localized,
    service: Option<Localized>,
    action: String,
    /// What the form is filled with, at first or again after a refusal.
    filled: Form,
    grades: [(u8, &'static str); 5],
    kinds: [(&'static str, &'static str); 4],
    drivers: Drivers,
    comment_max: usize,
    contact_max: usize,
    problem: Option<Told>,
}

/// Why nothing was stored: in the words of the page, or in more detail with the language of that.
struct Told {
    title: Option<&'static str>,
    detail: Option<(&'static str, &'static str)>,
}

/// Returns the routes.
pub(super) fn router() -> Routes {
    let of_form = Description::page("The form without a script")
        .refuses(&[Refusal::UnknownDepartment.into()]);
    let problems: Vec<_> = ProblemType::of_submission().collect();
    let of_submit = Description::new("Sends the form without a script")
        .form()
        .empty(303, "It is stored; leads to its receipt")
        .refuses(&problems);
    Routes::new()
        .route(Class::Read, "/d/{slug}/rate", form, of_form)
        .route(Class::Ingest, "/d/{slug}/rate", submit, of_submit)
}

async fn form(
    State(app): State<App>,
    Citizen(reader): Citizen,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ProblemType> {
    // Service and placement come from the page's author; a slip of theirs names none.
    let placement = Placement::parse(&wanted.placement).ok();
    if let Some(paused) = paused::page_of(&app, &reader, &slug, placement.as_ref()).await? {
        return Ok(paused);
    }
    let filled = Form {
        id: app.random.feedback_id(app.clock.now()).to_string(),
        edit_key: app.random.edit_key().to_string(),
        revision: 1,
        service: wanted.service,
        placement: placement.map_or_else(String::new, |text| text.as_str().to_owned()),
        page: Page::parse(&wanted.page)
            .map_or_else(|_| String::new(), |page| page.as_str().to_owned()),
        test: wanted.test.is_some(),
        ..Form::default()
    };
    show(&app, reader, &slug, filled, None).await
}

/// Answers with a redirect to the receipt, so that a reload sends nothing again.
async fn submit(
    State(app): State<App>,
    Citizen(reader): Citizen,
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
    let counts = may_be_counted(request.headers());
    let mut sent = Form::read(&body_bytes(request, &app).await?)?;
    let parsed = sent.about(&department).parse();
    // A form that names a page is taken for one that the widget opened, which has counted until then.
    let counts = counts
        && (parsed.as_ref()).is_ok_and(|submission| submission.page.is_some() && !submission.test);
    let stored = match parsed {
        Ok(submission) => take(&app.queue, &app.clock, timed(&app, submission), &pending)
            .await
            .map_err(ProblemType::from),
        Err(invalid) => Err(invalid.into()),
    };
    match stored {
        Ok((taken, answer)) => {
            if counts && taken.created {
                for moment in [WidgetEvent::Started, WidgetEvent::Sent] {
                    app.widget_events
                        .count(department.clone(), app.clock.today(), moment);
                }
            }
            let receipt = format!("/r/{}", answer.receipt);
            let thanks = reader.link_with(&receipt, vec![("thanks", "1")]);
            Ok(Redirect::to(&thanks).into_response())
        }
        Err(unknown @ ProblemType::Refused(Refusal::UnknownDepartment)) => Err(unknown),
        Err(problem) => {
            // One more at each showing: a changed resend must not pass for a repeat of the first.
            sent.revision = sent.revision.saturating_add(1);
            show(&app, reader, &slug, sent, Some(problem)).await
        }
    }
}

/// Whether a reader may be counted, by the wishes that a browser sends (Global Privacy Control, Do Not
/// Track).
fn may_be_counted(headers: &HeaderMap) -> bool {
    let wishes = ["sec-gpc", "dnt"];
    !(wishes.iter()).any(|name| headers.get(*name).is_some_and(|value| value == "1"))
}

/// Adds how long the form had been shown: its id was made with it. What comes again after a refusal
/// was shown twice, and says nothing.
fn timed(app: &App, submission: Submission) -> Submission {
    let made = i64::try_from(submission.id.made()).unwrap_or_default();
    let elapsed = u64::try_from(app.clock.now() - made).ok();
    Submission {
        elapsed_ms: elapsed.filter(|_| submission.revision == Revision::FIRST),
        ..submission
    }
}

impl Told {
    /// Refusals have words in Chinese and English; in others the panel's, which are fewer.
    fn of(problem: ProblemType, reader: &Reader) -> Self {
        let Reader { says, language, .. } = *reader;
        let (title, detail) = problem.words(language);
        let detail = Some((detail, language.tag()));
        let (title, detail) = match problem {
            _ if says.tag == language.tag() => (Some(title), detail),
            ProblemType::Invalid(Invalid::CommentTooLong) => (Some(says.too_long.as_str()), None),
            ProblemType::Invalid(Invalid::CommentControl) => (Some(says.control.as_str()), None),
            // What will be better later.
            _ if problem.status().is_server_error() => (Some(says.refused.as_str()), detail),
            _ => (None, detail),
        };
        Self { title, detail }
    }
}

impl Drivers {
    fn offered(offered: &Offered, ticked: &Ticked, reader: &Reader) -> Self {
        let says = reader.says;
        let list = |name, legend, drivers: &[Driver], ticked: &[String]| {
            let choice = |driver: &Driver| Choice {
                slug: driver.slug.to_string(),
                word: driver.shown(&reader.tag),
                ticked: ticked.iter().any(|slug| slug == driver.slug.as_str()),
            };
            DriverList {
                name,
                legend,
                drivers: drivers.iter().map(choice).collect(),
            }
        };
        let set = &offered.set;
        Self {
            version: offered.version,
            lists: [
                list("good", &says.drivers_good, &set.good, &ticked.good),
                list("poor", &says.drivers_poor, &set.poor, &ticked.poor),
            ],
        }
    }
}

async fn show(
    app: &App,
    reader: Reader,
    slug: &str,
    mut filled: Form,
    problem: Option<ProblemType>,
) -> Result<Response, ProblemType> {
    let place = lookup::department(app, slug).await?;
    let service = match filled.service.parse() {
        Ok(named) => {
            (app.store)
                .service(place.department.slug.clone(), named)
                .await?
        }
        Err(_) => None,
    };
    if service.is_none() {
        filled.service.clear();
    }
    let here = Some(place.department.slug.clone());
    let there = service.as_ref().map(|service| service.slug.clone());
    let offered = app.store.drivers(here, there).await?;
    if let Some(ProblemType::Invalid(Invalid::Id | Invalid::EditKey)) = problem {
        filled.id = app.random.feedback_id(app.clock.now()).to_string();
        filled.edit_key = app.random.edit_key().to_string();
    }
    let says = reader.says;
    let language = reader.language;
    let template = RatePage {
        name: place.department.names.shown(language),
        service: service.map(|service| service.names.shown(language)),
        action: reader.link(&format!("/d/{}/rate", place.department.slug)),
        drivers: Drivers::offered(&offered, &filled.ticked, &reader),
        filled,
        grades: Rating::ALL.map(|grade| (grade.value(), says.grade(grade))),
        kinds: Kind::ALL.map(|kind| (kind.name(), says.kind(kind))),
        comment_max: Comment::MAXIMUM,
        contact_max: Contact::MAXIMUM,
        problem: problem.map(|problem| Told::of(problem, &reader)),
        reader,
    };
    // The page holds an edit key of its own for each reader.
    let private = [(header::CACHE_CONTROL, "no-store")];
    let form = (private, page(&template, FRAMED_POLICY)?);
    Ok(match problem {
        Some(problem) => {
            let shown = Extension(ShownByPage(problem));
            (problem.status(), shown, form).into_response()
        }
        None => form.into_response(),
    })
}

#[cfg(test)]
mod tests;
