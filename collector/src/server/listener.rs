//! Accepting connections, within limits, until told to stop.
//!
//! axum's own loop waits for ever for the head of a request; this one does not, it holds no more
//! connections than the machine has room for, and it accepts them no faster than they are looked
//! at and served.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;

use super::background;
use crate::app::App;
use crate::limits::Limits;
use crate::metrics::Connections;
use crate::web::{self, Edge};

/// How long a client may take to send the head of a request, or be silent between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may take nothing of an answer before it is cut off.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// The most a head may weigh, in bytes; hyper answers 431 above it.
const HEAD_LIMIT: usize = 16 * 1024;

/// How many connections are held at once; further ones wait in the kernel's backlog.
const MAX_CONNECTIONS: usize = 4_096;

/// How many accepted connections may wait for their first poll. What is behind this stays in the
/// kernel's backlog, where it costs nothing.
const MAX_UNPOLLED: u32 = 8;

/// How long the shutdown waits for answers that are still being written, and then for the last
/// counts.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done; then accepts nothing new, answers what was accepted, and closes
/// the store.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) {
    let maintenance = tokio::spawn(background::run(Arc::clone(&app.store), app.metrics.clone()));
    let events = tokio::spawn({
        let app = app.clone();
        async move { app.widget_events.run(app.store.as_ref()).await }
    });
    let graceful = GracefulShutdown::new();
    let acceptor = Acceptor::new(listener, Arc::clone(&app.limits));
    let connections = app.metrics.connections.clone();
    accept_loop(
        acceptor,
        web::edge(app.clone()),
        &graceful,
        &connections,
        shutdown,
    )
    .await;
    drain(graceful).await;
    maintenance.abort();
    flush(&app, events).await;
}

/// Accepts connections and serves each in a task of its own, until `shutdown` is done.
async fn accept_loop(
    acceptor: Acceptor,
    edge: Edge,
    graceful: &GracefulShutdown,
    connections: &Connections,
    shutdown: impl Future<Output = ()>,
) {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_LIMIT);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = acceptor.accept() => accepted,
            () = &mut shutdown => return,
        };
        let Accepted {
            stream,
            peer,
            connection_permit,
            first_poll_permit,
        } = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Usually no file handle is free; the next try must not spin.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are small and each is waited for.
        drop(stream.set_nodelay(true));
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        let stream = TokioIo::new(Box::pin(stream));
        let edge = edge.clone();
        let service = service_fn(move |request| {
            let answer = edge.clone().answer(peer, request);
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let connection = graceful.watch(builder.serve_connection(stream, service));
        let open = connections.opened();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let first = poll_fn(|context| Poll::Ready(connection.as_mut().poll(context))).await;
            drop(first_poll_permit);
            let end = match first {
                Poll::Ready(end) => end,
                Poll::Pending => connection.await,
            };
            if let Err(error) = end {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((connection_permit, open));
        });
    }
}

/// Waits for the answers that are still being written.
async fn drain(graceful: GracefulShutdown) {
    if timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections were cut off after waiting for their end");
    }
}

/// Commits the queued submissions, writes the last widget events, and closes the store.
async fn flush(app: &App, events: JoinHandle<()>) {
    app.widget_events.end();
    // Submissions wait for no counts. What was being written has a bound of its own for each step,
    // and there may be many.
    let ((), written) = tokio::join!(app.queue.close(), timeout(DRAIN_TIMEOUT, events));
    if written.is_err() {
        tracing::warn!("the last widget events took too long to write, and some are lost");
    }
    app.store.close().await;
}

/// Where connections come in.
struct Acceptor {
    listener: TcpListener,
    limits: Arc<Limits>,
    connections: Arc<Semaphore>,
    unpolled: Arc<Semaphore>,
}

/// A connection that was accepted.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    /// Held for as long as the connection is open.
    connection_permit: OwnedSemaphorePermit,
    /// Held until the connection is polled for the first time.
    first_poll_permit: OwnedSemaphorePermit,
}

impl Acceptor {
    fn new(listener: TcpListener, limits: Arc<Limits>) -> Self {
        Self {
            listener,
            limits,
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            unpolled: Arc::new(Semaphore::new(MAX_UNPOLLED as usize)),
        }
    }

    /// Waits for the permits, then for the throttle, and then for a connection.
    async fn accept(&self) -> io::Result<Accepted> {
        let connection_permit = acquire(&self.connections, 1).await?;
        let throttle = &self.limits.accept;
        // Under overload, the outcome of the last connection is known before the next is accepted.
        let permits = if throttle.is_calm() { 1 } else { MAX_UNPOLLED };
        let first_poll_permit = acquire(&self.unpolled, permits).await?;
        throttle.acquire().await;
        let (stream, peer) = self.listener.accept().await?;
        Ok(Accepted {
            stream,
            peer,
            connection_permit,
            first_poll_permit,
        })
    }
}

async fn acquire(semaphore: &Arc<Semaphore>, permits: u32) -> io::Result<OwnedSemaphorePermit> {
    let acquired = Arc::clone(semaphore).acquire_many_owned(permits).await;
    acquired.map_err(io::Error::other)
}
