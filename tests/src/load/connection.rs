//! One connection: a request goes out, an answer comes in.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

/// What is read at once; an answer to a rating is far smaller.
const CHUNK: usize = 4 * 1024;

/// What is counted of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) has_retry_after: bool,
}

/// What came of looking at a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing yet.
    Wait,
    /// It is open and can be asked.
    Open,
    /// The answer is complete; the connection may be about to be closed.
    Answered {
        /// What is counted of it.
        answer: Answer,
        /// Whether the connection can be asked again.
        keeps: bool,
    },
    /// It was closed or refused, or said something that is no HTTP.
    Broken,
}

/// A connection with the bytes on their way in both directions.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    open: bool,
    request: Vec<u8>,
    sent: usize,
    answer: Vec<u8>,
    received: usize,
    head: Option<Head>,
}

/// A head that is complete.
#[derive(Clone, Copy, Debug)]
struct Head {
    answer: Answer,
    keeps: bool,
    /// Bytes of head and body together.
    length: usize,
}

impl Connection {
    /// Begins to connect.
    pub(super) fn open(server: SocketAddr, registry: &Registry, token: Token) -> io::Result<Self> {
        let mut stream = TcpStream::connect(server)?;
        let both = Interest::READABLE.add(Interest::WRITABLE);
        registry.register(&mut stream, token, both)?;
        Ok(Self {
            stream,
            open: false,
            request: Vec::new(),
            sent: 0,
            answer: vec![0; CHUNK],
            received: 0,
            head: None,
        })
    }

    /// Returns where the next request is to be written, empty.
    pub(super) fn request(&mut self) -> &mut Vec<u8> {
        self.sent = 0;
        self.received = 0;
        self.head = None;
        self.request.clear();
        &mut self.request
    }

    /// Sends as much of the request as the system takes.
    pub(super) fn send(&mut self) -> Step {
        while self.sent < self.request.len() {
            match self.stream.write(&self.request[self.sent..]) {
                Ok(0) => return Step::Broken,
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Wait,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Step::Broken,
            }
        }
        Step::Wait
    }

    /// Does what the system says is possible now.
    pub(super) fn proceed(&mut self, readable: bool, writable: bool) -> Step {
        if !self.open {
            return self.opened(writable);
        }
        if writable && self.send() == Step::Broken {
            return Step::Broken;
        }
        if readable { self.receive() } else { Step::Wait }
    }

    fn opened(&mut self, writable: bool) -> Step {
        if !writable {
            return Step::Wait;
        }
        match (self.stream.take_error(), self.stream.peer_addr()) {
            (Ok(None), Ok(_)) => {
                self.open = true;
                // Each request is waited for.
                drop(self.stream.set_nodelay(true));
                Step::Open
            }
            (Ok(None), Err(error)) if error.kind() == ErrorKind::NotConnected => Step::Wait,
            _ => Step::Broken,
        }
    }

    fn receive(&mut self) -> Step {
        loop {
            if self.received == self.answer.len() {
                self.answer.resize(2 * self.received, 0);
            }
            match self.stream.read(&mut self.answer[self.received..]) {
                Ok(0) => return Step::Broken,
                Ok(count) => {
                    self.received += count;
                    // When more comes, the system says so again.
                    let whole = self.received < self.answer.len();
                    match self.complete() {
                        Step::Wait if !whole => {}
                        step => return step,
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Wait,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Step::Broken,
            }
        }
    }

    fn complete(&mut self) -> Step {
        let head = match self.head {
            Some(head) => head,
            None => match read_head(&self.answer[..self.received]) {
                Ok(Some(head)) => *self.head.insert(head),
                Ok(None) => return Step::Wait,
                Err(()) => return Step::Broken,
            },
        };
        if self.received < head.length {
            return Step::Wait;
        }
        Step::Answered {
            answer: head.answer,
            keeps: head.keeps && self.received == head.length,
        }
    }
}

/// Reads a head; none while it is incomplete, and an error where it says no length.
fn read_head(bytes: &[u8]) -> Result<Option<Head>, ()> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(end) = response.parse(bytes).map_err(|_| ())? else {
        return Ok(None);
    };
    let status = response.code.ok_or(())?;
    let mut body = matches!(status, 204 | 304).then_some(0);
    let (mut keeps, mut has_retry_after) = (response.version == Some(1), false);
    for header in response.headers.iter() {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        let text = || std::str::from_utf8(header.value).unwrap_or_default().trim();
        if is("content-length") {
            body = text().parse().ok();
        } else if is("retry-after") {
            has_retry_after = true;
        } else if is("connection") && text().eq_ignore_ascii_case("close") {
            keeps = false;
        }
    }
    Ok(Some(Head {
        answer: Answer {
            status,
            has_retry_after,
        },
        keeps,
        length: end + body.ok_or(())?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_what_is_counted_and_how_long_the_answer_is() {
        let bytes = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy";
        let head = read_head(bytes).expect("HTTP").expect("complete");
        let expected = Answer {
            status: 503,
            has_retry_after: true,
        };
        assert_eq!((head.answer, head.keeps), (expected, true));
        assert_eq!(head.length, bytes.len());
    }

    #[test]
    fn half_a_head_is_waited_for_and_one_without_a_length_is_refused() {
        assert!(matches!(read_head(b"HTTP/1.1 201 Cre"), Ok(None)));
        assert!(read_head(b"HTTP/1.1 201 Created\r\n\r\n").is_err());
        assert!(read_head(b"hello\r\n\r\n").is_err());
    }
}
