//! What stands in the place of a form during a pause.

use askama::Template;
use axum::response::Response;
use huiyin_shared::text::Placement;

use super::reader::Reader;
use super::render::{FRAMED_POLICY, page};
use crate::app::App;
use crate::cache::pauses;
use crate::model::Localized;
use crate::web::lookup;
use crate::web::problem::ProblemType;

#[derive(Template)]
#[template(path = "paused.html")]
struct PausedPage {
    reader: Reader,
    name: Localized,
    notice: Option<Localized>,
    score_href: String,
}

/// Returns the page of a pause, where there is one. Whoever has a form open already may send it.
pub(super) async fn page_of(
    app: &App,
    reader: &Reader,
    slug: &str,
    placement: Option<&Placement>,
) -> Result<Option<Response>, ProblemType> {
    let pauses = app.pauses.all(app.store.as_ref()).await?;
    if pauses.is_empty() {
        return Ok(None);
    }
    let place = lookup::department(app, slug).await?;
    let Some(pause) = pauses::pause_for(&pauses, &place, placement) else {
        return Ok(None);
    };
    let template = PausedPage {
        name: place.department.names.shown(reader.language),
        notice: pause.notice.shown(reader.language),
        score_href: reader.link(&format!("/d/{}", place.department.slug)),
        reader: reader.clone(),
    };
    page(&template, FRAMED_POLICY).map(Some)
}
