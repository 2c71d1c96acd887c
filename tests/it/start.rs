//! The collector is there at once, and goes without dropping anyone.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::Installation;
use huiyin_tests::submission::Submission;
use huiyin_tests::wait::PATIENCE;
use huiyin_tests::{turn, wait};

const PROVINCE: &str = include_str!("../data/departments.csv");

#[tokio::test]
async fn the_first_answer_comes_at_once_after_a_restart() {
    let _turn = turn::heavy().await;
    let installation = Installation::of(PROVINCE);
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let collector = installation.start();
        assert_eq!(collector.get("/healthz").await.status, 200);
        times.push(started.elapsed());
        collector.terminate();
        assert!(collector.ended().success());
    }
    times.sort();
    let measured = format!("median {:?} of {times:?}", times[2]);
    figure("start to first answer", &measured);
    assert!(times[2] < Duration::from_millis(200), "{times:?}");
}

/// Opens a request whose head has been read and whose body is still on its way.
fn begin(address: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    let head = format!(
        "POST /api/v1/feedback HTTP/1.1\r\nHost: huiyin\r\nContent-Type: text/plain\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    // The collector says this only once it waits for the body.
    let mut leave = [0; 25];
    stream.read_exact(&mut leave).expect("leave to go on");
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn a_collector_that_is_told_to_stop_answers_what_it_has_accepted() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let address = collector.origin().trim_start_matches("http://").to_owned();
    let requests: Vec<_> = (0..20)
        .map(|_| Submission::new("tax", 5).body())
        .map(|body| (begin(&address, &body), body))
        .collect();
    collector.terminate();
    wait::until("new connections are refused", async || {
        TcpStream::connect(&address).is_err().then_some(())
    })
    .await;
    for (mut stream, body) in requests {
        stream.write_all(body.as_bytes()).expect("the body is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    }
    assert_eq!(collector.ended().code(), Some(0));
    assert!(installation.verify().starts_with("20 feedback"));
}

#[tokio::test]
async fn two_collectors_do_not_share_an_address_silently() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let address = collector.origin().trim_start_matches("http://");
    let finished = Installation::empty().run(&["serve", "--listen", address]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(finished.stderr.contains(address), "{finished:?}");
}
