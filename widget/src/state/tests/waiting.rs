//! What could not be sent: when it is tried again, and what is told meanwhile.

use super::*;

#[test]
fn a_lost_send_is_repeated_under_its_own_number() {
    let story = Story::default().then(Action::Rate(grade(1))).lost();
    assert_eq!(story.state.failure, Some(Failure::Waiting(None)));
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
fn a_loss_after_send_keeps_what_was_typed_and_leads_to_thanks() {
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .stored(1)
        .then(Action::Write("slow".to_owned()))
        .then(Action::Send)
        .lost();
    assert_eq!(story.state.draft.comment, "slow");
    assert_eq!(story.state.step(), Step::Details);
    let story = story.then(Action::Retry).stored(2);
    assert_eq!(story.sent, [(1, 2), (2, 2), (2, 2)]);
    assert_eq!(story.state.step(), Step::Thanks);
}

#[test]
fn only_the_last_wait_counts_and_only_for_what_can_pass() {
    let story = Story::default().then(Action::Rate(grade(2))).lost();
    let story = story.then(Action::Retry).lost();
    let story = story.then(Action::Waited(1));
    assert_eq!(story.sent, [(1, 2), (1, 2)], "an earlier wait");
    let story = story.then(Action::Waited(2));
    assert_eq!(story.sent.len(), 3);
    let refused = Failure::Refused("Too late.".to_owned());
    let story = story.then(Action::Failed(refused));
    let story = story.then(Action::Waited(3)).then(Action::Connected);
    let story = story.then(Action::Left);
    assert_eq!(story.sent.len(), 3, "it would be refused again");
}

#[test]
fn what_the_collector_asks_to_wait_is_waited_but_for_the_citizen() {
    let asked = || {
        let story = Story::default().then(Action::Rate(grade(2)));
        story.then(Action::Failed(Failure::Waiting(Some(500))))
    };
    let story = asked().then(Action::Connected);
    let story = story.then(Action::Rate(grade(1)));
    assert_eq!(story.sent, [(1, 2)]);
    assert_eq!(story.state.failure, Some(Failure::Waiting(Some(500))));
    let story = story.then(Action::Waited(1));
    assert_eq!(story.sent, [(1, 2), (2, 1)]);
    let story = asked().then(Action::Retry);
    assert_eq!(story.sent, [(1, 2), (1, 2)]);
}

#[test]
fn tries_without_a_connection_do_not_make_later_waits_longer() {
    let story = Story::default().then(Action::Rate(grade(2))).lost();
    let story = story.then(Action::Retry).lost();
    let story = story.then(Action::Connected).lost();
    assert_eq!((story.sent.len(), story.state.retry.tries), (3, 1));
    // What was under way at that moment may have begun without one.
    let story = story.then(Action::Retry).lost().then(Action::Retry);
    let story = story.then(Action::Connected).lost();
    assert_eq!((story.sent.len(), story.state.retry.tries), (5, 1));
    let story = story.then(Action::Waited(1));
    assert_eq!(story.sent.len(), 5, "an earlier wait");
    let story = story.then(Action::Waited(5));
    assert_eq!(story.sent.len(), 6);
}

#[test]
fn tries_are_counted_until_one_goes_right() {
    let story = Story::default().then(Action::Rate(grade(2))).lost();
    let story = story.then(Action::Retry).lost();
    assert_eq!(story.state.retry.tries, 2);
    let story = story.then(Action::Retry).stored(1);
    assert_eq!(story.state.retry.tries, 0);
}

#[test]
fn what_was_refused_since_the_last_visit_is_told_until_the_citizen_goes_on() {
    for (action, told) in [
        (Action::Loaded(Ok(form())), true),
        (Action::Rate(grade(3)), false),
        (Action::Closed, false),
    ] {
        let mut story = Story::default();
        story.state.earlier = Some("Too late.".to_owned());
        let story = story.then(action);
        assert_eq!(story.state.earlier.is_some(), told);
    }
}

#[test]
fn what_stands_in_line_goes_when_the_page_is_left() {
    let story = Story::default().then(Action::Rate(grade(2)));
    let story = story.then(Action::Left);
    assert_eq!(story.sent, [(1, 2)], "it is under way");
    let story = story.then(Action::Rate(grade(1)));
    assert_eq!(story.sent.len(), 1, "it stands in line");
    let story = story.then(Action::Left);
    assert_eq!(story.sent, [(1, 2), (2, 1)]);
    // Whoever comes back finds all as it was, in whatever order the two are answered.
    let story = story.stored(1);
    assert_eq!(story.state.sending, Some(revision(2)));
    let story = story.stored(2).lost().then(Action::Left);
    assert_eq!((story.sent.len(), story.state.failure), (2, None));
    assert_eq!(Story::default().then(Action::Left).sent, []);
}

#[test]
fn what_waits_goes_when_the_page_is_left_unless_it_is_kept() {
    for (kept, sent) in [(true, 1), (false, 2)] {
        let story = Story::default().then(Action::Rate(grade(2)));
        let story = story.then(Action::Kept(kept)).lost();
        assert_eq!(story.then(Action::Left).sent.len(), sent, "{kept}");
    }
}
