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
use crate::state::{Action, Content, Effect, Failure, Outcome, Retry, State, Step, Version};
use crate::{api, browser, fields, offline, retry, shadow};

/// What the panel gets when it is created.
#[derive(Properties)]
pub(crate) struct AppProps {
    /// The settings of the element.
    pub(crate) options: Rc<Options>,
    /// The texts in the citizen's language.
    pub(crate) phrases: Phrases,
    /// The dialog that the panel fills.
    pub(crate) dialog: HtmlDialogElement,
    /// Receives the name of each event.
    pub(crate) emit: Function,
}

/// Yew compares props to learn whether they have changed. Those of a panel never do.
impl PartialEq for AppProps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The panel.
pub(crate) struct App {
    state: State,
    /// Made with the first version of a feedback; the same for all later ones.
    identity: Option<(FeedbackId, EditKey)>,
    /// When the panel was created, in milliseconds since 1970.
    created_at: u64,
    /// The element of the thanks, which takes the focus.
    thanks: NodeRef,
    /// The step that was rendered last.
    rendered_step: Step,
    /// The listeners of the dialog and of the page, removed together with the panel.
    _listeners: [EventListener; 3],
}

impl App {
    /// Returns the feedback's id and the body of the request that sends this version.
    fn body(&mut self, context: &Context<Self>, version: Version) -> (String, JsValue) {
        let (id, edit_key) = *self.identity.get_or_insert_with(|| {
            (
                FeedbackId::new(version.made, browser::random_bytes()),
                EditKey::new(browser::random_bytes()),
            )
        });
        let Content {
            rating,
            drivers,
            kind,
            wants_answer,
            message,
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
            comment: message.comment,
            kind,
            wants_answer,
            contact: message.contact,
            test: options.test,
            trap: shadow::is_honeypot_filled(&context.props().dialog),
            elapsed_ms: Some(version.made.saturating_sub(self.created_at)),
            lang: options.language.parse().ok(),
            page: browser::page_address().and_then(|address| Page::parse(&address).ok()),
            age_ms: None,
        };
        let body = api::body(&submission);
        fields::set(&body, offline::MADE, &fields::milliseconds(version.made));
        fields::set(
            &body,
            offline::COLLECTOR,
            &options.collector.as_str().into(),
        );
        api::set_age(&body);
        (String::from(id), body)
    }

    /// Saves a version in the browser; the outcome comes back as an action. Returns the feedback's id and
    /// the body of the request.
    fn save_offline(&mut self, context: &Context<Self>, version: Version) -> (String, JsValue) {
        let (feedback, revision) = (self.state.feedback, version.revision);
        let (id, body) = self.body(context, version);
        let saved = (id.clone(), body.clone());
        context.link().send_future(async move {
            let saved = offline::save(&id, &body).await.is_ok();
            Action::Done {
                feedback,
                revision,
                outcome: Outcome::SavedOffline(saved),
            }
        });
        saved
    }

    /// Sends a version, and saves it until the collector has answered. The outcome comes back as an
    /// action.
    fn send(&mut self, context: &Context<Self>, version: Version) {
        let (feedback, revision) = (self.state.feedback, version.revision);
        // The request does not wait for the browser's storage.
        let (id, body) = self.save_offline(context, version);
        let link = context.link().clone();
        spawn_local(async move {
            let answer = api::send(&body).await;
            let is_final = !matches!(answer, Err(Failure::Temporary(_)));
            let (stored, outcome) = match answer {
                Ok(stored) => (stored.revision, Outcome::Stored(stored.receipt)),
                Err(failure) => (revision, Outcome::Failed(failure)),
            };
            link.send_message(Action::Done {
                feedback,
                revision: stored.max(revision),
                outcome,
            });
            if is_final {
                // If this fails, another visit sends it again, and it is counted once.
                let _ = offline::remove(&id, revision.get().into()).await;
            }
        });
    }

    /// Requests the form; the result comes back as an action.
    fn load_form(context: &Context<Self>) {
        let options = Rc::clone(&context.props().options);
        context
            .link()
            .send_future(async move { Action::FormLoaded(api::load_form(&options).await) });
    }

    /// Reports an action after a delay in milliseconds.
    fn delay(link: &Scope<Self>, delay: u32, action: Action) {
        let link = link.clone();
        Timeout::new(delay, move || link.send_message(action)).forget();
    }

    /// Tells the page that an event happened.
    fn emit(context: &Context<Self>, event: &str) {
        // An error in a listener of the page must not stop the panel.
        let _ = context.props().emit.call1(&JsValue::NULL, &event.into());
    }
}

impl Component for App {
    type Message = Action;
    type Properties = AppProps;

    fn create(context: &Context<Self>) -> Self {
        Self::load_form(context);
        spawn_local(api::send_saved());
        let listen = |target: &EventTarget, event, handle: fn(&Scope<Self>)| {
            let link = context.link().clone();
            EventListener::new(target, event, move |_| handle(&link))
        };
        let window = gloo_utils::window();
        Self {
            state: State {
                refused_earlier: browser::refusal(),
                ..State::default()
            },
            identity: None,
            created_at: browser::now(),
            thanks: NodeRef::default(),
            rendered_step: Step::Grade,
            _listeners: [
                listen(&context.props().dialog, "close", |link| {
                    link.send_message(Action::PanelClosed);
                }),
                listen(&window, "online", |link| {
                    // Jitter: everybody on the same network gets it back in the same moment.
                    let delay = retry::delay(1, browser::random_fraction(), None);
                    Self::delay(link, delay, Action::Online);
                }),
                listen(&window, "pagehide", |link| {
                    link.send_message(Action::PageHidden);
                }),
            ],
        }
    }

    fn update(&mut self, context: &Context<Self>, action: Action) -> bool {
        for effect in self.state.reduce(action, browser::now()) {
            match effect {
                Effect::Emit(event) => Self::emit(context, event),
                Effect::LoadForm => Self::load_form(context),
                Effect::SaveOffline(version) => drop(self.save_offline(context, version)),
                Effect::Send(version) => self.send(context, version),
                Effect::RetryLater(after) => {
                    let Retry { tries, timer, .. } = self.state.retry;
                    let delay = retry::delay(tries, browser::random_fraction(), after);
                    Self::delay(context.link(), delay, Action::RetryDue(timer));
                }
                Effect::ForgetRefusal => browser::set_refusal(None),
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
                    { grades::view(phrases, state.draft.rating, dispatch) }
                    { status::view(phrases, state, dispatch) }
                    if let Some(rating) = state.draft.rating {
                        { details::view(phrases, rating, state, dispatch) }
                    }
                }
                if !shadow::is_inline(dialog) {
                    <button part="close" class="close" onclick={close}>{ phrases.close() }</button>
                }
            </>
        }
    }

    fn rendered(&mut self, context: &Context<Self>, first: bool) {
        if first {
            Self::emit(context, "ready");
        }
        // The button that had the focus is gone.
        match (self.rendered_step, self.state.step()) {
            (Step::Grade | Step::Details, Step::Thanks) => shadow::focus(&self.thanks),
            (Step::Thanks, Step::Details) => shadow::focus_grade(&context.props().dialog),
            _ => {}
        }
        self.rendered_step = self.state.step();
    }
}
