//! Whom the citizen rates.

use yew::{Html, html};

use crate::phrases::Phrases;
use crate::state::Names;

/// Shows the names once they are known, and until then what the panel is for.
pub(crate) fn view(phrases: &Phrases, names: Option<&Names>) -> Html {
    let department = names.map_or(phrases.title, |names| names.department.as_str());
    let service = names.and_then(|names| names.service.clone());
    html! {
        <>
            <h2 id="title">{ department.to_owned() }</h2>
            if let Some(service) = service {
                <p class="service">{ service }</p>
            }
        </>
    }
}
