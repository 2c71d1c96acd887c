//! What the app is asked to do after each action.

use super::*;

/// The newest version of a story that has one.
fn version(story: &Story) -> Version {
    story.state.latest.clone().expect("a version")
}

/// A panel whose form is loaded, so that it is not requested again.
fn loaded() -> Story {
    Story::default().then(Action::Loaded(Ok(form())))
}

#[test]
fn the_first_grade_is_told_and_sent() {
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
    assert_eq!(story.effects, [Effect::Keep(version.clone())]);
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
        story.lost().then(Action::Retry).effects,
        [Effect::Send(version)]
    );
}

#[test]
fn the_same_input_again_has_no_effect() {
    let story = loaded().then(Action::Rate(grade(4))).stored(1);
    assert_eq!(story.effects, [Effect::Emit("sent")]);
    let story = story.then(Action::Rate(grade(4)));
    assert_eq!(story.effects, []);
    assert_eq!(story.stored(1).effects, [], "sent is told once");
}

#[test]
fn typing_has_no_effect() {
    let story = loaded().then(Action::Rate(grade(4)));
    let story = story.then(Action::Write("slow".to_owned()));
    assert_eq!(story.effects, []);
    let story = story.then(Action::Reach("li@example.cn".to_owned()));
    assert_eq!(story.effects, []);
}

#[test]
fn nothing_is_sent_without_a_grade() {
    for action in [
        Action::Toggle(slug("quick")),
        Action::Choose(Kind::Praise),
        Action::Ask,
        Action::Send,
        Action::Retry,
    ] {
        assert_eq!(loaded().then(action).effects, []);
    }
}

#[test]
fn each_failed_send_begins_a_wait_of_its_own() {
    let wait = |wait, tries, after| [Effect::Wait { wait, tries, after }];
    let story = loaded().then(Action::Rate(grade(4))).lost();
    assert_eq!(story.effects, wait(1, 1, None));
    let story = story
        .then(Action::Retry)
        .then(Action::Failed(Failure::Waiting(Some(500))));
    assert_eq!(story.effects, wait(2, 2, Some(500)));
    let story = story.then(Action::Retry).stored(1);
    let story = story.then(Action::Rate(grade(1))).lost();
    assert_eq!(story.effects, wait(3, 1, None));
}

#[test]
fn a_refused_send_is_told_and_not_retried() {
    let refused = Action::Failed(Failure::Refused("Too late.".to_owned()));
    let story = loaded().then(Action::Rate(grade(4))).then(refused);
    assert_eq!(story.effects, [Effect::Emit("error")]);
}

#[test]
fn a_failure_after_a_later_revision_was_stored_begins_no_wait() {
    let story = loaded().then(Action::Rate(grade(4))).stored(2).lost();
    assert_eq!(story.effects, []);
}

#[test]
fn a_form_that_failed_to_load_is_requested_again_once_the_collector_answers() {
    let story = Story::default().then(Action::Loaded(Err(Failure::Waiting(None))));
    let story = story.then(Action::Rate(grade(4))).stored(1);
    assert_eq!(story.effects, [Effect::Emit("sent"), Effect::LoadForm]);
}

#[test]
fn the_refusal_of_an_earlier_visit_is_forgotten_once() {
    let mut story = loaded();
    story.state.earlier = Some("Too late.".to_owned());
    let story = story.then(Action::Closed);
    assert_eq!(
        story.effects,
        [Effect::Emit("close"), Effect::ForgetRefused]
    );
    assert_eq!(story.then(Action::Closed).effects, [Effect::Emit("close")]);
}

#[test]
fn closing_a_finished_panel_begins_a_new_feedback() {
    let rated = loaded().then(Action::Rate(grade(4))).stored(1);
    let unfinished = rated.then(Action::Closed);
    assert_eq!(unfinished.effects, [Effect::Emit("close")]);
    let finished = unfinished.then(Action::Send).then(Action::Closed);
    assert_eq!(
        finished.effects,
        [Effect::Emit("close"), Effect::ForgetIdentity]
    );
}
