//! The result of the citizen's last input, shown and announced by screen readers.

use huiyin_shared::invalid::Invalid;
use yew::{AttrValue, Callback, Html, html};

use crate::phrases::Phrases;
use crate::state::{Action, Failure, State, Stored};

/// Shows success in a polite live region and failures in an assertive one.
///
/// Both regions are always present, because a screen reader announces changes of a region it knows.
pub(crate) fn view(phrases: &Phrases, state: &State, dispatch: &Callback<Action>) -> Html {
    let success = if state.sending.is_some() {
        Some(phrases.sending())
    } else if state.is_stored() && state.failure.is_none() && state.comment_error.is_none() {
        Some(phrases.received())
    } else {
        None
    };
    html! {
        <>
            if let Some(reason) = &state.refused_earlier {
                <p class="error">{ phrases.earlier() }{ " " }{ reason }</p>
            }
            <p role="status">{ success }</p>
            // A citizen who stops here has rated, and needs the code.
            if let Some(Stored { receipt, .. }) = &state.stored {
                <p class="hint">{ phrases.receipt() }{ " " }<b>{ receipt }</b></p>
            }
            <div role="alert">
                if let Some(invalid) = state.comment_error {
                    <p part="error" class="error">{ comment_error(phrases, invalid) }</p>
                } else if let Some(failure) = &state.failure {
                    <p part="error" class="error">{ failure_text(phrases, state, failure) }</p>
                    if matches!(failure, Failure::Temporary(_)) {
                        <button part="retry" onclick={ dispatch.reform(|_| Action::RetryNow) }>
                            { phrases.retry() }
                        </button>
                    }
                }
            </div>
        </>
    }
}

/// Returns the text that explains a failure.
fn failure_text(phrases: &Phrases, state: &State, failure: &Failure) -> AttrValue {
    match failure {
        Failure::Refused(detail) if !detail.is_empty() => return detail.clone().into(),
        Failure::Refused(_) => phrases.refused(),
        Failure::Temporary(_) if state.saved_offline => phrases.waiting(),
        Failure::Temporary(_) => phrases.waiting_here(),
    }
    .clone()
}

/// Returns what is wrong with the comment.
fn comment_error(phrases: &Phrases, invalid: Invalid) -> &AttrValue {
    match invalid {
        Invalid::CommentTooLong => phrases.too_long(),
        _ => phrases.control(),
    }
}
