//! One choice of a group: a real radio button or check box under a face or a word.

use yew::{AttrValue, Callback, Event, Html, html};

/// How many of a group can be chosen.
#[derive(Clone, Copy)]
pub(crate) enum Many {
    /// One.
    One,
    /// As many as one likes.
    Any,
}

/// Shows a choice; the button lies unseen over its whole label, and its word may be in another
/// language than the panel.
pub(crate) fn view(
    (many, name): (Many, &'static str),
    value: AttrValue,
    checked: bool,
    choose: Callback<Event>,
    face: Option<&'static str>,
    (word, lang): (&AttrValue, Option<&AttrValue>),
) -> Html {
    let kind = match many {
        Many::One => "radio",
        Many::Any => "checkbox",
    };
    html! {
        <label>
            <input type={kind} {name} {value} {checked} onchange={choose} />
            <span lang={lang.cloned()}>
                if let Some(face) = face {
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d={face} /></svg>
                }
                { word }
            </span>
        </label>
    }
}
