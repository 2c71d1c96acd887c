//! Wires the state to what is shown and to the collector. It decides nothing.

use std::rc::Rc;

use huiyin_shared::feedback::{Revision, Submission};
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::page::Page;
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::HtmlDialogElement;
use yew::platform::spawn_local;
use yew::{Callback, Component, Context, Html, NodeRef, Properties, html};

use crate::api::{self, Failed};
use crate::components::{details, grades, heading, status, thanks};
use crate::options::Options;
use crate::outside::Listener;
use crate::phrases::Phrases;
use crate::state::{Action, Failure, Form, State, Step, Version};
use crate::{fields, kept, outside, retry, shadow};

/// What the panel is given once, when it is made.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AppProps {
    /// What the page's author said.
    pub(crate) options: Rc<Options>,
    /// What is said to the citizen.
    pub(crate) phrases: Rc<Phrases>,
    /// The dialog that the panel fills.
    pub(crate) dialog: HtmlDialogElement,
    /// Hears what happens, by its name.
    pub(crate) tell: Function,
}

/// The panel.
pub(crate) struct App {
    state: State,
    /// Made at the first send; the same for all that follow.
    identity: Option<(FeedbackId, EditKey)>,
    /// When the panel was made, in milliseconds since 1970.
    made_at: u64,
    /// The thanks, which take the focus from the button that is gone.
    thanks: NodeRef,
    /// The part that was shown last.
    shown: Step,
    /// Whether what had the focus is gone, and the chosen grade is to take it.
    refocus: bool,
    /// Hears that the dialog was closed; kept as long as the panel.
    _closed: Closure<dyn FnMut()>,
    /// Hear what happens to the page; kept as long as the panel.
    _page: [Listener; 2],
}

impl App {
    /// Returns a version as it is sent.
    fn body(&mut self, context: &Context<Self>, version: &Version) -> (String, JsValue) {
        let (id, edit_key) = *self.identity.get_or_insert_with(|| {
            (
                FeedbackId::new(version.made, outside::random()),
                EditKey::new(outside::random()),
            )
        });
        let said = version.content.clone();
        let options = &context.props().options;
        let submission = Submission {
            id,
            edit_key,
            revision: version.revision,
            department: options.department.clone(),
            service: options.service.clone(),
            placement: options.placement.clone(),
            rating: said.rating,
            drivers: said.drivers,
            drivers_version: self.state.form.version,
            comment: said.written.comment,
            kind: said.kind,
            wants_answer: said.written.wants_answer,
            contact: said.written.contact,
            test: options.test,
            trap: shadow::is_trapped(&context.props().dialog),
            elapsed_ms: Some(version.made.saturating_sub(self.made_at)),
            lang: options.language.parse().ok(),
            page: outside::page().and_then(|address| Page::parse(&address).ok()),
            age_ms: None,
        };
        let body = api::body(&submission);
        fields::set(&body, kept::MADE, &fields::milliseconds(version.made));
        fields::set(&body, kept::COLLECTOR, &options.collector.as_str().into());
        api::age(&body);
        (String::from(id), body)
    }

    /// Keeps what is said, whether it is sent at once or has to wait for what is under way.
    fn keep(context: &Context<Self>, id: String, body: JsValue) {
        let link = context.link().clone();
        spawn_local(async move {
            let kept = kept::keep(&id, &body).await.is_ok();
            link.send_message(Action::Kept(kept));
        });
    }

    /// Sends a version; what becomes of it comes back as actions.
    fn send(context: &Context<Self>, revision: Revision, id: String, body: JsValue) {
        let link = context.link().clone();
        spawn_local(async move {
            let answer = api::send(&body).await;
            let settled = !matches!(answer, Err(Failed::Passing(_)));
            link.send_message(match answer {
                Ok((stored, receipt)) => Action::Stored(stored.max(revision), receipt),
                Err(failed) => Action::Failed(failed.into()),
            });
            if settled {
                // What stays is sent once more another day, and counted once.
                let _ = kept::forget(&id, revision.get().into()).await;
            }
        });
    }

    /// Asks whom the panel is about; the answer comes back as an action.
    fn load(context: &Context<Self>) {
        let options = Rc::clone(&context.props().options);
        context.link().send_future(async move {
            Action::Loaded(api::form(&options).await.map_err(Failure::from))
        });
    }

    /// Has what failed tried again after a while.
    fn wait(&self, context: &Context<Self>, after: Option<u64>) {
        let number = self.state.wait;
        let wait = retry::wait(self.state.tries, outside::chance(), after);
        context.link().send_future(async move {
            outside::sleep(wait).await;
            Action::Waited(number)
        });
    }

    /// Says outside what has happened.
    fn tell(context: &Context<Self>, what: &str) {
        // What a listener of the page does wrong is not ours.
        let _ = context.props().tell.call1(&JsValue::NULL, &what.into());
    }
}

impl Component for App {
    type Message = Action;
    type Properties = AppProps;

    fn create(context: &Context<Self>) -> Self {
        Self::load(context);
        spawn_local(api::send_kept());
        let link = context.link().clone();
        let closed = Closure::new(move || link.send_message(Action::Closed));
        shadow::on_close(&context.props().dialog, &closed);
        let link = context.link().clone();
        let online = Listener::of("online", move || {
            // All who lost the same network get it back in the same moment.
            let wait = retry::wait(1, outside::chance(), None);
            link.send_future(async move {
                outside::sleep(wait).await;
                Action::Connected
            });
        });
        let link = context.link().clone();
        let left = Listener::of("pagehide", move || link.send_message(Action::Left));
        Self {
            state: State {
                earlier: outside::refused(),
                ..State::default()
            },
            identity: None,
            made_at: outside::now(),
            thanks: NodeRef::default(),
            shown: Step::Grade,
            refocus: false,
            _closed: closed,
            _page: [online, left],
        }
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        self.refocus = matches!(action, Action::Change);
        let (rated, waits) = (self.state.rating(), self.state.stored.is_none());
        match &action {
            Action::Rate(_) if rated.is_none() => Self::tell(context, "start"),
            Action::Stored(..) if waits => Self::tell(context, "sent"),
            Action::Failed(Failure::Refused(_)) => Self::tell(context, "error"),
            Action::Closed => Self::tell(context, "close"),
            _ => {}
        }
        // Whoever is answered again may have missed the names and the reasons.
        if matches!(action, Action::Stored(..)) && self.state.form == Form::default() {
            Self::load(context);
        }
        let after = match action {
            Action::Failed(Failure::Waiting(after)) => Some(after),
            _ => None,
        };
        let said = self.state.revision();
        let earlier = self.state.earlier.is_some();
        let departs = self.state.reduce(action, outside::now()).is_some();
        if let Some(version) = self.state.latest.clone()
            && (departs || self.state.revision() > said)
        {
            let (id, body) = self.body(context, &version);
            // Beside the sending, which must not wait for it.
            Self::keep(context, id.clone(), body.clone());
            if departs {
                Self::send(context, version.revision, id, body);
            }
        }
        if earlier && self.state.earlier.is_none() {
            outside::note_refused(None);
        }
        if let Some(after) = after {
            self.wait(context, after);
        }
        if self.state.latest.is_none() {
            self.identity = None;
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let AppProps {
            options,
            phrases,
            dialog,
            ..
        } = context.props();
        let state = &self.state;
        let dispatch = &context.link().callback(|action: Action| action);
        let step = state.step();
        let close = {
            let dialog = dialog.clone();
            Callback::from(move |_| dialog.close())
        };
        html! {
            <>
                { heading::view(phrases, &state.form) }
                if step == Step::Thanks {
                    { thanks::view(phrases, &options.collector, state, &self.thanks, dispatch) }
                } else {
                    { grades::view(phrases, state.rating(), dispatch) }
                    { status::view(phrases, state, dispatch) }
                    if let Some(rating) = state.rating() {
                        { details::view(phrases, rating, state, dispatch) }
                    }
                }
                if !shadow::is_inline(dialog) {
                    <button part="close" class="close" onclick={close}>{ &phrases.close }</button>
                }
            </>
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        if first {
            Self::tell(context, "ready");
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

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Passing(after) => Self::Waiting(after),
            Failed::Refused(detail) => Self::Refused(detail),
        }
    }
}
