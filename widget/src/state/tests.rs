//! The life of a rating in the panel, told action by action.

mod effects;
mod waiting;

use huiyin_shared::feedback::Kind;

use super::*;

fn grade(value: u8) -> Rating {
    Rating::try_from(value).expect("a grade")
}

fn revision(number: u32) -> Revision {
    Revision::try_from(number).expect("a revision")
}

/// A panel to which things happen, one per line.
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

    fn stored(self, number: u32) -> Self {
        self.then(Action::Stored(revision(number), "R".to_owned()))
    }

    fn lost(self) -> Self {
        self.then(Action::Failed(Failure::Waiting(None)))
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
fn only_the_newest_waits_for_the_one_under_way() {
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
        .then(Action::Retry)
        .then(Action::Send);
    assert_eq!(story.sent, [(1, 5)]);
}

#[test]
fn a_comment_goes_only_when_it_is_sent() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::Write("half a".to_owned()))
        .then(Action::Rate(grade(4)));
    let version = story.state.latest.expect("a version");
    assert_eq!(version.content.written, Written::default());
}

#[test]
fn what_was_sent_stays_when_the_grade_changes() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::Write("很好".to_owned()))
        .then(Action::Choose(Kind::Praise))
        .then(Action::Send)
        .stored(2)
        .stored(3)
        .then(Action::Change)
        .then(Action::Rate(grade(4)));
    let content = story.state.latest.expect("a version").content;
    assert_eq!(content.kind, Some(Kind::Praise));
    assert_eq!(
        content.written.comment,
        Comment::optional("很好").expect("short")
    );
    assert_eq!(story.sent, [(1, 5), (2, 5), (3, 5), (4, 4)]);
}

#[test]
fn thanks_come_when_everything_is_stored() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::Write("thanks".to_owned()))
        .then(Action::Send);
    assert_eq!(story.state.step(), Step::Details);
    let story = story.stored(1);
    assert_eq!(story.state.step(), Step::Details);
    let story = story.stored(2);
    assert_eq!(story.state.step(), Step::Thanks);
    assert_eq!(story.state.stored.expect("stored").receipt, "R");
}

#[test]
fn sending_nothing_more_is_thanked_without_another_request() {
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::Send);
    assert_eq!(story.sent, [(1, 5)]);
    assert_eq!(story.state.step(), Step::Thanks);
}

#[test]
fn a_comment_that_is_too_long_stays_and_is_not_sent() {
    let long = "好".repeat(Comment::MAXIMUM + 3);
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::Write(long.clone()))
        .then(Action::Send);
    assert_eq!(story.sent, [(1, 5)]);
    assert_eq!(story.state.remaining(), -3);
    assert_eq!(story.state.draft.comment, long);
    assert_eq!(story.state.invalid, Some(Invalid::CommentTooLong));
}

#[test]
fn a_comment_that_cannot_be_sent_is_told_until_it_is_written_otherwise() {
    let long = "好".repeat(Comment::MAXIMUM + 1);
    let told = |story: &Story| story.state.invalid.is_some();
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::Write(long))
        .then(Action::Send);
    // The answer to the tap, another tap, and what comes by itself change nothing about it.
    let story = story.stored(1).then(Action::Rate(grade(4)));
    assert!(told(&story));
    let story = story.lost().then(Action::Waited(1)).then(Action::Connected);
    assert!(told(&story.then(Action::Choose(Kind::Praise))));
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::Write("\u{0}".to_owned()))
        .then(Action::Send);
    assert!(told(&story));
    assert!(!told(&story.then(Action::Write("short".to_owned()))));
}

#[test]
fn an_unknown_department_is_told_but_a_missing_name_is_not() {
    let story = Story::default().then(Action::Loaded(Err(Failure::Waiting(None))));
    assert_eq!(story.state.failure, None);
    let page = Failure::Refused(String::new());
    let story = story.then(Action::Loaded(Err(page)));
    assert_eq!(story.state.failure, None, "a gateway's page says nothing");
    let refused = Failure::Refused("No such department.".to_owned());
    let story = story.then(Action::Loaded(Err(refused.clone())));
    assert_eq!(story.state.failure, Some(refused));
}

#[test]
fn a_later_revision_that_is_already_stored_is_not_sent_over() {
    // Another window of the same citizen cannot exist, but a late answer can.
    let story = Story::default()
        .then(Action::Rate(grade(5)))
        .then(Action::Rate(grade(4)))
        .stored(2);
    assert_eq!(story.sent, [(1, 5)]);
}

#[test]
fn what_is_written_after_send_is_not_hidden_behind_thanks() {
    let rated = || Story::default().then(Action::Rate(grade(2))).stored(1);
    let sent = || {
        let written = rated().then(Action::Write("慢".to_owned()));
        written.then(Action::Send)
    };
    for (story, last) in [
        // While it is under way, while it waits, and with another grade.
        (sent().then(Action::Write("很慢".to_owned())), 2),
        (
            sent()
                .lost()
                .then(Action::Write("很慢".to_owned()))
                .then(Action::Retry),
            2,
        ),
        (
            sent()
                .lost()
                .then(Action::Write("很慢".to_owned()))
                .then(Action::Rate(grade(1))),
            3,
        ),
    ] {
        let story = story.stored(last);
        assert_eq!(story.state.step(), Step::Details);
        assert_eq!(story.state.draft.comment, "很慢");
        let story = story.then(Action::Send);
        let version = story.state.latest.clone().expect("a version");
        let comment = version.content.written.comment.expect("a comment");
        assert_eq!(comment.as_str(), "很慢");
        assert_eq!(story.stored(last + 1).state.step(), Step::Thanks);
    }
}

#[test]
fn who_opens_a_finished_panel_finds_nothing_of_the_last() {
    let rated = Story::default().then(Action::Rate(grade(2))).stored(1);
    let unfinished = rated.then(Action::Closed);
    assert_eq!(unfinished.state.rating(), Some(grade(2)), "it may go on");
    let finished = unfinished.then(Action::Send).then(Action::Closed);
    assert_eq!(finished.state, State::default());
}

/// A form with the reasons `quick` and `place` for a good rating, `slow` and `place` for a poor one.
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
fn each_reason_is_a_revision_and_only_those_of_the_grade_are_sent() {
    let story = Story::default()
        .then(Action::Loaded(Ok(form())))
        .then(Action::Rate(grade(5)))
        .stored(1)
        .then(Action::Toggle(slug("quick")))
        .stored(2)
        .then(Action::Toggle(slug("place")))
        .stored(3);
    assert_eq!(story.sent, [(1, 5), (2, 5), (3, 5)]);
    assert_eq!(drivers(&story), ["quick", "place"]);
    let story = story.then(Action::Rate(grade(2))).stored(4);
    assert_eq!(drivers(&story), ["place"], "of the poor list");
    let story = story.then(Action::Rate(grade(3))).stored(5);
    assert_eq!(drivers(&story), ["quick", "place"], "found again");
    let story = story.then(Action::Toggle(slug("quick"))).stored(6);
    assert_eq!(drivers(&story), ["place"], "taken back");
}

#[test]
fn a_kind_is_a_revision() {
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .stored(1)
        .then(Action::Choose(Kind::Complaint));
    assert_eq!(story.sent, [(1, 2), (2, 2)]);
}

#[test]
fn where_to_answer_is_sent_only_with_the_wish_for_an_answer() {
    let asked = |story: &Story| {
        let version = story.state.latest.clone().expect("a version");
        let Written {
            wants_answer,
            contact,
            ..
        } = version.content.written;
        (wants_answer, contact.map(String::from))
    };
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .then(Action::Reach(" li@example.cn ".to_owned()))
        .then(Action::Send);
    assert_eq!(asked(&story), (false, None));
    let story = story.stored(1).then(Action::Change).then(Action::Ask);
    assert_eq!(asked(&story), (true, None), "the wish is sent at once");
    let story = story.stored(2).then(Action::Send);
    assert_eq!(asked(&story), (true, Some("li@example.cn".to_owned())));
    let story = story.stored(3).then(Action::Ask);
    assert_eq!(asked(&story), (false, None));
    let story = story.stored(4).then(Action::Ask).stored(5);
    let story = story.then(Action::Reach(String::new())).then(Action::Send);
    assert_eq!(asked(&story), (true, None), "the code is enough");
}
