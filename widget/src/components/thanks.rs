//! The thanks, and the receipt code that leads back to the rating.

use huiyin_shared::feedback::EDIT_WINDOW_MS;
use yew::{Callback, Html, NodeRef, html};

use crate::browser;
use crate::phrases::Phrases;
use crate::state::{Action, State};

/// Shows the thanks; `node` takes the focus.
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
    let until = state.first_made + EDIT_WINDOW_MS.unsigned_abs();
    html! {
        <div part="thanks" class="thanks" tabindex="-1" ref={node}>
            <p><b>{ phrases.thanks() }</b></p>
            <p>
                { phrases.receipt() }
                <output part="receipt">{ receipt.to_owned() }</output>
            </p>
            <p class="hint">{ phrases.receipt_hint() }</p>
            <p><a href={address} target="_blank" rel="noopener">{ phrases.look() }</a></p>
            // The hour begins when the collector stores the feedback. After a long time offline the
            // true end is later and not known here.
            if until > browser::now() {
                <p class="hint">{ phrases.until_time(until) }</p>
            }
            <button part="change" onclick={ dispatch.reform(|_| Action::Edit) }>
                { phrases.change() }
            </button>
        </div>
    }
}
