//! More requests than can be served: whoever is refused is told so, and memory does not grow.
//!
//! How much is served meanwhile, and how fast, is measured in `tests/measured/`.

use std::time::Duration;

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::Installation;
use huiyin_tests::effort::cycles;
use huiyin_tests::load::{ADDRESS, HalfOpen, ID, Load, Requests, resident_memory, run};
use huiyin_tests::replay::DEPARTMENTS;
use huiyin_tests::submission::Submission;
use huiyin_tests::turn;

#[tokio::test]
async fn who_cannot_be_served_is_told_when_to_come_back() {
    // More at once than the collector lets wait.
    const CONNECTIONS: usize = 3_000;
    let _turn = turn::heavy().await;
    let installation = Installation::of(DEPARTMENTS);
    let collector = installation.start();
    let load = Load {
        server: collector.address(),
        connections: CONNECTIONS,
        warm_up: Duration::ZERO,
        window: Duration::from_secs(3),
    };
    let mut requests = Requests::ratings().expect("real texts");
    let report = run(move || load.closed(&mut requests).expect("runs")).await;
    figure("refused under overload", &format!("{report}"));
    assert!(report.accepted() > 0, "{report}");
    assert!(report.statuses.contains_key(&503), "{report}");
    assert_eq!(report.without_retry_after, 0, "{report}");
    let mut statuses = report.statuses.keys();
    assert!(
        statuses.all(|status| [201, 503].contains(status)),
        "{report}"
    );
    assert_eq!(collector.get("/healthz").await.status, 200);
    let sent = collector.send(&Submission::new("p42", 5)).await;
    assert_eq!(sent.status, 201, "{sent:?}");
}

#[tokio::test]
async fn half_open_connections_keep_no_honest_client_out() {
    let _turn = turn::heavy().await;
    let installation = Installation::of(DEPARTMENTS);
    let collector = installation.start();
    let server = collector.address();
    let count = usize::try_from(cycles(500, 2_000)).expect("few");
    let half = run(move || HalfOpen::hold(server, count)).await;
    let load = Load {
        server,
        connections: 8,
        warm_up: Duration::ZERO,
        window: Duration::from_secs(2),
    };
    let mut requests = Requests::ratings().expect("real texts");
    let report = run(move || load.closed(&mut requests).expect("runs")).await;
    assert_eq!(report.failed(), 0, "{report}");
    assert!(report.accepted() > 0, "{report}");
    drop(half);
}

#[tokio::test]
async fn many_pages_agents_and_addresses_leave_memory_as_it_is() {
    const MEBIBYTE: u64 = 1 << 20;
    let _turn = turn::heavy().await;
    let installation = Installation::of(DEPARTMENTS);
    let collector =
        installation.start_with(&["--rate-limit", "300", "--trusted-proxies", "127.0.0.1"]);
    let page = format!("https://www.example.gov.cn/{ID}");
    let headers = format!(
        "user-agent: {ID}\r\nreferer: https://example.org/{ID}\r\nx-forwarded-for: {ADDRESS}\r\n"
    );
    let mut requests = Requests::ratings_from(&page, &headers).expect("real texts");
    let load = Load {
        server: collector.address(),
        connections: 64,
        warm_up: Duration::ZERO,
        window: Duration::from_secs(2),
    };
    let wanted = cycles(100_000, 1_000_000);
    let (mut sent, mut first) = (0, 0);
    while sent < wanted {
        let (report, again) = run(move || {
            let report = load.closed(&mut requests).expect("runs");
            (report, requests)
        })
        .await;
        assert_eq!(report.failed(), 0, "{report}");
        requests = again;
        sent += report.accepted();
        if first == 0 {
            first = resident_memory(collector.process()).expect("it runs");
        }
    }
    let last = resident_memory(collector.process()).expect("it runs");
    let measured = format!(
        "{} MiB after {sent} pages, agents and addresses, {} MiB after the first seconds",
        last / MEBIBYTE,
        first / MEBIBYTE
    );
    figure("memory", &measured);
    assert!(last <= first + 32 * MEBIBYTE, "{measured}");
    assert!(last <= 96 * MEBIBYTE, "{measured}");
}
