//! What became of the last thing the citizen did, for the eye and for the ear.

use huiyin_shared::invalid::Invalid;
use yew::{Callback, Html, MouseEvent, html};

use crate::phrases::Phrases;
use crate::state::{Failure, State};

/// Shows good news politely and bad news at once.
///
/// Both regions are always there, because a screen reader only hears changes in what it knows.
pub(crate) fn view(phrases: &Phrases, state: &State, retry: Callback<MouseEvent>) -> Html {
    let news = if state.sending.is_some() {
        phrases.sending
    } else if state.is_stored() && state.failure.is_none() {
        phrases.received
    } else {
        ""
    };
    html! {
        <>
            <p role="status">{ news }</p>
            // Whoever stops here has rated, and must not leave without the code.
            if let Some(receipt) = &state.receipt {
                <p class="hint">{ phrases.receipt }{ " " }<b>{ receipt.as_str() }</b></p>
            }
            <div role="alert">
                if let Some(failure) = &state.failure {
                    <p part="error" class="error">{ sentence(phrases, failure) }</p>
                    if can_retry(state, failure) {
                        <button part="retry" onclick={retry}>{ phrases.retry }</button>
                    }
                }
            </div>
        </>
    }
}

/// Returns what the citizen is told.
fn sentence(phrases: &Phrases, failure: &Failure) -> String {
    match failure {
        Failure::Refused { detail, .. } if !detail.is_empty() => detail,
        Failure::Refused { .. } => phrases.refused,
        Failure::Network => phrases.network,
        Failure::Comment(Invalid::CommentTooLong) => phrases.too_long,
        Failure::Comment(_) => phrases.control,
    }
    .to_owned()
}

/// Whether the same could go well a second time.
fn can_retry(state: &State, failure: &Failure) -> bool {
    match failure {
        Failure::Network | Failure::Refused { passing: true, .. } => !state.is_stored(),
        Failure::Refused { .. } | Failure::Comment(_) => false,
    }
}
