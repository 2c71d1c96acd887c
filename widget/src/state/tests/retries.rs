//! Failed sends: when they are retried, and what the citizen is told meanwhile.

use super::*;

#[test]
fn a_retry_has_the_same_revision() {
    let story = Story::default().then(Action::Rate(grade(1))).unreachable();
    assert_eq!(story.state.failure, Some(Failure::Temporary(None)));
    let story = story.then(Action::RetryNow);
    assert_eq!(story.sent, [(1, 1), (1, 1)]);
    assert_eq!(story.state.failure, None);
}

#[test]
fn a_change_after_a_failed_send_is_a_new_revision() {
    // Revision 1 may have arrived although its answer did not.
    let story = Story::default()
        .then(Action::Rate(grade(1)))
        .unreachable()
        .then(Action::Rate(grade(2)));
    assert_eq!(story.sent, [(1, 1), (2, 2)]);
}

#[test]
fn a_failed_send_keeps_the_comment_and_a_retry_leads_to_thanks() {
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .stored(1)
        .then(Action::SetComment("slow".to_owned()))
        .then(Action::Submit)
        .unreachable();
    assert_eq!(story.state.draft.comment, "slow");
    assert_eq!(story.state.step(), Step::Details);
    let story = story.then(Action::RetryNow).stored(2);
    assert_eq!(story.sent, [(1, 2), (2, 2), (2, 2)]);
    assert_eq!(story.state.step(), Step::Thanks);
}

#[test]
fn only_the_last_timer_counts_and_only_for_temporary_failures() {
    let story = Story::default().then(Action::Rate(grade(2))).unreachable();
    let story = story.then(Action::RetryNow).unreachable();
    let story = story.then(Action::RetryDue(1));
    assert_eq!(story.sent, [(1, 2), (1, 2)], "an earlier timer");
    let story = story.then(Action::RetryDue(2));
    assert_eq!(story.sent.len(), 3);
    let refused = Failure::Refused("Too late.".to_owned());
    let story = story.failed(refused);
    let story = story.then(Action::RetryDue(3)).then(Action::Online);
    let story = story.then(Action::PageHidden);
    assert_eq!(story.sent.len(), 3, "it would be refused again");
}

#[test]
fn only_the_citizen_can_retry_before_the_collector_allows_it() {
    let asked = || {
        let story = Story::default().then(Action::Rate(grade(2)));
        story.failed(Failure::Temporary(Some(500)))
    };
    let story = asked().then(Action::Online);
    let story = story.then(Action::Rate(grade(1)));
    assert_eq!(story.sent, [(1, 2)]);
    assert_eq!(story.state.failure, Some(Failure::Temporary(Some(500))));
    let story = story.then(Action::RetryDue(1));
    assert_eq!(story.sent, [(1, 2), (2, 1)]);
    let story = asked().then(Action::RetryNow);
    assert_eq!(story.sent, [(1, 2), (1, 2)]);
}

#[test]
fn tries_without_a_connection_do_not_make_later_delays_longer() {
    let story = Story::default().then(Action::Rate(grade(2))).unreachable();
    let story = story.then(Action::RetryNow).unreachable();
    let story = story.then(Action::Online).unreachable();
    assert_eq!((story.sent.len(), story.state.retry.tries), (3, 1));
    // The send in flight at that moment may have begun without a connection.
    let story = story
        .then(Action::RetryNow)
        .unreachable()
        .then(Action::RetryNow);
    let story = story.then(Action::Online).unreachable();
    assert_eq!((story.sent.len(), story.state.retry.tries), (5, 1));
    let story = story.then(Action::RetryDue(1));
    assert_eq!(story.sent.len(), 5, "an earlier timer");
    let story = story.then(Action::RetryDue(5));
    assert_eq!(story.sent.len(), 6);
}

#[test]
fn tries_are_counted_until_one_succeeds() {
    let story = Story::default().then(Action::Rate(grade(2))).unreachable();
    let story = story.then(Action::RetryNow).unreachable();
    assert_eq!(story.state.retry.tries, 2);
    let story = story.then(Action::RetryNow).stored(1);
    assert_eq!(story.state.retry.tries, 0);
}

#[test]
fn the_refusal_of_an_earlier_visit_is_shown_until_the_citizen_goes_on() {
    for (action, shown) in [
        (Action::FormLoaded(Ok(form())), true),
        (Action::Rate(grade(3)), false),
        (Action::PanelClosed, false),
    ] {
        let mut story = Story::default();
        story.state.refused_earlier = Some("Too late.".to_owned());
        let story = story.then(action);
        assert_eq!(story.state.refused_earlier.is_some(), shown);
    }
}

#[test]
fn a_queued_revision_is_sent_when_the_page_is_left() {
    let story = Story::default().then(Action::Rate(grade(2)));
    let story = story.then(Action::PageHidden);
    assert_eq!(story.sent, [(1, 2)], "it is in flight");
    let story = story.then(Action::Rate(grade(1)));
    assert_eq!(story.sent.len(), 1, "it is queued");
    let story = story.then(Action::PageHidden);
    assert_eq!(story.sent, [(1, 2), (2, 1)]);
    // On return the panel is as it was, in whatever order the two are answered.
    let story = story.stored(1);
    assert_eq!(story.state.sending, Some(revision(2)));
    let story = story.stored(2).unreachable().then(Action::PageHidden);
    assert_eq!((story.sent.len(), story.state.failure), (2, None));
    assert_eq!(Story::default().then(Action::PageHidden).sent, []);
}

#[test]
fn a_revision_that_waits_for_a_retry_is_sent_when_the_page_is_left_unless_it_is_saved() {
    // Also where the collector asked to wait: what is not saved has no other chance.
    for after in [None, Some(500)] {
        for (saved, sent) in [(true, 1), (false, 2)] {
            let story = Story::default().then(Action::Rate(grade(2)));
            let story = story.done(1, Outcome::SavedOffline(saved));
            let story = story.failed(Failure::Temporary(after));
            let story = story.then(Action::PageHidden);
            assert_eq!(story.sent.len(), sent, "{after:?}, {saved}");
        }
    }
}

#[test]
fn a_change_while_the_collector_asks_to_wait_is_sent_when_the_page_is_left_unless_it_is_saved() {
    for (saved, sent) in [(true, 1), (false, 2)] {
        let story = Story::default().then(Action::Rate(grade(2)));
        let story = story.done(1, Outcome::SavedOffline(true));
        let story = story.failed(Failure::Temporary(Some(500)));
        let story = story.then(Action::Rate(grade(1)));
        assert_eq!(story.sent.len(), 1, "not before the collector allows it");
        let story = story.done(2, Outcome::SavedOffline(saved));
        let story = story.then(Action::PageHidden);
        assert_eq!(story.sent.len(), sent, "{saved}");
        // If the page comes back, the answer to the last try says how long to wait.
        let story = story.failed(Failure::Temporary(Some(500)));
        assert_eq!(story.then(Action::Online).sent.len(), sent, "{saved}");
    }
}

#[test]
fn what_became_of_an_earlier_feedback_does_not_touch_the_next() {
    let late = |outcome| Action::Done {
        feedback: 0,
        revision: revision(1),
        outcome,
    };
    let stored = Outcome::Stored("of somebody else".to_owned());
    let failed = Outcome::Failed(Failure::Temporary(None));
    for outcome in [stored, failed, Outcome::SavedOffline(true)] {
        let story = Story::default().then(Action::Rate(grade(5))).stored(1);
        let story = story.then(Action::Submit).then(Action::PanelClosed);
        let story = story.then(Action::Rate(grade(1)));
        let before = story.state.clone();
        let story = story.then(late(outcome));
        assert_eq!((story.state, story.effects), (before, vec![]));
    }
}

#[test]
fn a_timer_of_an_earlier_feedback_does_not_retry_the_next() {
    let story = Story::default().then(Action::Rate(grade(5))).unreachable();
    let story = story.then(Action::RetryNow).stored(1);
    let story = story.then(Action::Submit).then(Action::PanelClosed);
    let story = story.then(Action::Rate(grade(1))).unreachable();
    let story = story.then(Action::RetryDue(1));
    assert_eq!(story.sent, [(1, 5), (1, 5), (1, 1)]);
    assert_eq!(story.then(Action::RetryDue(2)).sent.len(), 4);
}

#[test]
fn the_failure_of_an_overtaken_send_leaves_the_newer_one_in_flight() {
    let story = Story::default().then(Action::Rate(grade(2)));
    let story = story.then(Action::Rate(grade(1))).then(Action::PageHidden);
    let story = story.done(1, Outcome::Failed(Failure::Temporary(None)));
    assert_eq!(story.state.sending, Some(revision(2)));
    assert_eq!((story.state.failure, story.effects), (None, vec![]));
}

#[test]
fn a_version_counts_as_saved_only_once_it_is_saved_itself() {
    let saved = |story: Story, number| story.done(number, Outcome::SavedOffline(true));
    let story = saved(Story::default().then(Action::Rate(grade(2))), 1);
    let story = story.failed(Failure::Temporary(Some(0)));
    assert!(story.state.saved_offline);
    let story = story.then(Action::Rate(grade(1))).unreachable();
    assert!(!story.state.saved_offline, "the first one was saved");
    let story = saved(story, 1);
    assert!(!story.state.saved_offline, "the first one, told late");
    let story = saved(story, 2);
    assert!(story.state.saved_offline);
    let story = story.then(Action::RetryNow);
    assert!(story.state.saved_offline, "the same version again");
}

#[test]
fn a_revision_that_is_queued_behind_a_refused_one_is_sent() {
    let refused = || Failure::Refused("Too long.".to_owned());
    let story = Story::default()
        .then(Action::Rate(grade(2)))
        .then(Action::Rate(grade(1)))
        .failed(refused());
    assert_eq!(story.sent, [(1, 2), (2, 1)]);
    assert_eq!(story.state.failure, None, "it may be accepted");
    let story = story.failed(refused());
    assert_eq!(story.sent.len(), 2, "it would be refused again");
    assert_eq!(story.state.failure, Some(refused()));
}
