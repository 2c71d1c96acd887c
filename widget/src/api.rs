//! The only place that talks to the collector, and the only one that knows how it is written.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use huiyin_shared::feedback::{Kind, Revision, Submission};
use huiyin_shared::language::LanguageTag;
use huiyin_shared::page::Page;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact, Placement};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RequestInit, Response};

use crate::fields::{field, milliseconds, object, set, text, whole};
use crate::options::Options;
use crate::state::{Driver, Failure, Form, Name};
use crate::{kept, outside, retry};

/// Asks whom the panel is about, and for which reasons it can be rated.
pub(crate) async fn form(options: &Options) -> Result<Form, Failure> {
    let mut address = options.collector.clone();
    address.push_str("/api/v1/form?lang=");
    address.push_str(&options.language);
    address.push_str("&department=");
    address.push_str(options.department.as_str());
    // Slugs have nothing that would have to be escaped.
    if let Some(service) = &options.service {
        address.push_str("&service=");
        address.push_str(service.as_str());
    }
    let form = ask(&address, &[]).await?;
    let name = |of: &str| name(&field(&form, of), "name");
    let drivers = field(&form, "drivers");
    Ok(Form {
        department: name("department").unwrap_or_default(),
        service: name("service"),
        drivers: ["good", "poor"].map(|list| read_drivers(&field(&drivers, list))),
        version: whole(&drivers, "version").and_then(|number| number.try_into().ok()),
    })
}

/// Reads a name and the language it is in.
fn name(object: &JsValue, of: &str) -> Option<Name> {
    Some(Name {
        text: text(object, of)?.into(),
        lang: text(object, "lang").unwrap_or_default().into(),
    })
}

/// Reads a list of reasons; one that cannot be read is not offered.
fn read_drivers(list: &JsValue) -> Vec<Driver> {
    let driver = |driver: JsValue| {
        Some(Driver {
            slug: text(&driver, "value")?.parse().ok()?,
            word: name(&driver, "word")?,
        })
    };
    let Some(list) = list.dyn_ref::<Array>() else {
        return Vec::new();
    };
    list.iter().filter_map(driver).collect()
}

/// Sends a feedback as [`body`] writes it to the collector that it is for; returns the revision that
/// is stored, and the receipt code.
pub(crate) async fn send(body: &JsValue) -> Result<(Revision, String), Failure> {
    let collector = text(body, kept::COLLECTOR).ok_or(Failure::Waiting(None))?;
    let address = collector + "/api/v1/feedback";
    let body = JSON::stringify(body).map_or(JsValue::NULL, JsValue::from);
    // A body that is a plain string goes as text/plain, for which browsers ask no leave first.
    let settings = [
        ("method", "POST".into()),
        ("body", body),
        ("keepalive", JsValue::TRUE),
    ];
    let answer = ask(&address, &settings).await?;
    let revision = whole(&answer, "revision").and_then(|number| u32::try_from(number).ok());
    let revision = revision.and_then(|number| Revision::try_from(number).ok());
    // Not an answer of ours otherwise: a proxy's page, say. Nothing is known to be stored.
    revision
        .zip(text(&answer, "receipt"))
        .ok_or(Failure::Waiting(None))
}

/// Sends what an earlier visit had to keep, oldest first, and forgets what needs no keeping. A collector
/// for which one must wait on is asked no more. Of many panels on a page, one does it.
pub(crate) async fn send_kept() {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    if !BEGUN.swap(true, Relaxed) {
        send_all_kept().await;
        BEGUN.store(false, Relaxed);
    }
}

async fn send_all_kept() {
    let Ok(all) = kept::all(outside::now()).await else {
        return;
    };
    if all.is_empty() {
        outside::mark_waiting(false);
    }
    let mut down = Vec::new();
    for (feedback, fits) in all {
        let id = text(&feedback, "id").unwrap_or_default();
        if fits {
            let collector = text(&feedback, kept::COLLECTOR);
            if down.contains(&collector) {
                continue;
            }
            age(&feedback);
            match send(&feedback).await {
                Ok(_) => {}
                Err(Failure::Waiting(_)) => {
                    down.push(collector);
                    continue;
                }
                // Who was told that it waits is told this too.
                Err(Failure::Refused(why)) => outside::note_refused(Some(&why)),
            }
        }
        let revision = whole(&feedback, "revision").unwrap_or(u64::MAX);
        if kept::forget(&id, revision).await.is_err() {
            return;
        }
    }
}

/// Notes in a feedback how old it is by now.
pub(crate) fn age(feedback: &JsValue) {
    let made = whole(feedback, kept::MADE).unwrap_or_default();
    let age = outside::now().saturating_sub(made);
    set(feedback, "age_ms", &milliseconds(age));
}

/// Returns a submission as the interface spells it.
pub(crate) fn body(submission: &Submission) -> JsValue {
    let text = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from);
    let drivers = submission.drivers.as_slice().iter();
    let drivers: Array = drivers.map(|slug| JsValue::from(slug.as_str())).collect();
    let elapsed = submission.elapsed_ms.map_or(JsValue::NULL, milliseconds);
    object(&[
        ("id", String::from(submission.id).into()),
        ("edit_key", String::from(submission.edit_key).into()),
        ("revision", submission.revision.get().into()),
        ("department", submission.department.as_str().into()),
        (
            "service",
            text(submission.service.as_ref().map(Slug::as_str)),
        ),
        (
            "placement",
            text(submission.placement.as_ref().map(Placement::as_str)),
        ),
        ("rating", submission.rating.value().into()),
        ("drivers", drivers.into()),
        ("drivers_version", submission.drivers_version.into()),
        (
            "comment",
            text(submission.comment.as_ref().map(Comment::as_str)),
        ),
        ("kind", text(submission.kind.map(Kind::name))),
        ("wants_answer", submission.wants_answer.into()),
        (
            "contact",
            text(submission.contact.as_ref().map(Contact::as_str)),
        ),
        ("test", submission.test.into()),
        ("trap", text(submission.trap.then_some("1"))),
        ("elapsed_ms", elapsed),
        (
            "lang",
            text(submission.lang.as_ref().map(LanguageTag::as_str)),
        ),
        ("page", text(submission.page.as_ref().map(Page::as_str))),
    ])
}

/// Makes a request, and returns the JSON of a good answer or what a bad one means.
async fn ask(address: &str, settings: &[(&str, JsValue)]) -> Result<JsValue, Failure> {
    let init = object(settings);
    // No cookie goes along, and no address of the page beyond what the body says.
    set(&init, "credentials", &"omit".into());
    set(&init, "referrerPolicy", &"no-referrer".into());
    set(&init, "signal", &outside::deadline());
    let init: RequestInit = init.unchecked_into();
    let response = gloo_utils::window()
        .fetch_with_str_and_init(address, &init)
        .await
        .map_err(|_| Failure::Waiting(None))?;
    let response: Response = response.unchecked_into();
    let json = match response.json() {
        Ok(json) => json.await.ok(),
        Err(_) => None,
    };
    if response.ok() {
        return json.ok_or(Failure::Waiting(None));
    }
    if retry::passes(response.status()) {
        let after = outside::retry_after(&response).map(retry::asked);
        return Err(Failure::Waiting(after));
    }
    Err(Failure::Refused(
        json.and_then(|problem| text(&problem, "detail"))
            .unwrap_or_default(),
    ))
}
