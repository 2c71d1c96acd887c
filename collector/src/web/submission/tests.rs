//! What is read from bodies and forms, and what is refused.

use super::*;
use crate::web::json::Json;
use serde_json::json;

fn body(changes: &serde_json::Value) -> String {
    let mut fields = json!({
        "id": "01920000-0000-7fff-bfff-ffffffffffff", "edit_key": "AAAAAAAAAAAAAAAAAAAAAA",
        "revision": 1, "department": "tax", "rating": 5,
    });
    for (name, value) in changes.as_object().expect("an object") {
        fields[name] = value.clone();
    }
    fields.to_string()
}

fn parse(changes: &serde_json::Value) -> Result<Submission, Invalid> {
    let body = body(changes);
    let body = Json(body.into());
    let sent: Sent<'_> = body.object().expect("an object is read");
    sent.parse()
}

#[test]
fn each_wrong_field_has_its_own_refusal() {
    let long = "好".repeat(2_001);
    for (changes, expected) in [
        (json!({"rating": 0}), Invalid::Rating),
        (json!({"rating": 6}), Invalid::Rating),
        (json!({"rating": 3.5}), Invalid::Rating),
        (json!({"rating": "5"}), Invalid::Rating),
        (json!({"rating": null}), Invalid::Rating),
        (json!({"rating": 300}), Invalid::Rating),
        (json!({"id": 7}), Invalid::Id),
        (json!({"edit_key": "short"}), Invalid::EditKey),
        (json!({"revision": 0}), Invalid::Revision),
        (json!({"revision": 4_294_967_297_u64}), Invalid::Revision),
        (json!({"department": "Tax"}), Invalid::Department),
        (json!({"service": "a b"}), Invalid::Service),
        (json!({"placement": "a\nb"}), Invalid::Placement),
        (json!({"comment": long}), Invalid::CommentTooLong),
        (json!({"comment": "\u{0}"}), Invalid::CommentControl),
        (json!({"kind": "rant"}), Invalid::Kind),
        (
            json!({"wants_answer": true, "contact": "1".repeat(101)}),
            Invalid::Contact,
        ),
        (
            json!({"wants_answer": true, "contact": "a\u{0}"}),
            Invalid::Contact,
        ),
        (
            json!({"wants_answer": true, "contact": 1}),
            Invalid::Contact,
        ),
        (json!({"drivers": ["a b"]}), Invalid::Drivers),
        (json!({"drivers": vec!["fast"; 9]}), Invalid::Drivers),
        (json!({"lang": "../etc"}), Invalid::Language),
    ] {
        assert_eq!(parse(&changes), Err(expected), "{changes}");
    }
}

#[test]
fn what_only_describes_is_dropped_and_not_refused() {
    let submission = parse(&json!({"page": "file:///c:/x.html", "age_ms": 1e30, "extra": {}}))
        .expect("a submission");
    assert_eq!((submission.page, submission.age_ms), (None, None));
}

#[test]
fn a_form_with_broken_characters_is_refused() {
    let form = Form::read(b"rating=5&comment=%E5%A5");
    assert_eq!(form.err(), Some(ProblemType::InvalidUtf8));
}

#[test]
fn a_form_says_the_same_as_json() {
    let form = b"id=01920000-0000-7fff-bfff-ffffffffffff&edit_key=AAAAAAAAAAAAAAAAAAAAAA\
        &revision=1&rating=5&comment=%E5%A5%BD&kind=&service=";
    let department: Slug = "tax".parse().expect("a slug");
    let form = Form::read(form).expect("a form");
    assert_eq!(
        form.about(&department).parse(),
        parse(&json!({"comment": "好"}))
    );
}

#[test]
fn of_what_is_ticked_on_a_form_only_the_list_of_the_grade_is_kept() {
    let department: Slug = "tax".parse().expect("a slug");
    for (rating, expected) in [
        ("5", ["quick", "clear"].as_slice()),
        ("3", &["quick", "clear"]),
        ("2", &["slow"]),
    ] {
        let form = format!(
            "id=01920000-0000-7fff-bfff-ffffffffffff&edit_key=AAAAAAAAAAAAAAAAAAAAAA&revision=1\
             &poor=slow&good=quick&good=clear&drivers_version=7&rating={rating}"
        );
        let sent = Form::read(form.as_bytes()).expect("a form");
        let submission = sent.about(&department).parse().expect("a submission");
        let drivers = submission.drivers.as_slice();
        let drivers: Vec<&str> = drivers.iter().map(Slug::as_str).collect();
        assert_eq!(drivers, expected, "{rating}");
        assert_eq!(submission.drivers_version, Some(7));
    }
}

#[test]
fn a_contact_is_kept_only_for_an_answer_that_is_wanted() {
    let contact = |changes: serde_json::Value| {
        let submission = parse(&changes).expect("a submission");
        let contact = submission.contact.map(String::from);
        (submission.wants_answer, contact)
    };
    let number = "13800000000".to_owned();
    for (changes, expected) in [
        (json!({}), (false, None)),
        (json!({"contact": number}), (false, None)),
        (json!({"contact": "1".repeat(101)}), (false, None)),
        (json!({"contact": 1, "wants_answer": "yes"}), (false, None)),
        (
            json!({"contact": number, "wants_answer": false}),
            (false, None),
        ),
        (json!({"wants_answer": true}), (true, None)),
        (json!({"contact": " ", "wants_answer": true}), (true, None)),
        (
            json!({"contact": number, "wants_answer": true}),
            (true, Some(number.clone())),
        ),
    ] {
        assert_eq!(contact(changes.clone()), expected, "{changes}");
    }
}

#[test]
fn whatever_is_in_the_trap_is_a_sign_and_a_time_that_is_none_is_no_sign() {
    for (sent, trap) in [
        (json!({}), false),
        (json!({"trap": null}), false),
        (json!({"trap": ""}), false),
        (json!({"trap": " "}), true),
        (json!({"trap": "https://example.com"}), true),
        (json!({"trap": 0}), true),
    ] {
        assert_eq!(parse(&sent).expect("a submission").trap, trap, "{sent}");
    }
    for (sent, elapsed) in [
        (json!(0), Some(0)),
        (json!(1e30), None),
        (json!(-1), None),
        (json!("399"), None),
    ] {
        let submission = parse(&json!({"elapsed_ms": sent})).expect("a submission");
        assert_eq!(submission.elapsed_ms, elapsed, "{sent}");
    }
}
