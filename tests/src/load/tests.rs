//! The generator against small servers that do what it must notice.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use super::{Load, Requests};

const CREATED: &str = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
const BUSY: &str = "HTTP/1.1 503 Busy\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
const RUDE: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";

/// Serves each connection with these answers in turn, each after a delay; closes where there is
/// none.
fn server(answers: &'static [&'static str], delay: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                for answer in answers.iter().cycle() {
                    let mut request = [0; 4_096];
                    if stream.read(&mut request).unwrap_or(0) == 0 || answer.is_empty() {
                        return;
                    }
                    thread::sleep(delay);
                    if stream.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn load(server: SocketAddr) -> Load {
    Load {
        server,
        connections: 2,
        warm_up: Duration::from_millis(50),
        window: Duration::from_millis(300),
    }
}

fn requests() -> Requests {
    Requests::get("/")
}

#[test]
fn a_closed_loop_asks_as_fast_as_it_is_answered() {
    let load = load(server(&[CREATED], Duration::from_millis(10)));
    let report = load.closed(&mut requests()).expect("runs");
    // Two connections at 10 ms make 60 in 300 ms; a loaded machine may manage fewer, never more.
    assert!((4..=62).contains(&report.accepted()), "{report:?}");
    assert!(report.quantile(0.5) >= Duration::from_millis(10));
    assert_eq!(report.failed(), 0);
}

#[test]
fn refusals_are_counted_and_those_without_a_time_as_well() {
    let load = load(server(&[CREATED, BUSY, RUDE], Duration::ZERO));
    let report = load.closed(&mut requests()).expect("runs");
    assert!(report.statuses[&201] > 0);
    assert!(report.without_retry_after > 0);
    assert!(report.without_retry_after < report.statuses[&503]);
}

#[test]
fn a_connection_that_ends_is_counted_and_made_again() {
    let load = load(server(&[CREATED, ""], Duration::ZERO));
    let report = load.closed(&mut requests()).expect("runs");
    assert!(report.broken > 1, "{report:?}");
    assert!(report.accepted() > 2, "{report:?}");
}

#[test]
fn a_fixed_rate_counts_the_wait_for_a_free_connection() {
    // Two connections answer at most 100 a second; 400 are planned.
    let load = load(server(&[CREATED], Duration::from_millis(20)));
    let report = load.open(400.0, &mut requests()).expect("runs");
    assert!(
        report.quantile(1.0) >= Duration::from_millis(100),
        "{report:?}"
    );
    assert!(report.unsent > 0, "{report:?}");
    let planned = report.accepted() + report.failed();
    assert!((110..=130).contains(&planned), "{planned} of 120");
}
