//! Load from one thread that costs little, because it shares its cores with what it measures.
//!
//! Raw HTTP/1.1 on connections that are kept open; a request is a copy of bytes made beforehand
//! with a new id in its place, and of an answer only what is counted is read. [`Load::closed`]
//! finds out how much a server can do, [`Load::open`] how long it takes at a given rate. Both
//! block: call them on a thread of their own where the caller is asynchronous.

mod clients;
mod connection;
mod cost;
mod half_open;
mod report;
mod requests;

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clients::Clients;

pub use cost::{cpu_time, peak_memory, resident_memory};
pub use half_open::HalfOpen;
pub use report::Report;
pub use requests::{ADDRESS, ID, KEY, Requests};

/// The longest that an answer is waited for, during the load and after it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a load on a thread of its own, so that the caller's runtime stays free.
pub async fn run<T: Send + 'static>(load: impl FnOnce() -> T + Send + 'static) -> T {
    let running = tokio::task::spawn_blocking(load).await;
    running.expect("the load comes to its end")
}

/// How much load, from where to where.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Who is asked.
    pub server: SocketAddr,
    /// How many connections are kept open.
    pub connections: usize,
    /// How long it runs before anything is counted.
    pub warm_up: Duration,
    /// How long it runs after that; what is asked in this window is counted.
    pub window: Duration,
}

impl Load {
    /// Sends the next request on a connection as soon as the last one is answered.
    ///
    /// The rate that comes of it is the capacity for this number of connections. Latencies are
    /// counted from the sending, so a slow server slows the load down and looks better than it is.
    pub fn closed(&self, requests: &mut Requests) -> io::Result<Report> {
        let mut clients = Clients::connect(self.server, self.connections)?;
        let mut run = Run::start(self);
        while let Some(now) = run.goes_on(&clients) {
            clients.look(run.end(now))?;
            let now = Instant::now();
            if now < run.close {
                while let Some(client) = clients.idle() {
                    clients.ask(client, requests, now);
                }
            }
            run.count(&mut clients);
        }
        Ok(run.finish(&mut clients, 0))
    }

    /// Sends at a fixed rate per second, whether the server keeps up or not.
    ///
    /// A latency is counted from the moment for which its request was planned, so that one which
    /// had to wait for a free connection is as late as a citizen would find it. The clock ticks in
    /// milliseconds: up to one of them is the generator's own. Requests for which no connection
    /// became free are counted as unsent; against a server that is to be overloaded, give many.
    pub fn open(&self, rate: f64, requests: &mut Requests) -> io::Result<Report> {
        let mut clients = Clients::connect(self.server, self.connections)?;
        let mut run = Run::start(self);
        let gap = Duration::from_secs_f64(1.0 / rate);
        let mut planned = run.begin;
        let mut crowded = false;
        while let Some(now) = run.goes_on(&clients) {
            let wanted = if planned < run.close && clients.has_idle() {
                planned
            } else {
                run.end(now)
            };
            clients.look(wanted)?;
            let now = Instant::now();
            if now < run.close {
                while planned <= now {
                    let Some(client) = clients.idle() else { break };
                    clients.ask(client, requests, planned);
                    planned += gap;
                }
                crowded = planned <= now;
            }
            run.count(&mut clients);
        }
        // Where a connection was free, only the tick was missing that would have sent the rest.
        let late = if crowded {
            run.close.saturating_duration_since(planned.max(run.open))
        } else {
            Duration::ZERO
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of requests"
        )]
        let unsent = (late.as_secs_f64() * rate).round() as u64;
        Ok(run.finish(&mut clients, unsent))
    }
}

impl Load {
    /// Sends at a fixed rate per second as [`open`](Self::open) does, but whoever finds no free
    /// connection goes away, and is counted as unsent: what a server sees that many times as many
    /// want something of as it can serve.
    pub fn rush(&self, rate: f64, requests: &mut Requests) -> io::Result<Report> {
        let mut clients = Clients::connect(self.server, self.connections)?;
        let mut run = Run::start(self);
        let gap = Duration::from_secs_f64(1.0 / rate);
        let mut planned = run.begin;
        let mut unsent = 0;
        while let Some(now) = run.goes_on(&clients) {
            let end = run.end(now);
            clients.look(if planned < run.close { planned } else { end })?;
            let now = Instant::now();
            while planned <= now && planned < run.close {
                match clients.idle() {
                    Some(client) => clients.ask(client, requests, planned),
                    None => unsent += u64::from(planned >= run.open),
                }
                planned += gap;
            }
            run.count(&mut clients);
        }
        Ok(run.finish(&mut clients, unsent))
    }
}

/// The course of one run: warm-up, window, and a wait for the last answers.
struct Run {
    begin: Instant,
    /// When the window opens and closes.
    open: Instant,
    close: Instant,
    report: Report,
    /// What the generator had used when the window opened.
    before: Option<Duration>,
    /// What it had used when the window closed.
    after: Option<Duration>,
}

impl Run {
    fn start(load: &Load) -> Self {
        let begin = Instant::now();
        let open = begin + load.warm_up;
        Self {
            begin,
            open,
            close: open + load.window,
            report: Report::new(load.window),
            before: None,
            after: None,
        }
    }

    /// Returns the time, until the window has closed and the last answer is there or given up.
    fn goes_on(&mut self, clients: &Clients) -> Option<Instant> {
        let now = Instant::now();
        if now >= self.open && self.before.is_none() {
            self.before = Some(cost::thread_time());
        }
        if now < self.close {
            return Some(now);
        }
        self.after.get_or_insert_with(cost::thread_time);
        let waited = now >= self.close + PATIENCE || clients.waiting() == 0;
        (!waited).then_some(now)
    }

    /// Returns the next moment at which something ends.
    fn end(&self, now: Instant) -> Instant {
        let ends = [self.open, self.close, self.close + PATIENCE];
        ends.into_iter().find(|end| *end > now).unwrap_or(now)
    }

    /// Counts what has happened since the last look, as far as it belongs to the window.
    fn count(&mut self, clients: &mut Clients) {
        let window = self.open..self.close;
        for event in clients.events() {
            if window.contains(&event.since) {
                self.report.count(&event);
            }
        }
    }

    fn finish(mut self, clients: &mut Clients, unsent: u64) -> Report {
        self.report.unsent = unsent;
        self.report.unanswered = clients.give_up(self.open..self.close);
        let before = self.before.unwrap_or_default();
        self.report.own_cpu = self.after.unwrap_or_default().saturating_sub(before);
        self.report
    }
}

#[cfg(test)]
mod tests;
