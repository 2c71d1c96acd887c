//! Policies as governments write them, and what becomes of the tag under each.

use super::FallbackLevel::{Frame, Link, Nothing, Panel};
use super::*;

fn needs(nonce: Option<&str>, sums: &[&str]) -> Needs {
    let url = |text| Url::parse(text).expect("an address");
    Needs {
        page: url("https://tax.example.gov.cn/pay"),
        loader: url("https://h.cn/huiyin.js"),
        nonce: nonce.map(str::to_owned),
        sums: sums.iter().map(|sum| (*sum).to_owned()).collect(),
    }
}

fn level(header: &str, needs: &Needs) -> FallbackLevel {
    let policies: Vec<Policy> = Policy::of_header(header).collect();
    allowed(&policies, needs).level()
}

#[test]
fn a_citizen_gets_what_the_policy_leaves() {
    const ALL: &str = "script-src https://h.cn 'wasm-unsafe-eval'; connect-src https://h.cn; \
                       frame-src https://h.cn";
    for (policy, expected) in [
        ("", Panel),
        ("upgrade-insecure-requests; frame-ancestors 'self'", Panel),
        ("img-src 'self'; style-src 'self'", Panel),
        (ALL, Panel),
        ("default-src *; script-src * 'unsafe-eval'", Panel),
        ("default-src https: 'unsafe-inline' 'unsafe-eval'", Panel),
        ("default-src https://h.cn 'wasm-unsafe-eval'", Panel),
        (
            "script-src-elem https://h.cn; script-src 'wasm-unsafe-eval'",
            Panel,
        ),
        ("script-src-elem https://h.cn", Panel),
        ("SCRIPT-SRC HTTPS://H.CN 'WASM-UNSAFE-EVAL'", Panel),
        // The first of a name holds.
        ("script-src https://h.cn; script-src * 'unsafe-eval'", Frame),
        ("default-src *", Frame),
        ("default-src 'self' https:", Frame),
        ("script-src https://h.cn", Frame),
        (
            "script-src https://h.cn 'wasm-unsafe-eval'; connect-src 'self'",
            Frame,
        ),
        ("script-src https://h.cn/huiyin.js 'wasm-unsafe-eval'", Link),
        (
            "script-src https://h.cn 'wasm-unsafe-eval'; default-src 'self'; child-src h.cn",
            Frame,
        ),
        ("script-src https://h.cn; frame-src 'self'", Link),
        ("default-src 'self'; script-src *.cn", Link),
        ("script-src https://h.cn; child-src 'none'", Link),
        ("default-src 'self'", Nothing),
        ("default-src 'none'", Nothing),
        ("script-src", Nothing),
        ("script-src 'self' 'unsafe-inline' 'unsafe-eval'", Nothing),
        (
            "script-src-elem 'self'; script-src https://h.cn 'wasm-unsafe-eval'",
            Nothing,
        ),
        ("sandbox allow-forms", Nothing),
        ("sandbox allow-forms allow-scripts", Panel),
        // Each of several must allow it.
        (&format!("{ALL}, default-src 'self'"), Nothing),
        (&format!("{ALL}, script-src https:"), Frame),
        // A nonce or a sum that the tag has not.
        ("script-src 'nonce-abc' 'wasm-unsafe-eval'", Nothing),
        (
            "script-src 'nonce-abc' 'strict-dynamic' https: 'wasm-unsafe-eval'",
            Nothing,
        ),
    ] {
        assert_eq!(level(policy, &needs(None, &[])), expected, "{policy}");
    }
}

#[test]
fn a_nonce_or_a_sum_lets_the_tag_in() {
    let nonce = needs(Some("abc"), &[]);
    let sum = needs(None, &["sha384-A+/="]);
    for (policy, needs, expected) in [
        ("script-src 'nonce-abc' 'wasm-unsafe-eval'", &nonce, Panel),
        (
            "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'",
            &nonce,
            Panel,
        ),
        ("script-src 'nonce-abc' 'strict-dynamic'", &nonce, Frame),
        (
            "script-src 'nonce-other' 'wasm-unsafe-eval'",
            &nonce,
            Nothing,
        ),
        ("script-src 'nonce-ABC'", &nonce, Nothing),
        // Both alphabets of base64 are one in a sum, and two in a nonce.
        ("script-src 'nonce-a/b'", &needs(Some("a_b"), &[]), Nothing),
        // A sum is the loader's alone, unless trust is handed on.
        ("script-src 'sha384-A+/=' 'wasm-unsafe-eval'", &sum, Link),
        (
            "script-src 'sha384-A-_=' 'wasm-unsafe-eval' 'strict-dynamic'",
            &sum,
            Panel,
        ),
        ("script-src 'sha384-B' 'wasm-unsafe-eval'", &sum, Nothing),
    ] {
        assert_eq!(level(policy, needs), expected, "{policy}");
    }
}

#[test]
fn what_is_to_be_added_lets_the_panel_run() {
    let needs = needs(None, &[]);
    for (policy, lacks) in [
        (
            "default-src 'none'",
            vec![
                "script-src https://h.cn 'wasm-unsafe-eval'",
                "connect-src https://h.cn",
                "frame-src https://h.cn",
            ],
        ),
        (
            "default-src 'self' cdn.cn",
            vec![
                "script-src 'self' cdn.cn https://h.cn 'wasm-unsafe-eval'",
                "connect-src 'self' cdn.cn https://h.cn",
                "frame-src 'self' cdn.cn https://h.cn",
            ],
        ),
        (
            "script-src 'self'; child-src 'self'",
            vec![
                "script-src 'self' https://h.cn 'wasm-unsafe-eval'",
                "frame-src 'self' https://h.cn",
            ],
        ),
        (
            "script-src-elem 'self'; script-src 'self'",
            vec![
                "script-src-elem 'self' https://h.cn",
                "script-src 'self' 'wasm-unsafe-eval'",
            ],
        ),
        ("script-src https: 'wasm-unsafe-eval'", vec![]),
        (
            "sandbox allow-forms",
            vec!["sandbox allow-forms allow-scripts"],
        ),
    ] {
        let before = Policy::parse(policy);
        assert_eq!(before.lacks(&needs), lacks, "{policy}");
        let after = Policy::parse(&format!("{}; {policy}", lacks.join("; ")));
        assert_eq!(after.allows(&needs).level(), Panel, "{policy}");
        assert!(after.lacks(&needs).is_empty(), "{policy}");
    }
}

#[test]
fn where_only_a_nonce_counts_it_is_asked_for() {
    let policy = Policy::parse("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'");
    assert!(policy.wants_nonce(&needs(None, &[])));
    assert!(!policy.wants_nonce(&needs(Some("abc"), &[])));
    assert!(policy.lacks(&needs(None, &[])).is_empty());
}

#[test]
fn a_meta_may_not_say_everything() {
    assert_eq!(Policy::of_meta("sandbox; frame-ancestors 'none'"), None);
    let policy = Policy::of_meta("default-src 'self'; sandbox").expect("a policy");
    assert_eq!(policy, Policy::parse("default-src 'self'"));
}
