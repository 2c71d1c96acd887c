//! The client of the collector's API; the only module that makes requests.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use huiyin_shared::feedback::{Kind, Revision, Submission};
use huiyin_shared::language::LanguageTag;
use huiyin_shared::page::Page;
use huiyin_shared::problem::Problem;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact, Placement};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RequestInit, Response};

use crate::fields::{field, milliseconds, object, set, text, whole};
use crate::options::Options;
use crate::state::{Driver, Failure, Form, Name, Stored};
use crate::{browser, offline, retry};

/// Requests the form: the names and the drivers.
pub(crate) async fn load_form(options: &Options) -> Result<Form, Failure> {
    let mut address = options.collector.clone();
    address.push_str("/api/v1/form?lang=");
    address.push_str(&options.language);
    address.push_str("&department=");
    address.push_str(options.department.as_str());
    // Slugs need no escaping.
    if let Some(service) = &options.service {
        address.push_str("&service=");
        address.push_str(service.as_str());
    }
    let form = request(&address, &[]).await?;
    let name = |of: &str| name(&field(&form, of), "name");
    let drivers = field(&form, "drivers");
    Ok(Form {
        department: name("department").unwrap_or_default(),
        service: name("service"),
        drivers: ["good", "poor"].map(|list| read_drivers(&field(&drivers, list))),
        version: whole(&drivers, "version").and_then(|number| number.try_into().ok()),
    })
}

/// Reads a name and its language.
fn name(object: &JsValue, of: &str) -> Option<Name> {
    Some(Name {
        text: text(object, of)?.into(),
        lang: text(object, "lang").unwrap_or_default().into(),
    })
}

/// Reads a list of drivers; one that cannot be read is left out.
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

/// Sends a feedback, as [`body`] makes it, to the collector that it names.
pub(crate) async fn send(body: &JsValue) -> Result<Stored, Failure> {
    // Firewalls may refuse text/plain, in an answer that no script can read: the next try is then
    // declared as JSON, and the one after it as text again.
    static AS_JSON: AtomicBool = AtomicBool::new(false);
    let collector = text(body, offline::COLLECTOR).ok_or(Failure::Temporary(None))?;
    let address = collector + "/api/v1/feedback";
    let body = JSON::stringify(body).map_or(JsValue::NULL, JsValue::from);
    // A plain string is sent as text/plain, for which browsers make no CORS preflight request.
    let headers = if AS_JSON.load(Relaxed) {
        object(&[("content-type", "application/json".into())])
    } else {
        JsValue::UNDEFINED
    };
    let settings = [
        ("method", "POST".into()),
        ("headers", headers),
        ("body", body),
        ("keepalive", JsValue::TRUE),
    ];
    let answer = request(&address, &settings).await;
    if matches!(answer, Err(Failure::Temporary(None))) {
        AS_JSON.fetch_xor(true, Relaxed);
    }
    let answer = answer?;
    let revision = whole(&answer, "revision").and_then(|number| u32::try_from(number).ok());
    let revision = revision.and_then(|number| Revision::try_from(number).ok());
    // Any other answer is not from a collector, but from a proxy, say. Nothing is known to be stored.
    revision
        .zip(text(&answer, "receipt"))
        .map(|(revision, receipt)| Stored { revision, receipt })
        .ok_or(Failure::Temporary(None))
}

/// Sends the feedback that an earlier visit saved, the oldest first. Only one panel of a page does it at
/// a time.
pub(crate) async fn send_saved() {
    static RUNNING: AtomicBool = AtomicBool::new(false);
    if !RUNNING.swap(true, Relaxed) {
        send_all_saved().await;
        RUNNING.store(false, Relaxed);
    }
}

/// Sends all saved feedback, and removes what is answered or can no longer be sent. After a temporary
/// failure, the rest for the same collector stays saved.
async fn send_all_saved() {
    let Ok(all) = offline::load_all(browser::now()).await else {
        return;
    };
    if all.is_empty() {
        browser::mark_unsent(false);
    }
    let mut unavailable = Vec::new();
    for (feedback, can_send) in all {
        let id = text(&feedback, "id").unwrap_or_default();
        if can_send {
            let collector = text(&feedback, offline::COLLECTOR);
            if unavailable.contains(&collector) {
                continue;
            }
            set_age(&feedback);
            match send(&feedback).await {
                Ok(_) => {}
                Err(Failure::Temporary(_)) => {
                    unavailable.push(collector);
                    continue;
                }
                // The citizen was told that it waits, so must be told this too.
                Err(Failure::Refused(reason)) => browser::set_refusal(Some(&reason)),
            }
        }
        let revision = whole(&feedback, "revision").unwrap_or(u64::MAX);
        if offline::remove(&id, revision).await.is_err() {
            return;
        }
    }
}

/// Sets the current age of a feedback.
pub(crate) fn set_age(feedback: &JsValue) {
    let made = whole(feedback, offline::MADE).unwrap_or_default();
    let age = browser::now().saturating_sub(made);
    set(feedback, "age_ms", &milliseconds(age));
}

/// Returns a submission as the API expects it.
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

/// Makes a request; returns the JSON of a successful response, or the failure. Only a problem body of
/// the collector is a refusal.
async fn request(address: &str, settings: &[(&str, JsValue)]) -> Result<JsValue, Failure> {
    let init = object(settings);
    // No cookies, and no address of the page beyond what the body says.
    set(&init, "credentials", &"omit".into());
    set(&init, "referrerPolicy", &"no-referrer".into());
    set(&init, "signal", &browser::timeout_signal());
    let init: RequestInit = init.unchecked_into();
    let response = gloo_utils::window()
        .fetch_with_str_and_init(address, &init)
        .await
        .map_err(|_| Failure::Temporary(None))?;
    let response: Response = response.unchecked_into();
    let json = match response.json() {
        Ok(json) => json.await.ok(),
        Err(_) => None,
    };
    if response.ok() {
        return json.ok_or(Failure::Temporary(None));
    }
    // A gateway answers too, with any status: while a container is replaced, or before a login.
    let refusal =
        json.filter(|problem| text(problem, "type").is_some_and(|of| Problem::is_refusal(&of)));
    Err(match refusal {
        Some(problem) => Failure::Refused(text(&problem, "detail").unwrap_or_default()),
        None => Failure::Temporary(browser::retry_after(&response).map(retry::cap)),
    })
}
