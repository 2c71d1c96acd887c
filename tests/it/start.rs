//! The collector is there at once, and goes without dropping anyone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::{Citizens, Memory};
use huiyin_tests::collector::{Installation, Kind};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::{cycles, time_limit};
use huiyin_tests::submission::Submission;
use huiyin_tests::wait::PATIENCE;
use huiyin_tests::{turn, wait};
use tokio::task::block_in_place;

/// Opens a request whose head has been read and whose body is still on its way.
fn begin(address: SocketAddr, body: &str) -> TcpStream {
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
    let address = collector.address();
    let requests: Vec<_> = (0..20)
        .map(|_| Submission::new("tax", 5).body())
        .map(|body| (begin(address, &body), body))
        .collect();
    collector.terminate();
    wait::until("new connections are refused", async || {
        TcpStream::connect(address).is_err().then_some(())
    })
    .await;
    for (mut stream, body) in requests {
        stream.write_all(body.as_bytes()).expect("the body is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    }
    assert_eq!(collector.ended().code(), Some(0));
    assert_eq!(installation.stored(), 20);
}

/// Tells collectors under load to stop; what each has stored, it must have acknowledged as well.
async fn nobody_is_cut_off(kind: Kind, name: &str) {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government_on(kind);
    let (mut dice, seed) = Dice::with_any_seed();
    let mut memory = Memory::default();
    let mut slowest = Duration::ZERO;
    let rounds = cycles(3, 100);
    for _ in 0..rounds {
        let collector = installation.start();
        let citizens = Citizens::rate(&[&collector], &["tax", "police"], 32, &mut dice);
        citizens.until_acknowledged(100 + dice.throw(400)).await;
        collector.terminate();
        let told = Instant::now();
        let status = block_in_place(|| collector.ended());
        slowest = slowest.max(told.elapsed());
        assert_eq!(status.code(), Some(0));
        memory.add(citizens.go_home().await);
        // Counted before anything is sent again: who was stored was told so.
        assert_eq!(installation.stored(), memory.acknowledged(), "seed {seed}");
    }
    let measured = format!(
        "{rounds} times, {} acknowledged, as many stored, ended within {slowest:.1?}",
        memory.acknowledged()
    );
    figure(name, &measured);
    let collector = Arc::new(installation.start());
    assert_eq!(memory.missing_at(&collector).await, 0);
    assert!(slowest < time_limit(Duration::from_secs(10)), "{slowest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_told_to_stop_under_load_cuts_nobody_off() {
    nobody_is_cut_off(Kind::Sqlite, "told to stop, SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_on_a_server_that_is_told_to_stop_under_load_cuts_nobody_off() {
    nobody_is_cut_off(Kind::Postgres, "told to stop, PostgreSQL").await;
}

#[tokio::test]
async fn two_collectors_do_not_share_an_address_silently() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let address = collector.address().to_string();
    let finished = Installation::empty().run(&["serve", "--listen", &address]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(finished.stderr.contains(&address), "{finished:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_end_leaves_one_file_which_a_backup_can_replace() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let sent = collector.send(&Submission::new("tax", 4)).await;
    assert_eq!(sent.status, 201);
    assert_eq!(collector.get("/d/tax").await.status, 200);
    collector.terminate();
    assert!(block_in_place(|| collector.ended()).success());
    assert_eq!(installation.run(&["score", "tax"]).code, Some(0));
    for end in ["-wal", "-shm"] {
        let left = format!("huiyin.db{end}");
        assert!(!installation.path(&left).exists(), "{left} was left");
    }
    let log = installation.log();
    assert!(log.contains("the collector serves") && log.contains("the collector has stopped"));
}
