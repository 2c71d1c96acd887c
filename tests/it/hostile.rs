//! Clients that mean no good: what they gain, and what it costs the others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::{Collector, Installation, ask};
use huiyin_tests::effort::time_limit;
use huiyin_tests::submission::Submission;
use tokio::task::spawn_blocking;

/// Sends ratings, each with other words about where it comes from; returns how many were stored
/// and how many were refused as too often.
async fn spoofed(collector: &Collector, count: u32) -> (usize, usize) {
    let mut tasks = tokio::task::JoinSet::new();
    for part in 0..16 {
        let (client, url) = (
            collector.client().clone(),
            collector.url("/api/v1/feedback"),
        );
        tasks.spawn(async move {
            let (mut stored, mut refused) = (0, 0);
            for number in (part..count).step_by(16) {
                let [_, a, b, c] = number.to_be_bytes();
                let claimed = format!("11.{a}.{b}.{c}");
                let request = client.post(&url).header("content-type", "application/json");
                let request = request
                    .header("x-forwarded-for", format!("198.51.100.7, {claimed}"))
                    .header("x-real-ip", &claimed)
                    .header("x-client-ip", &claimed)
                    .header("forwarded", format!("for={claimed}"));
                let answer = ask(request.body(Submission::new("tax", 4).body())).await;
                match answer.status {
                    201 => stored += 1,
                    429 => {
                        refused += 1;
                        let wait: u64 = answer.header("retry-after").parse().expect("seconds");
                        assert!((1..=20).contains(&wait), "{answer:?}");
                        assert_eq!(answer.problem(), "too-often");
                        assert_eq!(answer.header("access-control-allow-origin"), "*");
                        assert_eq!(
                            answer.header("access-control-expose-headers"),
                            "retry-after"
                        );
                    }
                    _ => panic!("neither stored nor refused: {answer:?}"),
                }
            }
            (stored, refused)
        });
    }
    let each = tasks.join_all().await;
    let sum = |sum: (usize, usize), one: (usize, usize)| (sum.0 + one.0, sum.1 + one.1);
    each.into_iter().fold((0, 0), sum)
}

#[tokio::test]
async fn an_address_that_anyone_could_have_written_buys_nothing() {
    const COUNT: u32 = 10_000;
    let installation = Installation::of_government();
    let limit = ["--public-minimum", "1", "--rate-limit", "300"];
    let collector = installation.start_with(&limit);
    let started = Instant::now();
    let (stored, refused) = spoofed(&collector, COUNT).await;
    let quota = 300 + usize::try_from(started.elapsed().as_secs() + 1).expect("few") * 5;
    figure(
        "spoofed",
        &format!("{stored} of {COUNT} stored, {quota} allowed"),
    );
    assert!((300..=quota).contains(&stored), "{stored} of {quota}");
    assert_eq!(stored + refused, 10_000);
    assert_eq!(collector.n("tax").await, stored as u64);
    // Looking is not limited, and health is not.
    assert_eq!(collector.get("/healthz").await.status, 200);
    drop(collector);
    // Where the operator vouches for who wrote it, each address has a bucket of its own.
    let trusted = [&limit[..], &["--trusted-proxies", "127.0.0.1,10.0.0.0/8"]].concat();
    let collector = installation.start_with(&trusted);
    let (stored, refused) = spoofed(&collector, 1_000).await;
    assert_eq!((stored, refused), (1_000, 0));
}

/// Sends a head that promises a body, then a byte at a time; returns the answer and how long it
/// took.
fn drip(server: SocketAddr, between: Option<Duration>) -> (String, Duration) {
    let mut stream = TcpStream::connect(server).expect("a connection");
    let head = b"POST /api/v1/feedback HTTP/1.1\r\nhost: huiyin\r\ncontent-length: 500\r\n\r\n{";
    stream.write_all(head).expect("a head is sent");
    let started = Instant::now();
    if let Some(between) = between {
        let mut dripping = stream.try_clone().expect("a second handle");
        std::thread::spawn(move || {
            while dripping.write_all(b" ").is_ok() {
                std::thread::sleep(between);
            }
        });
    }
    let patience = Duration::from_secs(30);
    stream.set_read_timeout(Some(patience)).expect("a limit");
    let mut answer = Vec::new();
    let mut chunk = [0; 4_096];
    // Closed or reset, both end it.
    while let Ok(read @ 1..) = stream.read(&mut chunk) {
        answer.extend_from_slice(&chunk[..read]);
    }
    (
        String::from_utf8_lossy(&answer).into_owned(),
        started.elapsed(),
    )
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_is_told_and_cut_off() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let server = collector.address();
    let stalled = spawn_blocking(move || drip(server, None));
    let dripping = spawn_blocking(move || drip(server, Some(Duration::from_millis(700))));
    for (client, longest) in [(stalled, 13), (dripping, 19)] {
        let (answer, took) = client.await.expect("an answer or an end");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(took < time_limit(Duration::from_secs(longest)), "{took:?}");
    }
}
