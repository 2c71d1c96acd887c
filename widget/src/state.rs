//! What the panel knows, and how each thing that happens changes it. No browser in here.

use huiyin_shared::feedback::{Kind, Revision};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::rating::Rating;
use huiyin_shared::text::Comment;

/// What the citizen has said so far, as it goes into one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The grade.
    pub rating: Rating,
    /// What was written, once it was sent: half a sentence is nobody's business.
    pub comment: Option<Comment>,
    /// What it is about.
    pub kind: Option<Kind>,
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
    /// The collector was not reached, or its answer was lost on the way.
    Network,
    /// The collector refused, and says why in the citizen's language; it may be worth trying again.
    Refused {
        /// What to tell the citizen; empty where the answer had no words.
        detail: String,
        /// Whether the same could be accepted a little later.
        passing: bool,
    },
    /// The comment cannot be sent as it is written.
    Comment(Invalid),
}

/// The names that stand over the panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The department's.
    pub department: String,
    /// The service's, if one is rated.
    pub service: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Action {
    /// The collector said whom this is about, or that it knows nobody of that name.
    Named(Result<Names, Failure>),
    /// The citizen chose a grade.
    Rate(Rating),
    /// The citizen changed the comment.
    Write(String),
    /// The citizen chose a kind.
    Choose(Kind),
    /// The citizen pressed Send.
    Send,
    /// The citizen wants to try what failed once more.
    Retry,
    /// The citizen wants to change what was sent.
    Change,
    /// The panel was closed, by its button or by a key.
    Closed,
    /// The collector has stored this revision, and gave the receipt code.
    Stored(Revision, String),
    /// This did not reach the store.
    Failed(Failure),
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
    /// The names over the panel, once they are known.
    pub names: Option<Names>,
    /// The comment as it is typed.
    pub comment: String,
    /// The kind as it is chosen.
    pub kind: Option<Kind>,
    /// The newest version, stored or not.
    pub latest: Option<Version>,
    /// The revision that is under way, if one is. Never two, so that none can overtake.
    pub sending: Option<Revision>,
    /// The newest revision that is stored.
    pub stored: Option<Revision>,
    /// The receipt code, once something is stored.
    pub receipt: Option<String>,
    /// What went wrong last, if nothing went right since.
    pub failure: Option<Failure>,
    /// Whether the citizen has pressed Send, and waits for thanks.
    pub finished: bool,
}

impl State {
    /// Changes the state, and returns the version that is to be sent now, if one is.
    ///
    /// `now` is the time in milliseconds since 1970.
    pub fn reduce(&mut self, action: Action, now: u64) -> Option<Version> {
        match action {
            Action::Named(Ok(names)) => self.names = Some(names),
            // The name is a courtesy; only that the department does not exist must be told.
            Action::Named(Err(failure)) => {
                if let Failure::Refused { passing: false, .. } = failure
                    && self.stored.is_none()
                {
                    self.failure = Some(failure);
                }
            }
            Action::Rate(rating) => {
                let (comment, kind) = match &self.latest {
                    Some(version) => (version.content.comment.clone(), version.content.kind),
                    None => (None, None),
                };
                return self.say(
                    Content {
                        rating,
                        comment,
                        kind,
                    },
                    now,
                );
            }
            Action::Write(text) => {
                self.comment = text;
                if let Some(Failure::Comment(_)) = self.failure {
                    self.failure = None;
                }
            }
            Action::Choose(kind) => self.kind = Some(kind),
            Action::Send => {
                let rating = self.rating()?;
                match Comment::optional(&self.comment) {
                    Ok(comment) => {
                        self.finished = true;
                        let kind = self.kind;
                        return self.say(
                            Content {
                                rating,
                                comment,
                                kind,
                            },
                            now,
                        );
                    }
                    Err(invalid) => self.failure = Some(Failure::Comment(invalid)),
                }
            }
            // What was written since goes along.
            Action::Retry if self.finished => return self.reduce(Action::Send, now),
            Action::Retry => return self.depart(),
            Action::Change => self.finished = false,
            // The next to open it may be somebody else, who must not find this one's code.
            Action::Closed if self.step() == Step::Thanks => {
                let names = self.names.take();
                *self = Self {
                    names,
                    ..Self::default()
                };
            }
            Action::Closed => {}
            Action::Stored(revision, receipt) => {
                self.sending = None;
                self.stored = self.stored.max(Some(revision));
                self.receipt = Some(receipt);
                self.failure = None;
                return self.depart();
            }
            Action::Failed(failure) => {
                self.sending = None;
                self.failure = Some(failure);
            }
        }
        None
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

    /// Numbers what the citizen says, unless it is what was said last, and sends it when it can.
    fn say(&mut self, content: Content, now: u64) -> Option<Version> {
        let revision = match &self.latest {
            Some(version) if version.content == content => return self.depart(),
            Some(version) => version.revision.next(),
            None => Revision::FIRST,
        };
        self.latest = Some(Version {
            revision,
            made: now,
            content,
        });
        self.depart()
    }

    /// Lets the newest version go if it is not stored and nothing else is under way.
    fn depart(&mut self) -> Option<Version> {
        if self.sending.is_some() || self.is_stored() {
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
