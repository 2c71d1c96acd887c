//! The life of a rating in the panel, told action by action.

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
    sent: Vec<(u32, u8)>,
}

impl Story {
    fn then(mut self, action: Action) -> Self {
        if let Some(version) = self.state.reduce(action, 1_000) {
            let rating = version.content.rating.value();
            self.sent.push((version.revision.get(), rating));
        }
        self
    }

    fn stored(self, number: u32) -> Self {
        self.then(Action::Stored(revision(number), "R".to_owned()))
    }

    fn lost(self) -> Self {
        self.then(Action::Failed(Failure::Network))
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
fn a_lost_send_is_repeated_under_its_own_number() {
    let story = Story::default().then(Action::Rate(grade(1))).lost();
    assert_eq!(story.state.failure, Some(Failure::Network));
    let story = story.then(Action::Retry);
    assert_eq!(story.sent, [(1, 1), (1, 1)]);
    assert_eq!(story.state.failure, None);
}

#[test]
fn what_changed_after_a_loss_has_a_number_of_its_own() {
    // Revision 1 may have arrived although its answer did not.
    let story = Story::default()
        .then(Action::Rate(grade(1)))
        .lost()
        .then(Action::Rate(grade(2)));
    assert_eq!(story.sent, [(1, 1), (2, 2)]);
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
    assert_eq!(version.content.comment, None);
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
        .then(Action::Change)
        .then(Action::Rate(grade(4)));
    let content = story.state.latest.expect("a version").content;
    assert_eq!(content.kind, Some(Kind::Praise));
    assert_eq!(content.comment, Comment::optional("很好").expect("short"));
    assert_eq!(story.sent, [(1, 5), (2, 5), (3, 4)]);
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
    assert_eq!(story.state.receipt.as_deref(), Some("R"));
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
    assert_eq!(story.state.comment, long);
    let failure = Failure::Comment(Invalid::CommentTooLong);
    assert_eq!(story.state.failure, Some(failure));
}

#[test]
fn a_loss_after_send_keeps_what_was_typed_and_leads_to_thanks() {
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .stored(1)
        .then(Action::Write("slow".to_owned()))
        .then(Action::Send)
        .lost();
    assert_eq!(story.state.comment, "slow");
    assert_eq!(story.state.step(), Step::Details);
    let story = story.then(Action::Retry).stored(2);
    assert_eq!(story.sent, [(1, 2), (2, 2), (2, 2)]);
    assert_eq!(story.state.step(), Step::Thanks);
}

#[test]
fn an_unknown_department_is_told_but_a_missing_name_is_not() {
    let story = Story::default().then(Action::Named(Err(Failure::Network)));
    assert_eq!(story.state.failure, None);
    let refused = Failure::Refused {
        detail: "No such department.".to_owned(),
        passing: false,
    };
    let story = story.then(Action::Named(Err(refused.clone())));
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
fn what_is_written_after_a_failure_goes_along_with_the_next_try() {
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .stored(1)
        .then(Action::Write("慢".to_owned()))
        .then(Action::Send)
        .lost()
        .then(Action::Write("很慢".to_owned()))
        .then(Action::Retry);
    assert_eq!(story.sent, [(1, 2), (2, 2), (3, 2)]);
    let sent = story.state.latest.expect("a version").content.comment;
    assert_eq!(sent.expect("a comment").as_str(), "很慢");
}

#[test]
fn who_opens_a_finished_panel_finds_nothing_of_the_last() {
    let rated = Story::default().then(Action::Rate(grade(2))).stored(1);
    let unfinished = rated.then(Action::Closed);
    assert_eq!(unfinished.state.rating(), Some(grade(2)), "it may go on");
    let finished = unfinished.then(Action::Send).then(Action::Closed);
    assert_eq!(finished.state, State::default());
}

#[test]
fn a_name_that_is_late_says_nothing_about_the_rating() {
    let busy = Failure::Refused {
        detail: "busy".to_owned(),
        passing: true,
    };
    let story = Story::default().then(Action::Named(Err(busy)));
    assert_eq!(story.state.failure, None);
}
