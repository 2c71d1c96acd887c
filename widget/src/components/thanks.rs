//! Thanks, and the code with which the citizen sees the rating again.

use huiyin_shared::feedback::EDIT_WINDOW_MS;
use yew::{Callback, Html, NodeRef, html};

use crate::outside;
use crate::phrases::Phrases;
use crate::state::{Action, State};

/// Shows the thanks; `node` is what takes the focus.
pub(crate) fn view(
    phrases: &Phrases,
    collector: &str,
    state: &State,
    node: &NodeRef,
    dispatch: &Callback<Action>,
) -> Html {
    let stored = state.stored.as_ref();
    let receipt = stored.map_or("", |stored| &stored.receipt);
    let address = [collector, "/r/", receipt, "?lang=", &phrases.language].concat();
    let until = state.began + EDIT_WINDOW_MS.unsigned_abs();
    html! {
        <div part="thanks" class="thanks" tabindex="-1" ref={node}>
            <p><b>{ &phrases.thanks }</b></p>
            <p>
                { &phrases.receipt }
                <output part="receipt">{ receipt.to_owned() }</output>
            </p>
            <p class="hint">{ &phrases.receipt_hint }</p>
            <p><a href={address} target="_blank" rel="noopener">{ &phrases.look }</a></p>
            // What waited for long can be changed longer than is known here.
            if until > outside::now() {
                <p class="hint">{ phrases.until(until) }</p>
            }
            <button part="change" onclick={ dispatch.reform(|_| Action::Change) }>
                { &phrases.change }
            </button>
        </div>
    }
}
