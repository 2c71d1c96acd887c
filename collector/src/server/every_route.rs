//! Invariants of every route, tested over the table from which the router is made.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::http::Method;
use tokio::net::TcpListener;

use super::serve;
use crate::app::App;
use crate::limits::class::Class;
use crate::store::{self, Address};
use crate::web::routes::Route;
use crate::web::{BODY_LIMIT, QUERY_LIMIT, routes, testing};

/// Tests an invariant against a collector that is served as it is in production.
async fn prove(proof: impl FnOnce(SocketAddr, Vec<Route>) + Send + 'static) {
    prove_with(|address, table, _| proof(address, table)).await;
}

/// The same for an invariant that looks at the collector too.
async fn prove_with(proof: impl FnOnce(SocketAddr, Vec<Route>, App) + Send + 'static) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = Address::Sqlite(folder.path().join("huiyin.db"));
    let app = testing::collector(store::open(&address).await.expect("a store"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(serve(listener, app.clone(), std::future::pending()));
    let table = routes().table();
    assert!(table.len() > 15, "the table is not filled: {table:?}");
    let proved = tokio::task::spawn_blocking(move || proof(address, table, app)).await;
    serving.abort();
    proved.expect("the proof holds");
}

/// A connection that is used for one request after the other.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time limit");
        Self(BufReader::new(stream))
    }

    /// Sends a request and returns the status and the head of the answer.
    fn ask(&mut self, method: &str, path: &str, about: &str, body: &[u8]) -> (u16, String) {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: huiyin\r\n{about}\r\n");
        // An answer may come before all is sent; what counts is that it can be read.
        drop(self.0.get_mut().write_all(head.as_bytes()));
        drop(self.0.get_mut().write_all(body));
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.0.read_line(&mut head);
            assert!(
                read.is_ok_and(|read| read > 0),
                "no answer to {method} {path}"
            );
        }
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).unwrap_or("0");
        let length = length.lines().next().unwrap_or("0").parse();
        let mut body = vec![0; length.expect("a number")];
        if method != "HEAD" {
            self.0.read_exact(&mut body).expect("the body");
        }
        let status = head.split(' ').nth(1).unwrap_or_default();
        (status.parse().expect("a status"), head)
    }

    fn get(&mut self, path: &str) -> u16 {
        self.ask("GET", path, "", b"").0
    }
}

/// Returns an address of this route; whether something stands there does not matter.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let chunks = body
        .chunks(1_000)
        .flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    chunks.chain(*b"0\r\n\r\n").collect()
}

#[tokio::test]
async fn no_route_takes_a_body_over_the_limit_and_every_sender_hears_why() {
    prove(|address, table| {
        assert!(table.iter().all(|one| one.class.body_limit() <= BODY_LIMIT));
        let elsewhere = Route {
            path: "/nothing/here".to_owned(),
            ..table[0].clone()
        };
        for route in table.iter().chain([&elsewhere]) {
            let (method, path) = (route.method.as_str(), filled(&route.path));
            let mut connection = Connection::to(address);
            let body = vec![b'x'; route.class.body_limit() + 1];
            let declared = format!("content-length: {}\r\n", body.len());
            let (status, _) = connection.ask(method, &path, &declared, &body);
            assert_eq!(status, 413, "{route:?}");
            let about = "transfer-encoding: chunked\r\n";
            let (status, _) = connection.ask(method, &path, about, &chunked(&body));
            assert_eq!(status, 413, "{route:?} in chunks");
            assert_eq!(connection.get("/healthz"), 200, "after {route:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_route_takes_a_head_or_a_query_over_the_limit() {
    prove(|address, table| {
        for route in &table {
            let (method, path) = (route.method.as_str(), filled(&route.path));
            let padding = format!("x-padding: {}\r\n", "x".repeat(16 * 1024));
            let (status, _) = Connection::to(address).ask(method, &path, &padding, b"");
            assert_eq!(status, 431, "{route:?}");
            let mut connection = Connection::to(address);
            let about = "content-length: 0\r\n";
            for (length, refused) in [(QUERY_LIMIT, false), (QUERY_LIMIT + 1, true)] {
                let query = format!("{path}?{}", "x".repeat(length));
                let (status, _) = connection.ask(method, &query, about, b"");
                assert_eq!(status == 414, refused, "{route:?} with {length}: {status}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_route_answers_another_method_than_its_own() {
    prove(|address, table| {
        let mut connection = Connection::to(address);
        for route in &table {
            let at = |other: &&Route| other.path == route.path;
            let mut known: Vec<_> = table.iter().filter(at).map(|one| &one.method).collect();
            if known.contains(&&Method::GET) {
                known.push(&Method::HEAD);
            }
            for method in [
                "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW",
            ] {
                let path = filled(&route.path);
                let (status, head) = connection.ask(method, &path, "content-length: 0\r\n", b"");
                let takes = known.iter().any(|known| known.as_str() == method);
                assert_eq!(status != 405, takes, "{method} {path}: {status}");
                assert_eq!(
                    head.contains("\r\nallow: "),
                    !takes,
                    "{method} {path}: {head}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn submissions_alone_have_an_entry_in_the_ledger() {
    prove_with(|address, table, app| {
        let received = || {
            let text = app.metrics.text(true).expect("text");
            let text = String::from_utf8(text).expect("UTF-8");
            let name = "huiyin_submissions_received_total ";
            let value = text.lines().find_map(|line| line.strip_prefix(name));
            value.expect("the figure").parse::<u64>().expect("a number")
        };
        let mut connection = Connection::to(address);
        for route in &table {
            let before = received();
            let (method, path) = (route.method.as_str(), filled(&route.path));
            connection.ask(method, &path, "content-length: 0\r\n", b"");
            let entered = received() - before;
            assert_eq!(entered == 1, route.class == Class::Ingest, "{route:?}");
        }
        assert!(table.iter().any(|route| route.class == Class::Ingest));
    })
    .await;
}
