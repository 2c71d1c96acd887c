//! One choice of a group: a native radio button or checkbox with a word and perhaps a face.

use yew::{AttrValue, Callback, Event, Html, html};

/// The kind of input.
#[derive(Clone, Copy)]
pub(crate) enum Input {
    /// One of the group can be chosen.
    Radio,
    /// Any number can be chosen.
    Checkbox,
}

/// Shows a choice. The input lies invisibly over its whole label. The word may be in another language
/// than the panel.
pub(crate) fn view(
    (input, name): (Input, &'static str),
    value: AttrValue,
    checked: bool,
    onchange: Callback<Event>,
    face: Option<&'static str>,
    (word, lang): (&AttrValue, Option<&AttrValue>),
) -> Html {
    let kind = match input {
        Input::Radio => "radio",
        Input::Checkbox => "checkbox",
    };
    html! {
        <label>
            <input type={kind} {name} {value} {checked} {onchange} />
            <span lang={lang.cloned()}>
                if let Some(face) = face {
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d={face} /></svg>
                }
                { word }
            </span>
        </label>
    }
}
