//! The department and the service that the citizen rates.

use yew::{Html, html};

use crate::phrases::Phrases;
use crate::state::{Form, Name};

/// Shows the names once they are loaded, and a general title until then.
pub(crate) fn view(phrases: &Phrases, form: &Form) -> Html {
    let Name { text, lang } = &form.department;
    html! {
        <>
            if text.is_empty() {
                <h2 id="title">{ phrases.title() }</h2>
            } else {
                <h2 id="title" lang={lang}>{ text }</h2>
            }
            if let Some(Name { text, lang }) = &form.service {
                <p class="service" lang={lang}>{ text }</p>
            }
        </>
    }
}
