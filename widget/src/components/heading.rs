//! Whom the citizen rates.

use yew::{Html, html};

use crate::phrases::Phrases;
use crate::state::Form;

/// Shows the names once they are known, and until then what the panel is for.
pub(crate) fn view(phrases: &Phrases, form: &Form) -> Html {
    let department = Some(&form.department).filter(|name| !name.is_empty());
    html! {
        <>
            <h2 id="title">{ department.unwrap_or(&phrases.title) }</h2>
            if let Some(service) = &form.service {
                <p class="service">{ service }</p>
            }
        </>
    }
}
