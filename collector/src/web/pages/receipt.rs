//! `/r/{receipt}`: the citizen sees what was stored, and can take it back.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_shared::id::Receipt;
use huiyin_shared::invalid::Invalid;
use huiyin_shared::slug::Slug;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reader::{Citizen, Reader};
use super::render::{FRAMED_POLICY, SECURITY_POLICY, page};
use crate::app::App;
use crate::limits::class::Class;
use crate::model::drivers::DriverSet;
use crate::model::{Feedback, Localized};
use crate::util::hashing::ReceiptKey;
use crate::web::description::Description;
use crate::web::extract::{Path, Query};
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;

#[derive(Template)]
#[template(path = "lookup.html")]
struct LookupPage {
    reader: Reader,
    typed: String,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    reader: Reader,
    thanks: Option<&'static str>,
    code: String,
    name: Localized,
    service: Option<Localized>,
    score_href: String,
    rating: &'static str,
    drivers: Vec<Localized>,
    comment: Option<String>,
    kind: Option<&'static str>,
    wants_answer: bool,
    test: bool,
    contact: Option<String>,
    page: Option<String>,
    placement: Option<String>,
    lang: Option<String>,
    received_at: String,
    withdrawn: bool,
    withdraw_action: String,
}

#[derive(Deserialize, ToSchema)]
struct Code {
    /// A receipt code, as it was typed.
    #[serde(default)]
    code: String,
}

#[derive(Deserialize, ToSchema)]
struct Thanks {
    /// `1` where the page thanks for what was just sent.
    #[serde(default)]
    thanks: String,
}

/// Returns the routes.
pub(super) fn router() -> Routes {
    let problems = [Invalid::Receipt.into(), ProblemType::UnknownReceipt];
    let of_lookup = Description::page("Asks for a receipt code")
        .empty(303, "Leads to the receipt of the code")
        .refuses(&[Invalid::Receipt.into()]);
    let of_receipt = Description::page("What was stored for a receipt code").refuses(&problems);
    let of_withdraw = Description::new("Withdraws a feedback")
        .empty(303, "It is withdrawn; leads to its receipt")
        .refuses(&problems);
    Routes::new()
        .route(Class::Read, "/r", lookup, of_lookup)
        .route(Class::Read, "/r/{receipt}", receipt, of_receipt)
        .route(
            Class::Change,
            "/r/{receipt}/withdraw",
            withdraw,
            of_withdraw,
        )
}

/// Asks for a code, or leads to the one that was typed, in its usual spelling.
async fn lookup(
    Citizen(reader): Citizen,
    Query(typed): Query<Code>,
) -> Result<Response, ProblemType> {
    if typed.code.is_empty() {
        return page(
            &LookupPage {
                reader,
                typed: String::new(),
                wrong: false,
            },
            SECURITY_POLICY,
        );
    }
    match typed.code.parse::<Receipt>() {
        Ok(receipt) => Ok(Redirect::to(&reader.link(&format!("/r/{receipt}"))).into_response()),
        Err(invalid) => again(reader, typed.code, invalid.into()),
    }
}

async fn receipt(
    State(app): State<App>,
    Citizen(reader): Citizen,
    Path(code): Path<String>,
    Query(query): Query<Thanks>,
) -> Result<Response, ProblemType> {
    let receipt: Receipt = match code.parse::<Receipt>() {
        Ok(receipt) => receipt,
        Err(invalid) => return again(reader, code, invalid.into()),
    };
    let Some(feedback) = app.store.feedback(ReceiptKey::of(&receipt)).await? else {
        return again(reader, receipt.to_string(), ProblemType::UnknownReceipt);
    };
    let says = reader.says;
    let language = reader.language;
    let withdrawn = feedback.withdrawn_at.is_some();
    let set = match feedback.drivers_version {
        Some(version) if !feedback.drivers.is_empty() => {
            app.store.drivers_of_version(version).await?
        }
        _ => None,
    };
    let drivers = chosen(&feedback, set.as_ref(), &reader.tag);
    let thanks = if feedback.test {
        says.pages.thanks_test.as_str()
    } else {
        says.thanks.as_str()
    };
    let template = ReceiptPage {
        thanks: (query.thanks == "1" && !withdrawn).then_some(thanks),
        code: receipt.to_string(),
        name: feedback.department.names.shown(language),
        service: feedback
            .service
            .map(|service| service.names.shown(language)),
        score_href: reader.link(&format!("/d/{}", feedback.department.slug)),
        rating: says.grade(feedback.rating),
        drivers,
        comment: feedback.comment,
        kind: feedback.kind.map(|kind| says.kind(kind)),
        wants_answer: feedback.wants_answer,
        test: feedback.test,
        contact: feedback.contact,
        page: feedback.page,
        placement: feedback.placement,
        lang: feedback.lang,
        received_at: app.clock.written(feedback.received_at),
        withdrawn,
        withdraw_action: reader.link(&format!("/r/{receipt}/withdraw")),
        reader,
    };
    // Out of every cache and every search engine.
    let private = [
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    Ok((private, page(&template, FRAMED_POLICY)?).into_response())
}

/// Takes the feedback back and shows what is left of it.
async fn withdraw(
    State(app): State<App>,
    Citizen(reader): Citizen,
    Path(code): Path<String>,
) -> Result<Response, ProblemType> {
    let receipt: Receipt = code.parse()?;
    if app
        .store
        .withdraw(ReceiptKey::of(&receipt), app.clock.now())
        .await?
    {
        Ok(Redirect::to(&reader.link(&format!("/r/{receipt}"))).into_response())
    } else {
        Err(ProblemType::UnknownReceipt)
    }
}

/// Asks for the code once more, with what was typed to be mended.
fn again(reader: Reader, typed: String, problem: ProblemType) -> Result<Response, ProblemType> {
    let policy = reader.policy();
    let template = LookupPage {
        reader,
        typed,
        wrong: true,
    };
    Ok((problem.status(), page(&template, policy)?).into_response())
}

/// Returns the chosen drivers in words, each with its language; the slug where there are no words.
fn chosen(feedback: &Feedback, set: Option<&DriverSet>, asked: &str) -> Vec<Localized> {
    let word = |slug: &Slug| {
        let driver = set.and_then(|set| set.find(slug, feedback.rating));
        driver.map_or_else(
            || Localized::new(slug.as_str(), ""),
            |driver| driver.shown(asked),
        )
    };
    feedback.drivers.iter().map(word).collect()
}
