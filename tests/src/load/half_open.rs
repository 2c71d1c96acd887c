//! Connections whose request never ends.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

/// Connections on which half of something was sent: heads on some, bodies on the others.
#[derive(Debug)]
pub struct HalfOpen(#[expect(dead_code, reason = "they end with this")] Vec<TcpStream>);

impl HalfOpen {
    /// Opens so many connections and sends half a request on each.
    pub fn hold(server: SocketAddr, count: usize) -> Self {
        let head = "POST /api/v1/feedback HTTP/1.1\r\nhost: huiyin\r\n";
        let body = format!("{head}content-type: application/json\r\ncontent-length: 500\r\n\r\n{{");
        let connections = (0..count).map(|number| {
            let mut stream = TcpStream::connect(server).expect("a connection");
            let half = if number % 2 == 0 { head } else { &body };
            stream.write_all(half.as_bytes()).expect("half a request");
            stream
        });
        Self(connections.collect())
    }
}
