//! What the panel knows, and how each thing that happens changes it. No browser in here.

mod form;

use huiyin_shared::feedback::{Drivers, Kind, Revision};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact};

pub use form::{Driver, Form, Name};

/// What the citizen has said so far, as it goes into one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The grade.
    pub rating: Rating,
    /// The reasons; all of the list that goes with the grade.
    pub drivers: Drivers,
    /// What it is about.
    pub kind: Option<Kind>,
    /// What was written, once it was sent: half a sentence is nobody's business.
    pub written: Written,
}

/// What a citizen writes, which is sent when they say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The comment.
    pub comment: Option<Comment>,
    /// Whether an answer is wanted.
    pub wants_answer: bool,
    /// Where to answer.
    pub contact: Option<Contact>,
}

/// A content that has its number; the same number is never given to another content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The number.
    pub revision: Revision,
    /// When the citizen said it, in milliseconds since 1970.
    pub made: u64,
    /// What is said.
    pub content: Content,
}

/// Why something the citizen did is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The collector cannot be reached or has no time; it is tried again by itself, not before so
    /// many milliseconds if the collector says so.
    Waiting(Option<u64>),
    /// The collector refused, and says why; the same would be refused again.
    Refused(String),
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Action {
    /// The collector said whom this is about, or that it knows nobody of that name.
    Loaded(Result<Form, Failure>),
    /// The citizen chose a grade.
    Rate(Rating),
    /// The citizen chose a reason, or no longer does.
    Toggle(Slug),
    /// The citizen changed the comment.
    Write(String),
    /// The citizen chose a kind.
    Choose(Kind),
    /// The citizen wants an answer, or no longer does.
    Ask,
    /// The citizen changed where to answer.
    Reach(String),
    /// The citizen pressed Send.
    Send,
    /// The citizen wants what failed to be tried once more, at once.
    Retry,
    /// The wait of this number is over.
    Waited(u32),
    /// The browser has a connection again.
    Connected,
    /// The page is being left.
    Left,
    /// The citizen wants to change what was sent.
    Change,
    /// The panel was closed, by its button or by a key.
    Closed,
    /// The collector has stored this revision, and gave the receipt code.
    Stored(Revision, String),
    /// This did not reach the store.
    Failed(Failure),
    /// Whether the browser keeps what is sent until the collector has answered.
    Kept(bool),
}

impl Action {
    /// Whether the citizen says something more, or wants to.
    fn says(&self) -> bool {
        matches!(
            self,
            Self::Rate(_)
                | Self::Toggle(_)
                | Self::Write(_)
                | Self::Choose(_)
                | Self::Ask
                | Self::Reach(_)
                | Self::Change
        )
    }
}

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

/// The whole state of one panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What is rated and why it may be so, once it is known.
    pub form: Form,
    /// The reasons that are chosen, of both lists: who changes the grade and changes it back finds
    /// them again.
    pub chosen: Vec<Slug>,
    /// The comment as it is typed.
    pub comment: String,
    /// The kind as it is chosen.
    pub kind: Option<Kind>,
    /// Whether an answer is wanted.
    pub asks: bool,
    /// Where to answer, as it is typed.
    pub contact: String,
    /// The newest version, stored or not.
    pub latest: Option<Version>,
    /// When the first version was made, in milliseconds since 1970: it can be changed for an hour from
    /// when it is stored, which is not before.
    pub began: u64,
    /// The revision that is under way, if one is. Never two while the page is there, so that none can
    /// overtake.
    pub sending: Option<Revision>,
    /// The newest revision that is stored.
    pub stored: Option<Revision>,
    /// The receipt code, once something is stored.
    pub receipt: Option<String>,
    /// Why something that an earlier visit left waiting was refused, until the citizen goes on.
    pub earlier: Option<String>,
    /// What went wrong last, if nothing went right since.
    pub failure: Option<Failure>,
    /// Why the comment cannot be sent as it is written; it stays so until it is written otherwise.
    pub invalid: Option<Invalid>,
    /// How often it was tried since something last went right.
    pub tries: u32,
    /// The number of the wait that counts: each failure begins one.
    pub wait: u32,
    /// Until when nothing but the citizen may have it tried again, because the collector asked for
    /// that, in milliseconds since 1970.
    pub not_before: u64,
    /// Whether what waits survives that the page is closed.
    pub kept: bool,
    /// Whether the citizen has pressed Send, and waits for thanks.
    pub finished: bool,
}

impl State {
    /// Changes the state, and returns the version that is to be sent now, if one is.
    ///
    /// `now` is the time in milliseconds since 1970.
    pub fn reduce(&mut self, action: Action, now: u64) -> Option<Version> {
        // Whoever goes on saying things has not finished: thanks would hide what is not sent.
        self.finished &= !action.says();
        if matches!(action, Action::Rate(_) | Action::Closed) {
            self.earlier = None;
        }
        match action {
            Action::Loaded(Ok(form)) => self.form = form,
            // The names are a courtesy; only that the department does not exist must be told, and who
            // says nothing else is no collector.
            Action::Loaded(Err(failure)) => {
                if let Failure::Refused(detail) = &failure
                    && !detail.is_empty()
                    && self.stored.is_none()
                {
                    self.failure = Some(failure);
                }
            }
            Action::Rate(rating) => return self.say(rating, self.written(), now),
            Action::Toggle(driver) => {
                match self.chosen.iter().position(|chosen| *chosen == driver) {
                    Some(at) => drop(self.chosen.remove(at)),
                    None => self.chosen.push(driver),
                }
                return self.say(self.rating()?, self.written(), now);
            }
            Action::Choose(kind) => {
                self.kind = Some(kind);
                return self.say(self.rating()?, self.written(), now);
            }
            Action::Write(text) => {
                self.comment = text;
                self.invalid = None;
            }
            Action::Ask => {
                self.asks = !self.asks;
                let written = Written {
                    wants_answer: self.asks,
                    contact: self.written().contact.filter(|_| self.asks),
                    ..self.written()
                };
                return self.say(self.rating()?, written, now);
            }
            Action::Reach(text) => self.contact = text,
            Action::Send => {
                let rating = self.rating()?;
                match Comment::optional(&self.comment) {
                    Ok(comment) => {
                        self.finished = true;
                        let written = Written {
                            comment,
                            wants_answer: self.asks,
                            // The field takes no more than a contact may have.
                            contact: Contact::parse(&self.contact).ok().filter(|_| self.asks),
                        };
                        return self.say(rating, written, now);
                    }
                    Err(invalid) => self.invalid = Some(invalid),
                }
            }
            Action::Retry => {
                self.not_before = 0;
                return self.depart(now);
            }
            // Each failure begins a wait of its own; what was refused meanwhile is refused again.
            Action::Waited(wait) if wait == self.wait && self.waits() => {
                self.not_before = 0;
                return self.depart(now);
            }
            // What failed for want of a connection says nothing of the collector; what is under way may
            // still fail for that.
            Action::Connected if self.sending.is_some() => self.tries = 0,
            Action::Connected if self.waits() => {
                let version = self.depart(now)?;
                self.tries = 0;
                return Some(version);
            }
            // It may overtake what is under way, which loses nothing: the higher number counts.
            Action::Left if self.would_be_lost() => {
                self.sending = None;
                return self.depart(now);
            }
            // The next to open it may be somebody else, who must not find this one's code.
            Action::Closed if self.step() == Step::Thanks => {
                let form = std::mem::take(&mut self.form);
                *self = Self {
                    form,
                    ..Self::default()
                };
            }
            Action::Waited(_)
            | Action::Connected
            | Action::Left
            | Action::Change
            | Action::Closed => {}
            Action::Stored(revision, receipt) => {
                // What has overtaken it is still under way.
                self.sending = self.sending.filter(|under_way| *under_way > revision);
                self.stored = self.stored.max(Some(revision));
                self.receipt = Some(receipt);
                self.failure = None;
                self.tries = 0;
                return self.depart(now);
            }
            // It was overtaken by what is stored.
            Action::Failed(_) if self.is_stored() => self.sending = None,
            Action::Failed(failure) => {
                self.sending = None;
                if let Failure::Waiting(Some(after)) = failure {
                    self.not_before = now + after;
                }
                self.failure = Some(failure);
                self.tries += 1;
                self.wait += 1;
            }
            Action::Kept(kept) => self.kept = kept,
        }
        None
    }

    /// Whether something is to be tried again by itself.
    fn waits(&self) -> bool {
        matches!(self.failure, Some(Failure::Waiting(_)))
    }

    /// Whether something may be lost if the page goes now: it stands in line behind what is under way,
    /// where the browser may not have kept it yet, or it waits and is not kept.
    fn would_be_lost(&self) -> bool {
        match self.sending {
            Some(under_way) => Some(under_way) < self.revision(),
            None => self.waits() && !self.kept,
        }
    }

    /// Returns which part of the panel is shown.
    pub fn step(&self) -> Step {
        match self.latest {
            None => Step::Grade,
            Some(_) if self.finished && self.is_stored() => Step::Thanks,
            Some(_) => Step::Details,
        }
    }

    /// Returns the chosen grade.
    pub fn rating(&self) -> Option<Rating> {
        self.latest.as_ref().map(|version| version.content.rating)
    }

    /// Returns the number of what was said last.
    pub fn revision(&self) -> Option<Revision> {
        self.latest.as_ref().map(|version| version.revision)
    }

    /// Whether all that was said is stored.
    pub fn is_stored(&self) -> bool {
        self.latest
            .as_ref()
            .is_some_and(|version| Some(version.revision) <= self.stored)
    }

    /// Returns how many more characters the comment may have; below zero, how many are too many.
    pub fn remaining(&self) -> isize {
        let used = self.comment.trim().chars().count();
        Comment::MAXIMUM.cast_signed() - used.cast_signed()
    }

    /// Returns what was written when something was last sent.
    fn written(&self) -> Written {
        let latest = self.latest.as_ref();
        latest.map_or_else(Written::default, |version| version.content.written.clone())
    }

    /// Numbers what the citizen says, unless it is what was said last, and sends it when it can.
    fn say(&mut self, rating: Rating, written: Written, now: u64) -> Option<Version> {
        let offered = self.form.drivers(rating).iter().map(|driver| &driver.slug);
        let drivers: Vec<Slug> = offered
            .filter(|slug| self.chosen.contains(slug))
            .cloned()
            .collect();
        let content = Content {
            rating,
            // No list is longer than what can be chosen.
            drivers: Drivers::try_from(drivers).unwrap_or_default(),
            kind: self.kind,
            written,
        };
        let revision = match &self.latest {
            Some(version) if version.content == content => return self.depart(now),
            Some(version) => version.revision.next(),
            None => {
                self.began = now;
                Revision::FIRST
            }
        };
        self.latest = Some(Version {
            revision,
            made: now,
            content,
        });
        self.depart(now)
    }

    /// Lets the newest version go if it is not stored, nothing else is under way, and the collector
    /// did not ask to wait.
    fn depart(&mut self, now: u64) -> Option<Version> {
        if self.sending.is_some() || self.is_stored() || now < self.not_before {
            return None;
        }
        let version = self.latest.clone()?;
        self.sending = Some(version.revision);
        self.failure = None;
        Some(version)
    }
}

#[cfg(test)]
mod tests;
