//! Thanks, and the code with which the citizen sees the rating again.

use yew::{Callback, Html, MouseEvent, NodeRef, html};

use crate::phrases::Phrases;

/// Shows the thanks; `node` is what takes the focus.
pub(crate) fn view(
    phrases: &Phrases,
    collector: &str,
    receipt: &str,
    node: &NodeRef,
    change: Callback<MouseEvent>,
) -> Html {
    html! {
        <div part="thanks" class="thanks" tabindex="-1" ref={node}>
            <p><b>{ phrases.thanks }</b></p>
            <p>
                { phrases.receipt }
                <output part="receipt">{ receipt.to_owned() }</output>
            </p>
            <p class="hint">{ phrases.receipt_hint }</p>
            <p>
                <a href={ [collector, "/r/", receipt].concat() } target="_blank" rel="noopener">
                    { phrases.look }
                </a>
            </p>
            <button part="change" onclick={change}>{ phrases.change }</button>
        </div>
    }
}
