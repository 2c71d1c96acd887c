//! The Yew component: shows the state, and carries out the effects that its reducer asks for. It
//! decides nothing.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use huiyin_shared::feedback::Submission;
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::page::Page;
use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::{EventTarget, HtmlDialogElement};
use yew::html::Scope;
use yew::platform::spawn_local;
use yew::{Callback, Component, Context, Html, NodeRef, Properties, html};

use crate::components::{details, grades, heading, status, thanks};
use crate::options::Options;
use crate::phrases::Phrases;
use crate::state::{Action, Content, Effect, Failure, State, Step, Version};
use crate::{api, fields, kept, outside, retry, shadow};

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
    /// The listeners of the dialog and of the page, removed together with the panel.
    _listeners: [EventListener; 3],
}

impl App {
    /// Returns the feedback's id and the body of the request that sends this version.
    fn body(&mut self, context: &Context<Self>, version: Version) -> (String, JsValue) {
        let (id, edit_key) = *self.identity.get_or_insert_with(|| {
            (
                FeedbackId::new(version.made, outside::random()),
                EditKey::new(outside::random()),
            )
        });
        let Content {
            rating,
            drivers,
            kind,
            written,
        } = version.content;
        let options = &context.props().options;
        let submission = Submission {
            id,
            edit_key,
            revision: version.revision,
            department: options.department.clone(),
            service: options.service.clone(),
            placement: options.placement.clone(),
            rating,
            drivers,
            drivers_version: self.state.form.version,
            comment: written.comment,
            kind,
            wants_answer: written.wants_answer,
            contact: written.contact,
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

    /// Saves the body of a request in the browser.
    fn keep(context: &Context<Self>, id: String, body: JsValue) {
        context
            .link()
            .send_future(async move { Action::Kept(kept::keep(&id, &body).await.is_ok()) });
    }

    /// Sends a version, and saves it until the collector has answered. The result comes back as an
    /// action.
    fn send(&mut self, context: &Context<Self>, version: Version) {
        let revision = version.revision;
        let (id, body) = self.body(context, version);
        // The request does not wait for the browser's storage.
        Self::keep(context, id.clone(), body.clone());
        let link = context.link().clone();
        spawn_local(async move {
            let answer = api::send(&body).await;
            let settled = !matches!(answer, Err(Failure::Waiting(_)));
            link.send_message(match answer {
                Ok((stored, receipt)) => Action::Stored(stored.max(revision), receipt),
                Err(failure) => Action::Failed(failure),
            });
            if settled {
                // If this fails, another visit sends it again, and it is counted once.
                let _ = kept::forget(&id, revision.get().into()).await;
            }
        });
    }

    /// Requests the form; the result comes back as an action.
    fn load_form(context: &Context<Self>) {
        let options = Rc::clone(&context.props().options);
        context
            .link()
            .send_future(async move { Action::Loaded(api::form(&options).await) });
    }

    /// Reports an action after a delay in milliseconds.
    fn delay(link: &Scope<Self>, delay: u32, action: Action) {
        let link = link.clone();
        Timeout::new(delay, move || link.send_message(action)).forget();
    }

    /// Tells the page that an event happened.
    fn emit(context: &Context<Self>, event: &str) {
        // An error in a listener of the page must not stop the panel.
        let _ = context.props().tell.call1(&JsValue::NULL, &event.into());
    }
}

impl Component for App {
    type Message = Action;
    type Properties = AppProps;

    fn create(context: &Context<Self>) -> Self {
        Self::load_form(context);
        spawn_local(api::send_kept());
        let listen = |target: &EventTarget, event, handle: fn(&Scope<Self>)| {
            let link = context.link().clone();
            EventListener::new(target, event, move |_| handle(&link))
        };
        let window = gloo_utils::window();
        Self {
            state: State {
                earlier: outside::refused(),
                ..State::default()
            },
            identity: None,
            made_at: outside::now(),
            thanks: NodeRef::default(),
            shown: Step::Grade,
            _listeners: [
                listen(&context.props().dialog, "close", |link| {
                    link.send_message(Action::Closed);
                }),
                listen(&window, "online", |link| {
                    // Jitter: everybody on the same network gets it back in the same moment.
                    let delay = retry::wait(1, outside::chance(), None);
                    Self::delay(link, delay, Action::Connected);
                }),
                listen(&window, "pagehide", |link| {
                    link.send_message(Action::Left);
                }),
            ],
        }
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        for effect in self.state.reduce(action, outside::now()) {
            match effect {
                Effect::Emit(event) => Self::emit(context, event),
                Effect::LoadForm => Self::load_form(context),
                Effect::Keep(version) => {
                    let (id, body) = self.body(context, version);
                    Self::keep(context, id, body);
                }
                Effect::Send(version) => self.send(context, version),
                Effect::Wait { wait, tries, after } => {
                    let delay = retry::wait(tries, outside::chance(), after);
                    Self::delay(context.link(), delay, Action::Waited(wait));
                }
                Effect::ForgetRefused => outside::note_refused(None),
                Effect::ForgetIdentity => self.identity = None,
            }
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
            Self::emit(context, "ready");
        }
        // What had the focus is gone: the Send button, or the Change button.
        match (self.shown, self.state.step()) {
            (Step::Grade | Step::Details, Step::Thanks) => shadow::focus(&self.thanks),
            (Step::Thanks, Step::Details) => shadow::focus_choice(&context.props().dialog),
            _ => {}
        }
        self.shown = self.state.step();
    }
}
