//! Pages for people: in their language, and without a script.

use huiyin_tests::answer::Answer;
use huiyin_tests::collector::Installation;
use huiyin_tests::submission::Submission;

#[tokio::test]
async fn every_page_speaks_both_languages_without_a_script() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let rating = Submission::new("tax", 4).comment("好");
    let receipt = collector.send(&rating).await.receipt();
    for (path, zh, en) in [
        ("/?", "部门满意度", "Satisfaction by department"),
        ("/?parent=gov&", "下级部门", "Departments below"),
        ("/?q=tax&", "查找结果", "Search results"),
        ("/d/gov?", "满意度指数", "Index"),
        (
            "/d/tax/rate?",
            "您对这次服务满意吗？",
            "How satisfied are you with this service?",
        ),
        ("/r?", "请输入查询码", "Enter your receipt code"),
        (
            "/r?code=1&",
            "查不到这个查询码",
            "No feedback has this code",
        ),
        (
            &format!("/r/{receipt}?"),
            "我们保存的内容",
            "What we have stored",
        ),
        ("/problems?", "错误类型说明", "Types of problems"),
        ("/nothing?", "页面不存在", "Nothing is here"),
        ("//foreign.example/x?", "页面不存在", "Nothing is here"),
        ("/demo?", "嵌入正文", "In the page"),
    ] {
        for (lang, words) in [("zh-Hans", zh), ("en", en)] {
            let path = format!("{path}lang={lang}");
            let page = collector.get(&path).await;
            let head = format!("<html lang=\"{lang}\">");
            assert!(page.body.contains(&head), "{path}: {}", page.body);
            assert!(page.body.contains(words), "{path}: {}", page.body);
            assert!(!page.body.contains("href=\"//"), "{path} leads elsewhere");
            assert_policy(&path, &page);
        }
    }
}

#[track_caller]
fn assert_policy(path: &str, page: &Answer) {
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
    assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    let scripts = page.body.matches("<script").count();
    if path.starts_with("/demo") {
        let included = page.body.matches(" src=\"/").count();
        assert_eq!((scripts, included), (2, 2), "{path}");
    } else {
        assert_eq!(scripts, 0, "{path}");
        assert!(!policy.contains("script-src"), "{path}: {policy}");
    }
    // What stands in an attribute would need a weaker policy.
    for attribute in [" style=\"", " onclick=", " onload="] {
        assert!(!page.body.contains(attribute), "{path} has{attribute}");
    }
}

#[tokio::test]
async fn the_browsers_language_is_taken_where_the_address_names_none() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (accepted, lang) in [
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("fr", "zh-Hans"),
    ] {
        let request = collector.client().get(collector.url("/"));
        let request = request.header("accept-language", accepted);
        let page = huiyin_tests::collector::ask(request).await;
        let head = format!("<html lang=\"{lang}\">");
        assert!(page.body.contains(&head), "{accepted}: {}", page.body);
        let product = if lang == "en" { "Huiyin" } else { "回音" };
        let title = format!(" · {product}</title>");
        assert!(page.body.contains(&title), "{accepted}: {}", page.body);
    }
}

#[tokio::test]
async fn a_name_is_text_and_never_markup() {
    let name = "<script>alert(1)</script>\"'&";
    let quoted = name.replace('"', "\"\"");
    let installation = Installation::of(&format!(
        "slug,parent,name_zh,name_en\nevil,,\"{quoted}\",\"{quoted}\"\nbelow,evil,下级,\n"
    ));
    let collector = installation.start();
    let rating = Submission::new("below", 1).comment(name);
    let receipt = collector.send(&rating).await.receipt();
    for path in [
        "/",
        "/?parent=evil",
        "/d/evil",
        "/d/below",
        "/d/evil/rate",
        "/demo?department=evil",
        &format!("/r/{receipt}"),
        "/?q=%3Cscript%3Ealert(1)",
    ] {
        let page = collector.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script>"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_search_finds_names_in_both_languages_and_says_when_there_is_nothing() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (search, found, other) in [
        ("税务", "/d/tax", "/d/police"),
        ("police", "/d/police", "/d/tax"),
        ("TAX", "/d/tax", "/d/police"),
    ] {
        let query = serde_urlencoded::to_string([("q", search)]).expect("a query");
        let page = collector.get(&format!("/?{query}")).await.body;
        let link = |to: &str| format!("href=\"{to}\"");
        assert!(page.contains(&link(found)), "{search}: {page}");
        assert!(!page.contains(&link(other)), "{search} found {other}");
    }
    let page = collector.get("/?q=%25&lang=en").await.body;
    assert!(page.contains("No department matches."), "{page}");
}

#[tokio::test]
async fn a_list_is_sorted_as_the_reader_asks() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (department, grade) in [("tax", 2), ("police", 5)] {
        collector.send(&Submission::new(department, grade)).await;
    }
    for (sort, first, second) in [
        ("index", "/d/police", "/d/tax"),
        ("index-low", "/d/tax", "/d/police"),
        ("poor", "/d/tax", "/d/police"),
    ] {
        let path = format!("/?parent=gov&sort={sort}");
        let page = collector.get(&path).await.body;
        let place = |of: &str| page.find(&format!("href=\"{of}\"")).expect("a row");
        assert!(place(first) < place(second), "{sort}");
        assert!(
            page.contains("aria-sort=\"descending\"") || page.contains("aria-sort=\"ascending\""),
            "{sort}"
        );
    }
    let page = collector.get("/?parent=gov").await.body;
    assert!(
        page.contains("sort=index"),
        "no link sorts by index: {page}"
    );
}

#[tokio::test]
async fn a_page_of_very_many_departments_is_light() {
    // More than a large province has.
    let installation = Installation::of_many(23_000);
    let collector = installation.start();
    for number in 0..40_u8 {
        let department = format!("d{}", u16::from(number) * 7);
        collector
            .send(&Submission::new(&department, 1 + number % 5))
            .await;
    }
    for path in [
        "/?parent=all",
        "/?parent=all&sort=index&page=2",
        "/?parent=all&page=460",
        "/?q=2299",
        "/d/all",
    ] {
        let page = collector.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let size = page.body.len();
        assert!(size < 100_000, "{path}: {size} bytes");
        let rows = page.body.matches("<th scope=\"row\"><a ").count();
        assert!((1..=50).contains(&rows), "{path} has {rows} rows");
    }
}
