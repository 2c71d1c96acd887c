//! What can be added to a grade: reasons, a comment, what it is about, and whether to answer.

use huiyin_shared::feedback::Kind;
use huiyin_shared::rating::Rating;
use huiyin_shared::text::Contact;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::{Callback, Html, InputEvent, KeyboardEvent, TargetCast, html};

use crate::components::choice::{self, Many};
use crate::phrases::Phrases;
use crate::state::{Action, State};

/// From here on the remaining number of characters is spoken as well.
const FEW: isize = 100;

/// Shows the reasons, the comment, the kinds, the wish for an answer, and the button that sends.
pub(crate) fn view(
    phrases: &Phrases,
    rating: Rating,
    state: &State,
    dispatch: &Callback<Action>,
) -> Html {
    let write = dispatch.reform(|event: InputEvent| {
        Action::Write(event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    let chosen = state.draft.kind;
    // As in any form, Enter on a choice or in a line sends. A real form would not be sent at all in
    // a frame without leave for forms. A key that is pressed, unlike one that goes down, is not one
    // that an input method takes for itself.
    let dispatch_send = dispatch.clone();
    let enter = move |event: KeyboardEvent| {
        let sends = event.key() == "Enter"
            && event.target_unchecked_into::<HtmlElement>().tag_name() == "INPUT";
        if sends {
            dispatch_send.emit(Action::Send);
        }
    };
    html! {
        <div onkeypress={enter}>
            { drivers(phrases, rating, state, dispatch) }
            <label class="ask" for="comment">{ &phrases.comment }</label>
            <p id="hint" class="hint">{ &phrases.comment_hint }</p>
            <textarea
                id="comment"
                name="comment"
                rows="4"
                aria-describedby="hint"
                aria-invalid={ state.invalid.map(|_| "true") }
                value={ state.draft.comment.clone() }
                oninput={write}
            />
            // Always there, because a screen reader only hears changes in what it knows.
            <p role="status">{ phrases.note(&state.draft.comment) }</p>
            { remaining(phrases, state.remaining()) }
            <fieldset class="kinds">
                <legend>{ &phrases.kind }</legend>
                { for Kind::ALL.map(|kind| choice::view(
                    (Many::One, "kind"),
                    kind.name().into(),
                    chosen == Some(kind),
                    dispatch.reform(move |_| Action::Choose(kind)),
                    None,
                    (phrases.kind(kind), None),
                )) }
            </fieldset>
            <fieldset class="kinds">
                { choice::view(
                    (Many::Any, "answer"),
                    "1".into(),
                    state.draft.wants_answer,
                    dispatch.reform(|_| Action::Ask),
                    None,
                    (&phrases.answer, None),
                ) }
            </fieldset>
            if state.draft.wants_answer {
                { contact(phrases, state, dispatch) }
            }
            // Programs fill what they find; people do not find this.
            <input hidden=true required=true name="website" autocomplete="off" />
            <button part="send" class="send" onclick={ dispatch.reform(|_| Action::Send) }>
                { &phrases.send }
            </button>
        </div>
    }
}

/// Offers the reasons that go with the grade.
fn drivers(phrases: &Phrases, rating: Rating, state: &State, dispatch: &Callback<Action>) -> Html {
    let question = if rating.is_poor() {
        &phrases.drivers_poor
    } else {
        &phrases.drivers_good
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
                    (Many::Any, "driver"),
                    slug.as_str().to_owned().into(),
                    state.draft.drivers.contains(&slug),
                    dispatch.reform(move |_| Action::Toggle(slug.clone())),
                    None,
                    (&driver.word.text, Some(&driver.word.lang)),
                )
            }) }
        </fieldset>
    }
}

/// Asks where to answer.
fn contact(phrases: &Phrases, state: &State, dispatch: &Callback<Action>) -> Html {
    let reach = dispatch.reform(|event: InputEvent| {
        Action::Reach(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <>
            <label class="ask" for="contact">{ &phrases.contact }</label>
            <p id="contact-hint" class="hint">{ &phrases.contact_hint }</p>
            <input
                id="contact"
                class="line"
                maxlength={ Contact::MAXIMUM.to_string() }
                autocomplete="email"
                aria-describedby="contact-hint"
                value={ state.draft.contact.clone() }
                oninput={reach}
            />
        </>
    }
}

/// Says how much room is left; aloud only when it gets tight, not at every letter.
fn remaining(phrases: &Phrases, remaining: isize) -> Html {
    let sentence = if remaining < 0 {
        &phrases.excess
    } else {
        &phrases.remaining
    };
    let live = if remaining < FEW { "polite" } else { "off" };
    let text = sentence.of(remaining.unsigned_abs(), &phrases.language);
    html! { <p class="hint" aria-live={live}>{ text }</p> }
}
