//! The reducer: each test tells the life of a rating, action by action.

mod effects;
mod retries;

use huiyin_shared::feedback::Kind;
use huiyin_shared::rating::Rating;

use super::*;

fn grade(value: u8) -> Rating {
    Rating::try_from(value).expect("a grade")
}

fn revision(number: u32) -> Revision {
    Revision::try_from(number).expect("a revision")
}

/// A panel and what has happened to it.
#[derive(Default)]
struct Story {
    state: State,
    /// The effects of the last action.
    effects: Vec<Effect>,
    /// Revision and grade of every version that was sent.
    sent: Vec<(u32, u8)>,
}

impl Story {
    fn then(mut self, action: Action) -> Self {
        self.effects = self.state.reduce(action, 1_000);
        for effect in &self.effects {
            if let Effect::Send(version) = effect {
                let rating = version.content.rating.value();
                self.sent.push((version.revision.get(), rating));
            }
        }
        self
    }

    fn done(self, number: u32, outcome: Outcome) -> Self {
        let feedback = self.state.feedback;
        self.then(Action::Done {
            feedback,
            revision: revision(number),
            outcome,
        })
    }

    fn stored(self, number: u32) -> Self {
        self.done(number, Outcome::Stored("R".to_owned()))
    }

    /// The newest send fails.
    fn failed(self, failure: Failure) -> Self {
        let (number, _) = *self.sent.last().expect("a send");
        self.done(number, Outcome::Failed(failure))
    }

    fn unreachable(self) -> Self {
        self.failed(Failure::Temporary(None))
    }
}

#[test]
fn the_first_tap_is_sent_at_once() {
    let story = Story::default().then(Action::Rate(grade(4)));
    assert_eq!(story.sent, [(1, 4)]);
    assert_eq!(story.state.step(), Step::Details);
}

#[test]
fn another_grade_is_another_revision() {
    let story = Story::default()
        .then(Action::Rate(grade(4)))
        .stored(1)
        .then(Action::Rate(grade(2)));
    assert_eq!(story.sent, [(1, 4), (2, 2)]);
}

#[test]
fn the_same_grade_again_is_nothing_new() {
    let story = Story::default()
        .then(Action::Rate(grade(4)))
        .stored(1)
        .then(Action::Rate(grade(4)));
    assert_eq!(story.sent, [(1, 4)]);
}

#[test]
fn only_the_newest_revision_is_queued_behind_the_one_in_flight() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::Rate(grade(4)))
        .then(Action::Rate(grade(3)))
        .stored(1);
    assert_eq!(story.sent, [(1, 5), (3, 3)]);
}

#[test]
fn pressing_twice_sends_once() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::RetryNow)
        .then(Action::Submit);
    assert_eq!(story.sent, [(1, 5)]);
}

#[test]
fn a_comment_is_sent_only_with_the_send_button() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::SetComment("half a".to_owned()))
        .then(Action::Rate(grade(4)));
    let version = story.state.latest.expect("a version");
    assert_eq!(version.content.message, Message::default());
}

#[test]
fn a_sent_comment_stays_when_the_grade_changes() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::SetComment("很好".to_owned()))
        .then(Action::SetKind(Kind::Praise))
        .then(Action::Submit)
        .stored(2)
        .stored(3)
        .then(Action::Edit)
        .then(Action::Rate(grade(4)));
    let content = story.state.latest.expect("a version").content;
    assert_eq!(content.kind, Some(Kind::Praise));
    assert_eq!(
        content.message.comment,
        Comment::optional("很好").expect("short")
    );
    assert_eq!(story.sent, [(1, 5), (2, 5), (3, 5), (4, 4)]);
}

#[test]
fn thanks_come_when_everything_is_stored() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::SetComment("thanks".to_owned()))
        .then(Action::Submit);
    assert_eq!(story.state.step(), Step::Details);
    let story = story.stored(1);
    assert_eq!(story.state.step(), Step::Details);
    let story = story.stored(2);
    assert_eq!(story.state.step(), Step::Thanks);
    assert_eq!(story.state.stored.expect("stored").receipt, "R");
}

#[test]
fn sending_nothing_new_is_thanked_without_another_request() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::Submit);
    assert_eq!(story.sent, [(1, 5)]);
    assert_eq!(story.state.step(), Step::Thanks);
}

#[test]
fn a_comment_that_is_too_long_stays_and_is_not_sent() {
    let long = "好".repeat(Comment::MAXIMUM + 3);
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::SetComment(long.clone()))
        .then(Action::Submit);
    assert_eq!(story.sent, [(1, 5)]);
    assert_eq!(story.state.remaining(), -3);
    assert_eq!(story.state.draft.comment, long);
    assert_eq!(story.state.comment_error, Some(Invalid::CommentTooLong));
}

#[test]
fn the_error_of_a_comment_stays_until_the_comment_is_edited() {
    let long = "好".repeat(Comment::MAXIMUM + 1);
    let has_error = |story: &Story| story.state.comment_error.is_some();
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::SetComment(long))
        .then(Action::Submit);
    // Another answer, grade, timer or connection does not clear it.
    let story = story.stored(1).then(Action::Rate(grade(4)));
    assert!(has_error(&story));
    let story = story
        .unreachable()
        .then(Action::RetryDue(1))
        .then(Action::Online);
    assert!(has_error(&story.then(Action::SetKind(Kind::Praise))));
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::SetComment("\u{0}".to_owned()))
        .then(Action::Submit);
    assert!(has_error(&story));
    assert!(!has_error(
        &story.then(Action::SetComment("short".to_owned()))
    ));
}

#[test]
fn an_unknown_department_is_an_error_but_a_missing_name_is_not() {
    let story = Story::default().then(Action::FormLoaded(Err(Failure::Temporary(None))));
    assert_eq!(story.state.failure, None);
    let gateway = Failure::Refused(String::new());
    let story = story.then(Action::FormLoaded(Err(gateway)));
    assert_eq!(
        story.state.failure, None,
        "a gateway's page explains nothing"
    );
    let refused = Failure::Refused("No such department.".to_owned());
    let story = story.then(Action::FormLoaded(Err(refused.clone())));
    assert_eq!(story.state.failure, Some(refused));
}

#[test]
fn a_revision_that_is_already_stored_is_not_sent_again() {
    // Another window of the same citizen cannot exist, but a late answer can.
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::Rate(grade(4)))
        .stored(2);
    assert_eq!(story.sent, [(1, 5)]);
}

#[test]
fn a_comment_edited_after_send_is_not_hidden_by_the_thanks() {
    let rated = || Story::default().then(Action::Rate(grade(2))).stored(1);
    let sent = || {
        let edited = rated().then(Action::SetComment("慢".to_owned()));
        edited.then(Action::Submit)
    };
    for (story, last) in [
        // While it is in flight, while it waits for a retry, and with another grade.
        (sent().then(Action::SetComment("很慢".to_owned())), 2),
        (
            sent()
                .unreachable()
                .then(Action::SetComment("很慢".to_owned()))
                .then(Action::RetryNow),
            2,
        ),
        (
            sent()
                .unreachable()
                .then(Action::SetComment("很慢".to_owned()))
                .then(Action::Rate(grade(1))),
            3,
        ),
    ] {
        let story = story.stored(last);
        assert_eq!(story.state.step(), Step::Details);
        assert_eq!(story.state.draft.comment, "很慢");
        let story = story.then(Action::Submit);
        let version = story.state.latest.clone().expect("a version");
        let comment = version.content.message.comment.expect("a comment");
        assert_eq!(comment.as_str(), "很慢");
        assert_eq!(story.stored(last + 1).state.step(), Step::Thanks);
    }
}

#[test]
fn a_finished_panel_is_empty_when_it_is_opened_again() {
    let rated = Story::default().then(Action::Rate(grade(2))).stored(1);
    let unfinished = rated.then(Action::PanelClosed);
    assert_eq!(
        unfinished.state.draft.rating,
        Some(grade(2)),
        "the citizen may go on"
    );
    let finished = unfinished.then(Action::Submit).then(Action::PanelClosed);
    let empty = State {
        feedback: 1,
        ..State::default()
    };
    assert_eq!(finished.state, empty);
}

/// A form with the drivers `quick` and `place` for a good rating, `slow` and `place` for a poor one.
fn form() -> Form {
    let list = |slugs: [&str; 2]| {
        slugs.map(|slug| Driver {
            slug: self::slug(slug),
            word: Name {
                text: slug.to_owned().into(),
                lang: "en".into(),
            },
        })
    };
    Form {
        drivers: [["quick", "place"], ["slow", "place"]].map(|slugs| list(slugs).into()),
        ..Form::default()
    }
}

fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

fn drivers(story: &Story) -> Vec<&str> {
    let version = story.state.latest.as_ref().expect("a version");
    let drivers = version.content.drivers.as_slice().iter();
    drivers.map(Slug::as_str).collect()
}

#[test]
fn each_driver_is_a_revision_and_only_those_of_the_grade_are_sent() {
    let story = Story::default()
        .then(Action::FormLoaded(Ok(form())))
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::ToggleDriver(slug("quick")))
        .stored(2)
        .then(Action::ToggleDriver(slug("place")))
        .stored(3);
    assert_eq!(story.sent, [(1, 5), (2, 5), (3, 5)]);
    assert_eq!(drivers(&story), ["quick", "place"]);
    let story = story.then(Action::Rate(grade(2))).stored(4);
    assert_eq!(drivers(&story), ["place"], "of the poor list");
    let story = story.then(Action::Rate(grade(3))).stored(5);
    assert_eq!(drivers(&story), ["quick", "place"], "chosen before");
    let story = story.then(Action::ToggleDriver(slug("quick"))).stored(6);
    assert_eq!(drivers(&story), ["place"], "withdrawn");
}

#[test]
fn a_kind_is_a_revision() {
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .stored(1)
        .then(Action::SetKind(Kind::Complaint));
    assert_eq!(story.sent, [(1, 2), (2, 2)]);
}

#[test]
fn a_contact_is_sent_only_with_the_request_for_an_answer() {
    let answer = |story: &Story| {
        let content = story.state.latest.clone().expect("a version").content;
        let contact = content.message.contact.map(String::from);
        (content.wants_answer, contact)
    };
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .then(Action::SetContact(" li@example.cn ".to_owned()))
        .then(Action::Submit);
    assert_eq!(answer(&story), (false, None));
    let story = story
        .stored(1)
        .then(Action::Edit)
        .then(Action::ToggleWantsAnswer);
    assert_eq!(answer(&story), (true, None), "the request is sent at once");
    let story = story.stored(2).then(Action::Submit);
    assert_eq!(answer(&story), (true, Some("li@example.cn".to_owned())));
    let story = story.stored(3).then(Action::ToggleWantsAnswer);
    assert_eq!(answer(&story), (false, None));
    let story = story.stored(4).then(Action::ToggleWantsAnswer).stored(5);
    let story = story
        .then(Action::SetContact(String::new()))
        .then(Action::Submit);
    assert_eq!(answer(&story), (true, None), "the receipt code is enough");
}
