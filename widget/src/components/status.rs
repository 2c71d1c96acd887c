//! What became of the last thing the citizen did, for the eye and for the ear.

use huiyin_shared::invalid::Invalid;
use yew::{AttrValue, Callback, Html, html};

use crate::phrases::Phrases;
use crate::state::{Action, Failure, State, Stored};

/// Shows good news politely and bad news at once.
///
/// Both regions are always there, because a screen reader only hears changes in what it knows.
pub(crate) fn view(phrases: &Phrases, state: &State, dispatch: &Callback<Action>) -> Html {
    let news = if state.sending.is_some() {
        Some(&phrases.sending)
    } else if state.is_stored() && state.failure.is_none() && state.invalid.is_none() {
        Some(&phrases.received)
    } else {
        None
    };
    html! {
        <>
            if let Some(why) = &state.earlier {
                <p class="error">{ &phrases.earlier }{ " " }{ why }</p>
            }
            <p role="status">{ news }</p>
            // Whoever stops here has rated, and must not leave without the code.
            if let Some(Stored { receipt, .. }) = &state.stored {
                <p class="hint">{ &phrases.receipt }{ " " }<b>{ receipt }</b></p>
            }
            <div role="alert">
                if let Some(invalid) = state.invalid {
                    <p part="error" class="error">{ comment(phrases, invalid) }</p>
                } else if let Some(failure) = &state.failure {
                    <p part="error" class="error">{ sentence(phrases, state, failure) }</p>
                    if can_retry(state, failure) {
                        <button part="retry" onclick={ dispatch.reform(|_| Action::Retry) }>
                            { &phrases.retry }
                        </button>
                    }
                }
            </div>
        </>
    }
}

/// Returns what the citizen is told.
fn sentence(phrases: &Phrases, state: &State, failure: &Failure) -> AttrValue {
    match failure {
        Failure::Refused(detail) if !detail.is_empty() => return detail.clone().into(),
        Failure::Refused(_) => &phrases.refused,
        Failure::Waiting(_) if state.kept => &phrases.waiting,
        Failure::Waiting(_) => &phrases.waiting_here,
    }
    .clone()
}

/// Returns what is wrong with the comment as it is written.
fn comment(phrases: &Phrases, invalid: Invalid) -> &AttrValue {
    match invalid {
        Invalid::CommentTooLong => &phrases.too_long,
        _ => &phrases.control,
    }
}

/// Whether the same could go well a second time.
fn can_retry(state: &State, failure: &Failure) -> bool {
    matches!(failure, Failure::Waiting(_)) && !state.is_stored()
}
