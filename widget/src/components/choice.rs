//! One choice of a group: a real radio button under a face or a word.

use yew::{Callback, Event, Html, html};

/// Shows a choice; the button lies unseen over its whole label.
pub(crate) fn view(
    name: &'static str,
    value: &'static str,
    checked: bool,
    choose: Callback<Event>,
    face: Option<&'static str>,
    word: &'static str,
) -> Html {
    html! {
        <label>
            <input type="radio" {name} {value} {checked} onchange={choose} />
            <span>
                if let Some(face) = face {
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d={face} /></svg>
                }
                { word }
            </span>
        </label>
    }
}
