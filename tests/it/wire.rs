//! What no browser would send: the answer is a refusal or nothing, and the next client is served.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use huiyin_tests::collector::Installation;

/// Sends these bytes, which ask for the connection to be closed, and returns the statuses of all answers.
fn send(server: SocketAddr, bytes: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(server).expect("a connection");
    let patience = Duration::from_secs(20);
    stream.set_read_timeout(Some(patience)).expect("a limit");
    // The collector may hang up in the middle.
    drop(stream.write_all(bytes));
    let mut answers = Vec::new();
    drop(stream.read_to_end(&mut answers));
    let answers = String::from_utf8_lossy(&answers);
    let statuses = answers.split("HTTP/1.1 ").skip(1);
    let status = |answer: &str| answer.get(..3).and_then(|status| status.parse().ok());
    statuses.filter_map(status).collect()
}

fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: huiyin\r\nconnection: close\r\n{headers}\r\n")
        .into_bytes()
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    let about = "host: huiyin\r\nconnection: close\r\ncontent-type: application/json\r\n";
    format!("POST /api/v1/feedback HTTP/1.1\r\n{about}{headers}\r\n{body}").into_bytes()
}

#[tokio::test]
async fn odd_requests_are_refused_or_harmless_and_never_stored() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let server = collector.address();
    let many = |count| "x-a: b\r\n".repeat(count);
    let cases = [
        (
            "two lengths",
            post("content-length: 2\r\ncontent-length: 3\r\n", "{}"),
            &[400][..],
        ),
        (
            "a length that is none",
            post("content-length: -1\r\n", "{}"),
            &[400],
        ),
        (
            // Chunks outweigh a length; and this is no rating.
            "a length and chunks",
            post(
                "content-length: 2\r\ntransfer-encoding: chunked\r\n",
                "2\r\n{}\r\n0\r\n\r\n",
            ),
            &[422],
        ),
        (
            "a chunk of no size",
            post("transfer-encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"),
            &[400],
        ),
        (
            "a folded header",
            get("/healthz", "x-a: b\r\n c\r\n"),
            &[400],
        ),
        (
            "a space before the colon",
            get("/healthz", "x-a : b\r\n"),
            &[400],
        ),
        (
            "a header without a name",
            get("/healthz", ": b\r\n"),
            &[400],
        ),
        ("NUL in a header", get("/healthz", "x-a: \0\r\n"), &[400]),
        ("no HTTP", b"hello\r\n\r\n".to_vec(), &[400]),
        (
            "HTTP/2 without asking",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            &[],
        ),
        (
            "ten thousand headers",
            get("/healthz", &many(10_000)),
            &[431],
        ),
        (
            "a path of 64 KiB",
            get(&format!("/{}", "x".repeat(1 << 16)), ""),
            &[431],
        ),
        ("a path of nothing", get("//", ""), &[404]),
        (
            "a path upwards",
            get("/assets/..%2f..%2fetc%2fpasswd", ""),
            &[404],
        ),
        ("NUL in a path", get("/d/%00", ""), &[404]),
        ("half a character in a path", get("/d/%ff", ""), &[404]),
        ("a matrix parameter", get("/healthz;x", ""), &[404]),
        (
            "packed",
            post("content-encoding: gzip\r\ncontent-length: 2\r\n", "{}"),
            &[415],
        ),
        (
            "an upgrade",
            get("/healthz", "connection: upgrade\r\nupgrade: websocket\r\n"),
            &[200],
        ),
        ("a range", get("/healthz", "range: bytes=0-0\r\n"), &[200]),
        (
            "a language list of 10 KiB",
            get("/", &format!("accept-language: {}\r\n", "x,".repeat(5_000))),
            &[200],
        ),
        (
            "a thousand hops",
            get(
                "/",
                &format!("x-forwarded-for: {}\r\n", "1.1.1.1,".repeat(1_000)),
            ),
            &[200],
        ),
    ];
    let answered = tokio::task::spawn_blocking(move || {
        cases.map(|(what, bytes, expected)| (what, send(server, &bytes), expected))
    });
    let answered = answered.await.expect("the thread ends").into_iter();
    let wrong: Vec<_> = answered
        .filter(|(_, statuses, expected)| statuses != expected)
        .collect();
    assert!(wrong.is_empty(), "answered and expected: {wrong:?}");
    assert_eq!(collector.get("/healthz").await.status, 200);
    assert_eq!(installation.stored(), 0);
}

#[tokio::test]
async fn a_thousand_requests_in_one_go_are_all_answered() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let server = collector.address();
    let kept = b"GET /healthz HTTP/1.1\r\nhost: huiyin\r\n\r\n".repeat(999);
    let requests = [kept, get("/healthz", "")].concat();
    let statuses = tokio::task::spawn_blocking(move || send(server, &requests));
    let statuses = statuses.await.expect("the thread ends");
    assert!(statuses == [200; 1_000], "{} answers", statuses.len());
}
