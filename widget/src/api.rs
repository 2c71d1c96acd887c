//! The only place that talks to the collector, and the only one that knows how it is written.
//!
//! The JSON is made and read by the browser's own parser: a second one in the wasm would be a
//! quarter of its size.

use huiyin_shared::feedback::{Kind, Revision, Submission};
use huiyin_shared::language::LanguageTag;
use huiyin_shared::page::Page;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Placement};
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RequestInit, Response};

use crate::options::Options;
use crate::state::{Action, Failure, Names};

/// Asks whom the panel is about.
pub(crate) async fn names(options: &Options) -> Action {
    let mut address = [
        options.collector.as_str(),
        "/api/v1/form?lang=",
        options.language.tag(),
        "&department=",
        options.department.as_str(),
    ]
    .concat();
    // Slugs have nothing that would have to be escaped.
    if let Some(service) = &options.service {
        address.push_str("&service=");
        address.push_str(service.as_str());
    }
    let form = match ask(&address, &[]).await {
        Ok(form) => form,
        Err(failure) => return Action::Named(Err(failure)),
    };
    let name = |of: &str| text(&field(&field(&form, of), "name"));
    Action::Named(Ok(Names {
        department: name("department").unwrap_or_default(),
        service: name("service"),
    }))
}

/// Sends one revision, and says what became of it.
pub(crate) async fn send(collector: &str, submission: &Submission) -> Action {
    let body = JSON::stringify(&body(submission)).map_or(JsValue::NULL, JsValue::from);
    let address = [collector, "/api/v1/feedback"].concat();
    // A body that is a plain string goes as text/plain, for which browsers ask no leave first.
    let answer = ask(
        &address,
        &[
            ("method", "POST".into()),
            ("body", body),
            ("keepalive", JsValue::TRUE),
        ],
    )
    .await;
    match answer {
        Ok(answer) => match (revision(&answer), text(&field(&answer, "receipt"))) {
            (Some(revision), Some(receipt)) => {
                Action::Stored(revision.max(submission.revision), receipt)
            }
            // Not an answer of ours: a proxy's page, say. Nothing is known to be stored.
            _ => Action::Failed(Failure::Network),
        },
        Err(failure) => Action::Failed(failure),
    }
}

/// Returns the submission as the interface spells it.
fn body(submission: &Submission) -> JsValue {
    let optional = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from);
    let age = submission.age_ms.and_then(|age| u32::try_from(age).ok());
    object(&[
        ("id", String::from(submission.id).into()),
        ("edit_key", String::from(submission.edit_key).into()),
        ("revision", submission.revision.get().into()),
        ("department", submission.department.as_str().into()),
        (
            "service",
            optional(submission.service.as_ref().map(Slug::as_str)),
        ),
        (
            "placement",
            optional(submission.placement.as_ref().map(Placement::as_str)),
        ),
        ("rating", submission.rating.value().into()),
        ("drivers", js_sys::Array::new().into()),
        (
            "comment",
            optional(submission.comment.as_ref().map(Comment::as_str)),
        ),
        ("kind", optional(submission.kind.map(Kind::name))),
        (
            "lang",
            optional(submission.lang.as_ref().map(LanguageTag::as_str)),
        ),
        ("page", optional(submission.page.as_ref().map(Page::as_str))),
        ("age_ms", age.map_or(JsValue::NULL, JsValue::from)),
    ])
}

/// Makes a request, and returns the JSON of a good answer or the failure that a bad one means.
async fn ask(address: &str, settings: &[(&str, JsValue)]) -> Result<JsValue, Failure> {
    let init = object(settings);
    // No cookie goes along, and no address of the page beyond what the body says.
    set(&init, "credentials", &"omit".into());
    set(&init, "referrerPolicy", &"no-referrer".into());
    let init: RequestInit = init.unchecked_into();
    let window = web_sys::window().ok_or(Failure::Network)?;
    let response = window
        .fetch_with_str_and_init(address, &init)
        .await
        .map_err(|_| Failure::Network)?;
    let response: Response = response.unchecked_into();
    let json = match response.json() {
        Ok(json) => json.await.ok(),
        Err(_) => None,
    };
    let status = response.status();
    if response.ok() {
        return json.ok_or(Failure::Network);
    }
    Err(Failure::Refused {
        detail: json
            .and_then(|problem| text(&field(&problem, "detail")))
            .unwrap_or_default(),
        passing: status >= 500 || status == 429 || status == 408,
    })
}

/// Makes a plain object.
fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

/// Sets a field of a plain object, which cannot fail.
fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Reads a field of what may be an object.
fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::NULL)
}

/// Reads a text.
fn text(value: &JsValue) -> Option<String> {
    value.as_string()
}

/// Reads the number of the revision that is now stored.
fn revision(answer: &JsValue) -> Option<Revision> {
    let number = field(answer, "revision").as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number that is no revision becomes one that is refused"
    )]
    Revision::try_from(number as u32).ok()
}
