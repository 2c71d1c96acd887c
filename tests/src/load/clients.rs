//! All connections of a load, and what happened on them since the last look.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::connection::{Answer, Connection, Step};
use super::requests::Requests;

/// How long a connection that failed is left alone before it is made again.
const REST: Duration = Duration::from_millis(20);

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// When it was sent, or was planned to be.
    pub(super) since: Instant,
    /// How long that is ago.
    pub(super) took: Duration,
    /// None where the connection failed instead.
    pub(super) answer: Option<Answer>,
}

/// Connections, and which of them are free.
pub(super) struct Clients {
    server: SocketAddr,
    poll: Poll,
    ready: Events,
    connections: Vec<Connection>,
    /// The request under way on each.
    asked: Vec<Option<Instant>>,
    waiting: usize,
    idle: Vec<usize>,
    resting: Vec<(Instant, usize)>,
    events: Vec<Event>,
}

impl Clients {
    /// Begins to connect; a connection can be used once [`look`](Self::look) has seen it open.
    pub(super) fn connect(server: SocketAddr, count: usize) -> io::Result<Self> {
        let poll = Poll::new()?;
        let connections = (0..count)
            .map(|index| Connection::open(server, poll.registry(), Token(index)))
            .collect::<io::Result<_>>()?;
        Ok(Self {
            server,
            poll,
            ready: Events::with_capacity(1_024),
            connections,
            asked: vec![None; count],
            waiting: 0,
            idle: Vec::new(),
            resting: Vec::new(),
            events: Vec::new(),
        })
    }

    /// Returns how many requests are under way.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Returns whether a connection is free.
    pub(super) fn has_idle(&self) -> bool {
        !self.idle.is_empty()
    }

    /// Takes a free connection, to be asked next.
    pub(super) fn idle(&mut self) -> Option<usize> {
        self.idle.pop()
    }

    /// Sends the next request; its latency counts from `since`.
    pub(super) fn ask(&mut self, client: usize, requests: &mut Requests, since: Instant) {
        self.asked[client] = Some(since);
        self.waiting += 1;
        let connection = &mut self.connections[client];
        requests.next_into(connection.request());
        let step = connection.send();
        self.take(client, step);
    }

    /// Waits until something happens, but not beyond `until`, and takes in what has happened.
    pub(super) fn look(&mut self, until: Instant) -> io::Result<()> {
        let now = Instant::now();
        self.reconnect(now)?;
        let until = self
            .resting
            .iter()
            .map(|(end, _)| *end)
            .fold(until, Ord::min);
        let patience = until.saturating_duration_since(now);
        match self.poll.poll(&mut self.ready, Some(patience)) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        let ready = std::mem::replace(&mut self.ready, Events::with_capacity(0));
        for event in &ready {
            let client = event.token().0;
            let step = self.connections[client].proceed(event.is_readable(), event.is_writable());
            self.take(client, step);
        }
        self.ready = ready;
        Ok(())
    }

    /// Returns what has happened since this was asked last.
    pub(super) fn events(&mut self) -> std::vec::Drain<'_, Event> {
        self.events.drain(..)
    }

    /// Returns how many requests of a window were never answered.
    pub(super) fn give_up(&mut self, window: Range<Instant>) -> u64 {
        let left = self.asked.iter().flatten();
        let left = left.filter(|since| window.contains(since)).count();
        u64::try_from(left).unwrap_or(u64::MAX)
    }

    fn take(&mut self, client: usize, step: Step) {
        match step {
            Step::Wait => {}
            Step::Open => self.idle.push(client),
            Step::Answered { answer, keeps } => {
                self.ended(client, Some(answer));
                if keeps {
                    self.idle.push(client);
                } else {
                    self.resting.push((Instant::now(), client));
                }
            }
            Step::Broken => {
                self.ended(client, None);
                self.idle.retain(|idle| *idle != client);
                if !self.resting.iter().any(|(_, resting)| *resting == client) {
                    self.resting.push((Instant::now() + REST, client));
                }
            }
        }
    }

    fn ended(&mut self, client: usize, answer: Option<Answer>) {
        let Some(since) = self.asked[client].take() else {
            return;
        };
        self.waiting -= 1;
        self.events.push(Event {
            since,
            took: since.elapsed(),
            answer,
        });
    }

    fn reconnect(&mut self, now: Instant) -> io::Result<()> {
        let mut index = 0;
        while index < self.resting.len() {
            let (end, client) = self.resting[index];
            if end > now {
                index += 1;
                continue;
            }
            self.resting.swap_remove(index);
            // Dropped first: the old one must not be heard any more.
            self.connections[client] =
                Connection::open(self.server, self.poll.registry(), Token(client))?;
        }
        Ok(())
    }
}
