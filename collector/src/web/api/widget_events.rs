//! `POST /api/v1/moments`: the widget was seen or used, and asks whether it may show itself.
//!
//! It comes with every page view, so it costs no transaction: see `intake::widget_events`.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::Language;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::cache::pauses;
use crate::limits::class::Class;
use crate::model::{Refusal, WidgetEvent};
use crate::web::description::Description;
use crate::web::json::Json;
use crate::web::problem::{Problem, ProblemType};
use crate::web::routes::Routes;

/// What was sent. The service may stand there and is not read: widget events are counted by department.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = WidgetEvent)]
struct Sent {
    #[schema(required, value_type = Slug)]
    department: Option<String>,
    placement: Option<String>,
    /// `seen`, `opened`, `started` or `sent`; nothing is counted without one.
    moment: Option<String>,
    lang: Option<String>,
    /// Whatever stands there, it is a test, which counts nowhere.
    #[schema(value_type = Option<serde_json::Value>)]
    test: Option<IgnoredAny>,
}

/// Whether the widget may show itself; during a pause, what it may show instead.
#[derive(Serialize, ToSchema)]
#[schema(as = WidgetEventAnswer)]
struct Answer {
    shown: bool,
    #[serde(flatten)]
    #[schema(value_type = Notice)]
    notice: Option<Notice>,
}

/// What may be shown during a pause; null where there is no notice.
#[derive(Serialize, ToSchema)]
#[schema(as = PauseNotice)]
struct Notice {
    notice: Option<String>,
    /// The language that the notice is in.
    lang: Option<String>,
}

/// Returns the route.
pub(super) fn router() -> Routes {
    let described =
        Description::new("Counts what happened to a widget, and tells whether it may show")
            .body::<Sent>()
            .json::<Answer>(200, "Whether the widget may show itself")
            .refuses(&[
                Invalid::Department.into(),
                ProblemType::InvalidWidgetEvent,
                Refusal::UnknownDepartment.into(),
            ]);
    Routes::new().route(Class::WidgetEvent, "/moments", take, described)
}

/// Counts the event, if one is named, and answers whether the widget may show itself.
async fn take(State(app): State<App>, body: Json) -> Result<Response, Problem> {
    let sent: Sent = body.object()?;
    let language = sent.lang.as_deref().and_then(Language::asked);
    let answer = count(&app, sent, language.unwrap_or_default()).await;
    let answer = answer.map_err(|problem| problem.told_in(language))?;
    let about = [(header::CACHE_CONTROL, "no-store")];
    Ok((about, axum::Json(answer)).into_response())
}

async fn count(app: &App, sent: Sent, language: Language) -> Result<Answer, ProblemType> {
    let slug = sent.department.and_then(|name| name.parse().ok());
    let slug: Slug = slug.ok_or(Invalid::Department)?;
    let moment = sent.moment.map(|name| name.parse()).transpose();
    let moment = moment.map_err(|_| ProblemType::InvalidWidgetEvent)?;
    let store = app.store.as_ref();
    let place = app.departments.get(store, &slug).await?;
    let place = place.ok_or(Refusal::UnknownDepartment)?;
    let pauses = app.pauses.all(store).await?;
    // It comes from the page's author; a slip of theirs names no placement.
    let placement = sent.placement.and_then(|text| Placement::parse(&text).ok());
    let pause = pauses::pause_for(&pauses, &place, placement.as_ref());
    // During a pause nobody sees anything; who had the panel open goes on.
    let counts = |moment: &WidgetEvent| pause.is_none() || *moment != WidgetEvent::Seen;
    if let Some(moment) = moment.filter(|one| sent.test.is_none() && counts(one)) {
        let department = place.department.slug.clone();
        let today = app.clock.today();
        app.widget_events.count(department, today, moment);
    }
    let notice = pause.map(|pause| {
        let notice = pause.notice.shown(language);
        let (notice, lang) = notice.map(|notice| (notice.text, notice.lang)).unzip();
        Notice { notice, lang }
    });
    Ok(Answer {
        shown: pause.is_none(),
        notice,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{self, Pause};
    use crate::store::testing::{World, slug};
    use crate::web::testing::{collector, send};

    async fn tell(app: &App, body: &Value) -> Value {
        let (_, answer) = send(app, "/api/v1/moments", "text/plain", &body.to_string()).await;
        serde_json::from_str(&answer).expect("JSON")
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_language_of_the_body() {
        let world = World::sqlite().await;
        let app = collector(world.store.clone());
        let refusal = ProblemType::Refused(Refusal::UnknownDepartment);
        for (lang, told) in [
            (json!("fr"), Language::En),
            (json!("en-GB"), Language::En),
            (json!("zh-TW"), Language::Zh),
            // The browser says zh.
            (json!(""), Language::Zh),
            (json!(null), Language::Zh),
        ] {
            let answer = tell(&app, &json!({"department": "nobody", "lang": lang})).await;
            assert_eq!(answer["title"], refusal.words(told).0, "{lang}");
        }
    }

    #[tokio::test]
    async fn a_view_during_a_pause_is_not_counted() {
        let world = World::sqlite().await;
        let pause = Pause {
            department: slug("tax"),
            placement: None,
            notice: model::Notice::default(),
        };
        world.store.pause(pause).await.expect("known");
        let app = collector(world.store.clone());
        for (moment, rows) in [("seen", 0), ("sent", 1)] {
            let body = json!({"department": "tax", "moment": moment});
            assert_eq!(tell(&app, &body).await["shown"], false);
            assert_eq!(app.widget_events.rows(), rows, "{moment}");
        }
    }
}
