//! Wires the state to what is shown and to the collector. It decides nothing.

use std::rc::Rc;

use huiyin_shared::feedback::{Drivers, Submission};
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::page::Page;
use wasm_bindgen::prelude::Closure;
use web_sys::HtmlDialogElement;
use yew::{Callback, Component, Context, Html, NodeRef, Properties, html};

use crate::components::{details, grades, heading, status, thanks};
use crate::options::Options;
use crate::phrases::Phrases;
use crate::state::{Action, State, Step, Version};
use crate::{api, outside, shadow};

/// What the panel is given once, when it is made.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AppProps {
    /// What the page's author said.
    pub(crate) options: Rc<Options>,
    /// The dialog that the panel fills.
    pub(crate) dialog: HtmlDialogElement,
}

/// The panel.
pub(crate) struct App {
    state: State,
    /// Made at the first send; the same for all that follow.
    identity: Option<(FeedbackId, EditKey)>,
    /// The thanks, which take the focus from the button that is gone.
    thanks: NodeRef,
    /// The part that was shown last.
    shown: Step,
    /// Whether what had the focus is gone, and the chosen grade is to take it.
    refocus: bool,
    /// Hears that the dialog was closed; kept as long as the panel.
    _closed: Closure<dyn FnMut()>,
}

impl App {
    /// Asks the collector; its answer comes back as an action.
    fn call(context: &Context<Self>, submission: Option<Submission>) {
        let options = Rc::clone(&context.props().options);
        context.link().send_future(api::call(options, submission));
    }

    /// Sends a version; what becomes of it comes back as an action.
    fn send(&mut self, context: &Context<Self>, version: Version) {
        let now = outside::now();
        let (id, edit_key) = *self.identity.get_or_insert_with(|| {
            (
                FeedbackId::new(version.made, outside::random()),
                EditKey::new(outside::random()),
            )
        });
        let options = &context.props().options;
        let age = now.saturating_sub(version.made);
        let submission = Submission {
            id,
            edit_key,
            revision: version.revision,
            department: options.department.clone(),
            service: options.service.clone(),
            placement: options.placement.clone(),
            rating: version.content.rating,
            drivers: Drivers::default(),
            comment: version.content.comment,
            kind: version.content.kind,
            lang: options.language.tag().parse().ok(),
            page: outside::page().and_then(|address| Page::parse(&address).ok()),
            age_ms: Some(age).filter(|age| *age <= Submission::OLDEST_MS),
        };
        Self::call(context, Some(submission));
    }
}

impl Component for App {
    type Message = Action;
    type Properties = AppProps;

    fn create(context: &Context<Self>) -> Self {
        Self::call(context, None);
        let link = context.link().clone();
        let closed = Closure::new(move || link.send_message(Action::Closed));
        shadow::on_close(&context.props().dialog, &closed);
        Self {
            state: State::default(),
            identity: None,
            thanks: NodeRef::default(),
            shown: Step::Grade,
            refocus: false,
            _closed: closed,
        }
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        self.refocus = matches!(action, Action::Change | Action::Retry);
        if let Some(version) = self.state.reduce(action, outside::now()) {
            self.send(context, version);
        }
        if self.state.latest.is_none() {
            self.identity = None;
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let AppProps { options, dialog } = context.props();
        let (language, phrases) = (options.language, Phrases::of(options.language));
        let (state, link) = (&self.state, context.link());
        let step = state.step();
        let close = {
            let dialog = dialog.clone();
            Callback::from(move |_| dialog.close())
        };
        html! {
            <>
                { heading::view(phrases, state.names.as_ref()) }
                if step == Step::Thanks {
                    { thanks::view(
                        phrases,
                        &options.collector,
                        state.receipt.as_deref().unwrap_or_default(),
                        &self.thanks,
                        link.callback(|_| Action::Change),
                    ) }
                } else {
                    { grades::view(phrases, language, state.rating(), &link.callback(Action::Rate)) }
                    { status::view(phrases, state, link.callback(|_| Action::Retry)) }
                    if step == Step::Details {
                        { details::view(phrases, language, state, link) }
                    }
                }
                <button part="close" class="close" onclick={close}>{ phrases.close }</button>
            </>
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        if first {
            // Without showModal the loader would have stopped before; there is no one to tell.
            let _ = shadow::show(&context.props().dialog);
        }
        let step = self.state.step();
        if step == Step::Thanks && self.shown != step {
            shadow::focus(&self.thanks);
        }
        if std::mem::take(&mut self.refocus) {
            shadow::focus_choice(&context.props().dialog);
        }
        self.shown = step;
    }
}
