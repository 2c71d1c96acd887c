//! What the app is asked to do after each action.

use super::*;

/// The newest version of a story that has one.
fn version(story: &Story) -> Version {
    story.state.latest.clone().expect("a version")
}

/// A panel whose form is loaded, so that it is not requested again.
fn loaded() -> Story {
    Story::default().then(Action::FormLoaded(Ok(form())))
}

#[test]
fn the_first_grade_is_an_event_and_is_sent() {
    let story = loaded().then(Action::Rate(grade(4)));
    let version = version(&story);
    assert_eq!(
        story.effects,
        [Effect::Emit("start"), Effect::Send(version),]
    );
}

#[test]
fn a_queued_revision_is_saved_and_sent_after_the_one_in_flight() {
    let story = loaded()
        .then(Action::Rate(grade(4)))
        .then(Action::Rate(grade(2)));
    let version = version(&story);
    assert_eq!(story.effects, [Effect::SaveOffline(version.clone())]);
    assert_eq!(
        story.stored(1).effects,
        [Effect::Emit("sent"), Effect::Send(version),]
    );
}

#[test]
fn a_retry_sends_the_same_version() {
    let story = loaded().then(Action::Rate(grade(4)));
    let version = version(&story);
    assert_eq!(
        story.unreachable().then(Action::RetryNow).effects,
        [Effect::Send(version)]
    );
}

#[test]
fn the_same_input_again_has_no_effect() {
    let story = loaded().then(Action::Rate(grade(4))).stored(1);
    assert_eq!(story.effects, [Effect::Emit("sent")]);
    let story = story.then(Action::Rate(grade(4)));
    assert_eq!(story.effects, []);
    assert_eq!(story.stored(1).effects, [], "the event comes once");
}

#[test]
fn typing_has_no_effect() {
    let story = loaded().then(Action::Rate(grade(4)));
    let story = story.then(Action::SetComment("slow".to_owned()));
    assert_eq!(story.effects, []);
    let story = story.then(Action::SetContact("li@example.cn".to_owned()));
    assert_eq!(story.effects, []);
}

#[test]
fn nothing_is_sent_without_a_grade() {
    for action in [
        Action::ToggleDriver(slug("quick")),
        Action::SetKind(Kind::Praise),
        Action::ToggleWantsAnswer,
        Action::Submit,
        Action::RetryNow,
    ] {
        assert_eq!(loaded().then(action).effects, []);
    }
}

#[test]
fn each_failed_send_starts_a_timer_of_its_own() {
    let assert_retry = |story: &Story, timer, tries, after| {
        assert_eq!(story.effects, [Effect::RetryLater(after)]);
        let retry = &story.state.retry;
        assert_eq!((retry.timer, retry.tries), (timer, tries));
    };
    let story = loaded().then(Action::Rate(grade(4))).unreachable();
    assert_retry(&story, 1, 1, None);
    let story = story
        .then(Action::RetryNow)
        .failed(Failure::Temporary(Some(500)));
    assert_retry(&story, 2, 2, Some(500));
    let story = story.then(Action::RetryNow).stored(1);
    let story = story.then(Action::Rate(grade(1))).unreachable();
    assert_retry(&story, 3, 1, None);
}

#[test]
fn a_refused_send_is_an_event_and_is_not_retried() {
    let refused = Failure::Refused("Too late.".to_owned());
    let story = loaded().then(Action::Rate(grade(4))).failed(refused);
    assert_eq!(story.effects, [Effect::Emit("error")]);
}

#[test]
fn a_failure_after_a_later_revision_was_stored_starts_no_timer() {
    let story = loaded()
        .then(Action::Rate(grade(4)))
        .stored(2)
        .unreachable();
    assert_eq!(story.effects, []);
}

#[test]
fn a_form_that_failed_to_load_is_requested_again_once_the_collector_answers() {
    let story = Story::default().then(Action::FormLoaded(Err(Failure::Temporary(None))));
    let story = story.then(Action::Rate(grade(4))).stored(1);
    assert_eq!(story.effects, [Effect::Emit("sent"), Effect::LoadForm]);
}

#[test]
fn the_refusal_of_an_earlier_visit_is_forgotten_once() {
    let mut story = loaded();
    story.state.refused_earlier = Some("Too late.".to_owned());
    let story = story.then(Action::PanelClosed);
    assert_eq!(
        story.effects,
        [Effect::Emit("close"), Effect::ForgetRefusal]
    );
    assert_eq!(
        story.then(Action::PanelClosed).effects,
        [Effect::Emit("close")]
    );
}

#[test]
fn closing_a_finished_panel_begins_a_new_feedback() {
    let rated = loaded().then(Action::Rate(grade(4))).stored(1);
    let unfinished = rated.then(Action::PanelClosed);
    assert_eq!(unfinished.effects, [Effect::Emit("close")]);
    let finished = unfinished.then(Action::Submit).then(Action::PanelClosed);
    assert_eq!(
        finished.effects,
        [Effect::Emit("close"), Effect::ForgetIdentity]
    );
}
