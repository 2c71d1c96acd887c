//! What can be added to a grade: a comment, and what it is about.

use huiyin_shared::feedback::Kind;
use huiyin_shared::language::Language;
use huiyin_shared::personal;
use web_sys::HtmlTextAreaElement;
use yew::html::Scope;
use yew::{Html, InputEvent, TargetCast, html};

use crate::app::App;
use crate::components::choice;
use crate::phrases::Phrases;
use crate::state::{Action, State};

/// From here on the remaining number of characters is spoken as well.
const FEW: isize = 100;

/// Shows the comment, the kinds, and the button that sends both.
pub(crate) fn view(
    phrases: &'static Phrases,
    language: Language,
    state: &State,
    link: &Scope<App>,
) -> Html {
    let write = link.callback(|event: InputEvent| {
        Action::Write(event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    let choose = link.callback(Action::Choose);
    let chosen = state.kind;
    html! {
        <>
            <label class="ask" for="comment">{ phrases.comment }</label>
            <p id="hint" class="hint">{ phrases.comment_hint }</p>
            <textarea
                id="comment"
                name="comment"
                rows="4"
                aria-describedby="hint"
                value={ state.comment.clone() }
                oninput={write}
            />
            // Always there, because a screen reader only hears changes in what it knows.
            <p role="status">{ personal::note(&state.comment, language) }</p>
            { remaining(phrases, state.remaining()) }
            <fieldset class="kinds">
                <legend>{ phrases.kind }</legend>
                { for Kind::ALL.map(|kind| choice::view(
                    "kind",
                    kind.name(),
                    chosen == Some(kind),
                    choose.reform(move |_| kind),
                    None,
                    kind.word(language),
                )) }
            </fieldset>
            <button part="send" class="send" onclick={ link.callback(|_| Action::Send) }>
                { phrases.send }
            </button>
        </>
    }
}

/// Says how much room is left; aloud only when it gets tight, not at every letter.
fn remaining(phrases: &Phrases, remaining: isize) -> Html {
    let [before, after] = if remaining < 0 {
        phrases.excess
    } else {
        phrases.remaining
    };
    let live = if remaining < FEW { "polite" } else { "off" };
    let text = before.to_owned() + &remaining.unsigned_abs().to_string() + after;
    html! { <p class="hint" aria-live={live}>{ text }</p> }
}
