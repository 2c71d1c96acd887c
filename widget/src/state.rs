//! The panel's state and its reducer: how each action changes the state, and which effects follow.
//! No browser in here.

mod action;
mod content;
mod form;

use huiyin_shared::feedback::{Drivers, Revision};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact};

pub use action::{Action, Effect, Failure, Outcome};
pub use content::{Content, Draft, Message, Version};
pub use form::{Driver, Form, Name};

/// Which part of the panel is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Five grades and nothing else.
    Grade,
    /// The grades, and what can be added.
    Details,
    /// Thanks, and the receipt code.
    Thanks,
}

/// What the collector has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The newest stored revision.
    pub revision: Revision,
    /// The receipt code.
    pub receipt: String,
}

/// When a failed send is tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// How many sends failed since one last succeeded.
    pub tries: u32,
    /// The number of the current timer; an earlier one is ignored when it fires.
    pub timer: u32,
    /// Before this time, in milliseconds since 1970, the collector asked for no retry. Only the citizen
    /// may ask for one, and a version that would be lost with the page has its last try.
    pub not_before: u64,
}

/// The whole state of one panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The number of the feedback: after the thanks, the same panel takes another one.
    pub feedback: u32,
    /// What is rated and the drivers on offer, once they are loaded.
    pub form: Form,
    /// What the citizen has chosen and typed.
    pub draft: Draft,
    /// What of it the Send button has sent.
    pub message: Message,
    /// Why the comment as typed cannot be sent; cleared when it is edited.
    pub comment_error: Option<Invalid>,
    /// The newest version, stored or not.
    pub latest: Option<Version>,
    /// When the first version was made, in milliseconds since 1970. The hour in which it can be
    /// changed begins later, when the version is stored.
    pub first_made: u64,
    /// The revision in flight. Never two while the page is open, so that none can overtake.
    pub sending: Option<Revision>,
    /// What the collector has stored, once it has stored something.
    pub stored: Option<Stored>,
    /// Why a feedback of an earlier visit was refused, until the citizen goes on.
    pub refused_earlier: Option<String>,
    /// The last failure, until a send succeeds.
    pub failure: Option<Failure>,
    /// When a failed send is tried again.
    pub retry: Retry,
    /// Whether the browser has saved the newest version, so that it survives a closed page.
    pub saved_offline: bool,
    /// Whether the citizen has pressed Send and added nothing since.
    pub submitted: bool,
}

impl State {
    /// Changes the state, and returns what the app has to do, in order.
    ///
    /// `now` is the time in milliseconds since 1970.
    pub fn reduce(&mut self, action: Action, now: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        // After further input there are no thanks: they would hide what is not sent.
        self.submitted &= !action.is_input();
        match action {
            Action::FormLoaded(Ok(form)) => self.form = form,
            // The names are a courtesy. Only an unknown department must be told, and an answer
            // without an explanation does not come from a collector.
            Action::FormLoaded(Err(failure)) => {
                if let Failure::Refused(detail) = &failure
                    && !detail.is_empty()
                    && self.stored.is_none()
                {
                    self.failure = Some(failure);
                }
            }
            Action::Rate(rating) => {
                if self.latest.is_none() {
                    effects.push(Effect::Emit("start"));
                }
                self.forget_refusal(&mut effects);
                self.draft.rating = Some(rating);
                self.record_revision(now, &mut effects);
            }
            Action::ToggleDriver(driver) => {
                let drivers = &mut self.draft.drivers;
                match drivers.iter().position(|chosen| *chosen == driver) {
                    Some(at) => drop(drivers.remove(at)),
                    None => drivers.push(driver),
                }
                self.record_revision(now, &mut effects);
            }
            Action::SetKind(kind) => {
                self.draft.kind = Some(kind);
                self.record_revision(now, &mut effects);
            }
            Action::SetComment(text) => {
                self.draft.comment = text;
                self.comment_error = None;
            }
            Action::ToggleWantsAnswer => {
                self.draft.wants_answer = !self.draft.wants_answer;
                self.message.contact = None;
                self.record_revision(now, &mut effects);
            }
            Action::SetContact(text) => self.draft.contact = text,
            Action::Submit => match Comment::optional(&self.draft.comment) {
                Ok(comment) => {
                    self.submitted = true;
                    // The field takes no more than a contact may have.
                    let contact = Contact::parse(&self.draft.contact).ok();
                    self.message = Message {
                        comment,
                        contact: contact.filter(|_| self.draft.wants_answer),
                    };
                    self.record_revision(now, &mut effects);
                }
                Err(invalid) => self.comment_error = Some(invalid),
            },
            Action::RetryNow => self.send_at_once(now, &mut effects),
            // Each failure begins a new timer. A refused version would be refused again.
            Action::RetryDue(timer) if timer == self.retry.timer && self.will_retry() => {
                self.send_at_once(now, &mut effects);
            }
            // A failure without a connection says nothing about the collector, and the send in
            // flight may still fail that way.
            Action::Online if self.sending.is_some() => self.retry.tries = 0,
            Action::Online if self.will_retry() => {
                if self.send_if_idle(now, &mut effects) {
                    self.retry.tries = 0;
                }
            }
            // It may overtake the revision in flight. That loses nothing: the higher number counts.
            // It does not wait until the collector allows a retry: there would be none.
            Action::PageHidden if self.would_be_lost() => {
                self.sending = None;
                self.send_at_once(now, &mut effects);
            }
            Action::PanelClosed => {
                effects.push(Effect::Emit("close"));
                self.forget_refusal(&mut effects);
                // The next citizen may be somebody else, who must not find this receipt code.
                if self.step() == Step::Thanks {
                    *self = Self {
                        feedback: self.feedback + 1,
                        form: std::mem::take(&mut self.form),
                        // Its timers may still fire.
                        retry: std::mem::take(&mut self.retry),
                        ..Self::default()
                    };
                    effects.push(Effect::ForgetIdentity);
                }
            }
            Action::RetryDue(_) | Action::Online | Action::PageHidden | Action::Edit => {}
            Action::Done {
                feedback,
                revision,
                outcome,
            } => {
                // It may come late, when the panel belongs to the next citizen.
                if feedback == self.feedback {
                    self.done(revision, outcome, now, &mut effects);
                }
            }
        }
        effects
    }

    /// Takes in what became of a version of the current feedback.
    fn done(&mut self, revision: Revision, outcome: Outcome, now: u64, effects: &mut Vec<Effect>) {
        match outcome {
            Outcome::Stored(receipt) => {
                if self.stored.is_none() {
                    effects.push(Effect::Emit("sent"));
                }
                // The collector can be reached again, and the form may have failed to load.
                if self.form == Form::default() {
                    effects.push(Effect::LoadForm);
                }
                // A later revision is still in flight.
                self.sending = self.sending.filter(|in_flight| *in_flight > revision);
                self.stored = Some(Stored {
                    revision: self.stored_revision().unwrap_or(revision).max(revision),
                    receipt,
                });
                self.failure = None;
                self.retry.tries = 0;
                self.send_if_idle(now, effects);
            }
            Outcome::Failed(failure) if self.sending == Some(revision) => {
                self.sending = None;
                if let Failure::Refused(_) = failure {
                    effects.push(Effect::Emit("error"));
                    // What the citizen has changed since may be accepted.
                    if self.revision() > Some(revision) && self.send_if_idle(now, effects) {
                        return;
                    }
                }
                self.fail(failure, now, effects);
            }
            Outcome::SavedOffline(saved) if self.revision() == Some(revision) => {
                self.saved_offline = saved;
            }
            // A later revision is in flight or stored, or has taken its place.
            Outcome::Failed(_) | Outcome::SavedOffline(_) => {}
        }
    }

    /// Whether a failed send is to be retried.
    fn will_retry(&self) -> bool {
        matches!(self.failure, Some(Failure::Temporary(_)))
    }

    /// Whether the newest version may be lost if the page goes now: it is queued behind the revision
    /// in flight and perhaps not saved yet, or it waits for a retry and is not saved.
    fn would_be_lost(&self) -> bool {
        match self.sending {
            Some(in_flight) => Some(in_flight) < self.revision(),
            None => self.will_retry() && !self.saved_offline,
        }
    }

    /// Returns which part of the panel is shown.
    pub fn step(&self) -> Step {
        match self.latest {
            None => Step::Grade,
            Some(_) if self.submitted && self.is_stored() => Step::Thanks,
            Some(_) => Step::Details,
        }
    }

    /// Returns the number of the newest version.
    pub fn revision(&self) -> Option<Revision> {
        self.latest.as_ref().map(|version| version.revision)
    }

    /// Whether the newest version is stored.
    pub fn is_stored(&self) -> bool {
        self.latest.is_some() && self.revision() <= self.stored_revision()
    }

    /// Returns how many more characters the comment may have; below zero, how many are too many.
    pub fn remaining(&self) -> isize {
        let used = self.draft.comment.trim().chars().count();
        Comment::MAXIMUM.cast_signed() - used.cast_signed()
    }

    fn stored_revision(&self) -> Option<Revision> {
        self.stored.as_ref().map(|stored| stored.revision)
    }

    /// Gives the content a new revision number unless it equals the newest version, and sends it
    /// when possible. Without a grade there is nothing to send.
    fn record_revision(&mut self, now: u64, effects: &mut Vec<Effect>) {
        let Some(rating) = self.draft.rating else {
            return;
        };
        let offered = self.form.drivers(rating).iter().map(|driver| &driver.slug);
        let drivers: Vec<Slug> = offered
            .filter(|slug| self.draft.drivers.contains(slug))
            .cloned()
            .collect();
        let content = Content {
            rating,
            // No list is longer than what can be chosen.
            drivers: Drivers::try_from(drivers).unwrap_or_default(),
            kind: self.draft.kind,
            wants_answer: self.draft.wants_answer,
            message: self.message.clone(),
        };
        let revision = match &self.latest {
            Some(version) if version.content == content => {
                self.send_if_idle(now, effects);
                return;
            }
            Some(version) => version.revision.next(),
            None => {
                self.first_made = now;
                Revision::FIRST
            }
        };
        let version = Version {
            revision,
            made: now,
            content,
        };
        self.latest = Some(version.clone());
        // What was saved is the version before.
        self.saved_offline = false;
        if !self.send_if_idle(now, effects) {
            effects.push(Effect::SaveOffline(version));
        }
    }

    /// Sends the newest version even if the collector asked to wait. If it still has to wait after that
    /// try, the collector asks again.
    fn send_at_once(&mut self, now: u64, effects: &mut Vec<Effect>) {
        self.retry.not_before = 0;
        self.send_if_idle(now, effects);
    }

    /// Sends the newest version unless it is stored, another send is in flight, or the collector
    /// asked to wait. Returns whether it is sent.
    fn send_if_idle(&mut self, now: u64, effects: &mut Vec<Effect>) -> bool {
        if self.sending.is_some() || self.is_stored() || now < self.retry.not_before {
            return false;
        }
        let Some(version) = self.latest.clone() else {
            return false;
        };
        self.sending = Some(version.revision);
        self.failure = None;
        effects.push(Effect::Send(version));
        true
    }

    /// Records a failed send, and starts the timer of a retry if one can succeed.
    fn fail(&mut self, failure: Failure, now: u64, effects: &mut Vec<Effect>) {
        self.retry.tries += 1;
        self.retry.timer += 1;
        if let Failure::Temporary(after) = failure {
            if let Some(after) = after {
                self.retry.not_before = now + u64::from(after);
            }
            effects.push(Effect::RetryLater(after));
        }
        self.failure = Some(failure);
    }

    /// Forgets the refusal of an earlier visit.
    fn forget_refusal(&mut self, effects: &mut Vec<Effect>) {
        if self.refused_earlier.take().is_some() {
            effects.push(Effect::ForgetRefusal);
        }
    }
}

#[cfg(test)]
mod tests;
