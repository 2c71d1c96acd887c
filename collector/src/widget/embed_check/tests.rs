//! Pages with the tag as it should be, and with each mistake.

use super::FallbackLevel::{Frame, Nothing, Panel};
use super::*;
use crate::widget::integrity;

const PINNED: &str = "https://h.cn/assets/1.0.0-0123456789ab/huiyin.js";
const LINK: &str = "<noscript><a href=\"https://h.cn/d/tax/rate\">rate</a></noscript>";

const THERE: Known = Known {
    department: true,
    service: true,
};

fn facts() -> Facts {
    Facts {
        origin: Some("https://h.cn".to_owned()),
        known: vec![THERE; 4],
        pinned: Release::Known(b"loader".to_vec()),
        ..Facts::default()
    }
}

fn of(html: &str) -> Report {
    report(&Page::of_file(html.as_bytes()), &facts())
}

fn judged(report: &Report, verdict: Verdict) -> Vec<&str> {
    let judged = report.findings.iter();
    judged
        .filter(|one| one.verdict == verdict)
        .map(|one| one.text.as_str())
        .collect()
}

fn wrong(report: &Report) -> Vec<&str> {
    judged(report, Verdict::Wrong)
}

/// Returns what is only advised.
fn advice(report: &Report) -> Vec<&str> {
    judged(report, Verdict::Advice)
}

#[test]
fn a_page_with_the_tag_as_it_is_printed_or_as_a_module_is_good() {
    let sum = integrity::of(b"loader");
    for attributes in [
        "async src=https://h.cn/huiyin.js".to_owned(),
        format!("async src={PINNED} integrity={sum} crossorigin"),
        // It never holds the page up, and is always fetched as if it were `crossorigin`.
        "type=Module src=https://h.cn/huiyin.js".to_owned(),
        format!("type=Module src={PINNED} integrity={sum}"),
    ] {
        let report = of(&format!(
            "<script {attributes} data-department=tax></script>{LINK}"
        ));
        assert!(report.is_good(), "{report:?}");
        let fine = |one: &Finding| one.verdict == Verdict::Fine;
        assert!(report.findings.iter().all(fine), "{report:?}");
    }
}

#[test]
fn an_element_that_the_page_places_names_the_department_for_its_tag() {
    let page = |department: &str| {
        of(&format!(
            "<script async src=https://h.cn/huiyin.js></script>\
             <huiyin-feedback mode=inline data-department={department}></huiyin-feedback>{LINK}"
        ))
    };
    assert!(page("tax").is_good(), "{:?}", page("tax"));
    assert!(!page("Tax").is_good());
}

#[test]
fn a_page_that_sets_its_departments_later_is_told_so_and_a_tag_alone_is_wrong() {
    let tag = "<script async src=https://h.cn/huiyin.js data-cfasync=false></script>";
    let report = of(&format!("{tag}{LINK}"));
    assert!(
        wrong(&report)[0].contains("are not seen here"),
        "{report:?}"
    );
    let report = of(&format!("{tag}<huiyin-feedback></huiyin-feedback>{LINK}"));
    assert!(report.is_good(), "{report:?}");
    assert!(
        advice(&report)[0].contains("stays empty until it does"),
        "{report:?}"
    );
}

#[test]
fn what_means_nothing_or_is_a_test_is_told_once_and_what_means_something_is_not() {
    for (settings, said) in [
        (
            "data-theme=dark data-position=start data-lang=zh-TW data-placement=foot data-invite=60% \
             data-invite-sample=0.1",
            "",
        ),
        ("data-invite='20s' data-invite-sample=' 1'", ""),
        ("data-theme=blue", "data-theme=\"blue\" means nothing"),
        ("data-position=left", "data-position"),
        ("data-lang=klingon", "data-lang"),
        ("data-lang=zh_TW", "data-lang"),
        ("data-invite=soon", "data-invite"),
        ("data-invite=-5", "data-invite"),
        ("data-invite=150%", "data-invite"),
        ("data-invite=9000000", "data-invite"),
        ("data-invite-sample=2", "data-invite-sample"),
        ("data-invite-sample", "data-invite-sample"),
        ("data-test", "no rating counts"),
    ] {
        let tag = "<script async src=https://h.cn/huiyin.js";
        let element = format!("<huiyin-feedback data-department=tax {settings}></huiyin-feedback>");
        for page in [
            format!("{tag} data-department=tax {settings}></script>"),
            format!("{tag}></script>{element}{element}"),
        ] {
            let report = of(&format!("{page}{LINK}"));
            assert!(report.is_good(), "{report:?}");
            let advice = advice(&report);
            assert_eq!(advice.len(), usize::from(!said.is_empty()), "{advice:?}");
            assert!(advice.iter().all(|one| one.contains(said)), "{advice:?}");
        }
    }
}

#[test]
fn what_stands_at_the_wrong_place_is_told() {
    for (tag, element, said) in [
        ("mode=inline", "", "for <huiyin-feedback>"),
        ("data-test", "", "data-test means nothing on a tag without"),
        ("", "mode=modal", "it takes inline"),
    ] {
        let report = of(&format!(
            "<script async src=https://h.cn/huiyin.js {tag}></script>\
             <huiyin-feedback data-department=tax {element}></huiyin-feedback>{LINK}"
        ));
        let advice = advice(&report);
        assert_eq!(advice.len(), 1, "{advice:?}");
        assert!(advice[0].contains(said), "{advice:?}");
    }
}

#[test]
fn a_loader_that_does_not_answer_is_told() {
    let facts = Facts {
        unreachable: Some("connection refused".to_owned()),
        ..facts()
    };
    let html = "<script async src=https://h.cn/huiyin.js data-department=tax></script>";
    let report = report(&Page::of_file(html.as_bytes()), &facts);
    let told = "https://h.cn/huiyin.js cannot be fetched from here: connection refused";
    assert_eq!(wrong(&report), [told]);
}

#[test]
fn each_mistake_is_named() {
    let good = "<script async src=https://h.cn/huiyin.js data-department=tax></script>";
    for (html, said) in [
        (String::new(), "there is no tag"),
        (
            good.replace("data-department", "data-departement"),
            "names no department",
        ),
        (good.replace("huiyin.js", "huiyn.js"), "is no huiyin.js"),
        (good.replace("=tax", "=Tax"), "can be called"),
        // The panel would not know it either.
        (good.replace("=tax", "='tax '"), "can be called"),
        (format!("<template>{good}</template>"), "there is no tag"),
        (good.replace("async", "type=text/plain"), "keeps the loader"),
        (
            good.replace("async", "type=module")
                .replace(".js", ".js?v=2"),
            "as a module",
        ),
        (good.replace("https:", "http:"), "without TLS"),
        (
            good.replace("h.cn", "other.cn"),
            "the collector is https://h.cn",
        ),
        (good.replace("https://h.cn", ""), "names no collector"),
        (
            good.replace("async", "integrity=sha384-x"),
            "after every upgrade",
        ),
        (good.replace("cn/h", "cn/lib/h"), "no loader stands"),
        (
            good.replace("https://h.cn/huiyin.js", PINNED)
                .replace("async", "integrity=sha384-x crossorigin"),
            "is not the loader's",
        ),
    ] {
        let report = of(&html);
        assert!(!report.is_good(), "{html}: {report:?}");
        let named = wrong(&report).iter().any(|text| text.contains(said));
        assert!(named, "{said} in {report:?}");
    }
    let unknown = Facts {
        known: vec![Known::default()],
        pinned: Release::Unknown,
        ..facts()
    };
    let page = good.replace("https://h.cn/huiyin.js", PINNED);
    let report = report(&Page::of_file(page.as_bytes()), &unknown);
    assert_eq!(wrong(&report).len(), 2, "{report:?}");
}

#[test]
fn a_loader_that_no_browser_runs_draws_no_button() {
    let sum = integrity::of(b"loader");
    let own = "src=https://page.cn/huiyin.js";
    let pinned = format!("src={PINNED} integrity={sum}");
    let unknown = Facts {
        pinned: Release::Unknown,
        ..facts()
    };
    for (source, facts, level) in [
        ("src=http://h.cn/huiyin.js", facts(), Nothing),
        ("src=http://localhost/huiyin.js", facts(), Panel),
        ("src=https://h.cn/js/huiyin.js", facts(), Nothing),
        (
            "src=https://h.cn/huiyin.js type=text/plain",
            facts(),
            Nothing,
        ),
        ("src=https://h.cn/huiyin.js?1 type=module", facts(), Nothing),
        (&pinned, facts(), Nothing),
        (&format!("{pinned} crossorigin"), facts(), Panel),
        (&pinned.replace("h.cn", "page.cn"), facts(), Panel),
        (&pinned, unknown, Nothing),
        // From another place, and with more after every upgrade, but it runs.
        (own, facts(), Panel),
    ] {
        let html = format!("<script async {source} data-department=tax></script>");
        let address = Url::parse("https://page.cn/pay").ok();
        let page = Page::read(address, [].into_iter(), html.as_bytes());
        assert_eq!(report(&page, &facts).level, level, "{source}");
    }
}

#[test]
fn a_page_may_say_what_its_addresses_are_relative_to() {
    let html = "<base href=https://h.cn/><base href=https://other.cn/>\
        <script async src=huiyin.js data-department=tax></script>\
        <noscript><a href=d/tax/rate>rate</a></noscript>";
    assert!(of(html).is_good(), "{:?}", of(html));
}

#[test]
fn everybody_on_the_page_is_looked_for_once() {
    let page = Page::of_file(
        b"<script async src=https://h.cn/huiyin.js></script>\
          <huiyin-feedback data-department=tax></huiyin-feedback>\
          <huiyin-feedback data-department=tax data-placement=foot></huiyin-feedback>\
          <huiyin-feedback data-department=hall data-service=licence></huiyin-feedback>\
          <huiyin-feedback data-department=nosuch></huiyin-feedback>\
          <huiyin-feedback></huiyin-feedback>",
    );
    let found = Found::on(&page);
    let names: Vec<&str> = found[0].subjects.iter().map(|one| one.department).collect();
    assert_eq!(names, ["tax", "hall", "nosuch"]);
    let known = Known {
        service: false,
        ..THERE
    };
    let facts = Facts {
        known: vec![THERE, known, Known::default()],
        ..facts()
    };
    let report = report(&page, &facts);
    let expected = [
        "hall has no service \"licence\"",
        "no department is called nosuch; `huiyin department list` names them",
    ];
    assert_eq!(wrong(&report), expected, "{report:?}");
    let empty = |text: &&str| text.starts_with("a huiyin-feedback names no");
    assert!(advice(&report).iter().any(empty), "{report:?}");
}

#[test]
fn a_policy_that_allows_too_little_says_what_it_lacks() {
    let good = "<script async src=https://h.cn/huiyin.js data-department=tax></script>";
    let page = format!(
        "HTTP/1.1 200 OK\r\nContent-Security-Policy: script-src https://h.cn; \
         require-trusted-types-for 'script'\r\n\r\n{good}"
    );
    let report = of(&page);
    assert_eq!((report.level, report.is_good()), (Frame, false));
    assert_eq!(report.lacks, ["script-src https://h.cn 'wasm-unsafe-eval'"]);
    let types = |one: &Finding| one.text.contains("trusted types");
    assert!(report.findings.iter().any(types), "{report:?}");
}
