//! What can be added to a grade: drivers, a comment, a kind, and the request for an answer.

use huiyin_shared::feedback::Kind;
use huiyin_shared::rating::Rating;
use huiyin_shared::text::Contact;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::{Callback, Html, InputEvent, KeyboardEvent, TargetCast, html};

use crate::components::choice::{self, Input};
use crate::phrases::Phrases;
use crate::state::{Action, State};

/// Below this number of characters left, screen readers announce it.
const ANNOUNCE_BELOW: isize = 100;

/// Shows the drivers, the comment, the kinds, the request for an answer, and the Send button.
pub(crate) fn view(
    phrases: &Phrases,
    rating: Rating,
    state: &State,
    dispatch: &Callback<Action>,
) -> Html {
    let set_comment = dispatch.reform(|event: InputEvent| {
        Action::SetComment(event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    let chosen = state.draft.kind;
    // Enter in an input submits, as in any form. A `<form>` would not submit in a sandboxed frame
    // without `allow-forms`. An input method that consumes a key fires `keydown`, but no `keypress`.
    let submit = dispatch.clone();
    let onkeypress = move |event: KeyboardEvent| {
        let submits = event.key() == "Enter"
            && event.target_unchecked_into::<HtmlElement>().tag_name() == "INPUT";
        if submits {
            submit.emit(Action::Submit);
        }
    };
    html! {
        <div {onkeypress}>
            { drivers(phrases, rating, state, dispatch) }
            <label class="ask" for="comment">{ phrases.comment() }</label>
            <p id="hint" class="hint">{ phrases.comment_hint() }</p>
            <textarea
                id="comment"
                name="comment"
                rows="4"
                aria-describedby="hint"
                aria-invalid={ state.comment_error.map(|_| "true") }
                value={ state.draft.comment.clone() }
                oninput={set_comment}
            />
            // Always present, because a screen reader announces changes of a region it knows.
            <p role="status">{ phrases.note(&state.draft.comment) }</p>
            { remaining(phrases, state.remaining()) }
            <fieldset class="kinds">
                <legend>{ phrases.kind() }</legend>
                { for Kind::ALL.map(|kind| choice::view(
                    (Input::Radio, "kind"),
                    kind.name().into(),
                    chosen == Some(kind),
                    dispatch.reform(move |_| Action::SetKind(kind)),
                    None,
                    (phrases.kind_word(kind), None),
                )) }
            </fieldset>
            <fieldset class="kinds">
                { choice::view(
                    (Input::Checkbox, "answer"),
                    "1".into(),
                    state.draft.wants_answer,
                    dispatch.reform(|_| Action::ToggleWantsAnswer),
                    None,
                    (phrases.answer(), None),
                ) }
            </fieldset>
            if state.draft.wants_answer {
                { contact(phrases, state, dispatch) }
            }
            // The honeypot: bots fill every field, and people do not see this one.
            <input hidden=true required=true name="website" autocomplete="off" />
            <button part="send" class="send" onclick={ dispatch.reform(|_| Action::Submit) }>
                { phrases.send() }
            </button>
        </div>
    }
}

/// Shows the drivers that belong to the grade.
fn drivers(phrases: &Phrases, rating: Rating, state: &State, dispatch: &Callback<Action>) -> Html {
    let question = if rating.is_poor() {
        phrases.drivers_poor()
    } else {
        phrases.drivers_good()
    };
    let drivers = state.form.drivers(rating);
    if drivers.is_empty() {
        return Html::default();
    }
    html! {
        <fieldset class="kinds">
            <legend>{ question }</legend>
            { for drivers.iter().map(|driver| {
                let slug = driver.slug.clone();
                choice::view(
                    (Input::Checkbox, "driver"),
                    slug.as_str().to_owned().into(),
                    state.draft.drivers.contains(&slug),
                    dispatch.reform(move |_| Action::ToggleDriver(slug.clone())),
                    None,
                    (&driver.word.text, Some(&driver.word.lang)),
                )
            }) }
        </fieldset>
    }
}

/// Shows the field for the contact.
fn contact(phrases: &Phrases, state: &State, dispatch: &Callback<Action>) -> Html {
    let set_contact = dispatch.reform(|event: InputEvent| {
        Action::SetContact(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <>
            <label class="ask" for="contact">{ phrases.contact() }</label>
            <p id="contact-hint" class="hint">{ phrases.contact_hint() }</p>
            <input
                id="contact"
                class="line"
                maxlength={ Contact::MAXIMUM.to_string() }
                autocomplete="email"
                aria-describedby="contact-hint"
                value={ state.draft.contact.clone() }
                oninput={set_contact}
            />
        </>
    }
}

/// Shows how many characters are left. Screen readers announce it only when few are left, not at every
/// letter.
fn remaining(phrases: &Phrases, remaining: isize) -> Html {
    let sentence = if remaining < 0 {
        &phrases.excess
    } else {
        &phrases.remaining
    };
    let live = if remaining < ANNOUNCE_BELOW {
        "polite"
    } else {
        "off"
    };
    let text = sentence.of(remaining.unsigned_abs(), &phrases.language);
    html! { <p class="hint" aria-live={live}>{ text }</p> }
}
