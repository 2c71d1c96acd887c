//! Taking connections, within limits, until told to stop.
//!
//! axum's own loop waits for ever for the head of a request; this one does not, it holds no more
//! connections than the machine has room for, and it takes them in no faster than they are looked
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
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;

use crate::http::edge;
use crate::limits::Limits;
use crate::state::App;
use crate::upkeep;

/// How long a client may take to send the head of a request, or be silent between two.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// How long a client may take nothing of an answer before it is cut off.
const WRITE_PATIENCE: Duration = Duration::from_secs(20);

/// The most a head may weigh, in bytes; hyper answers 431 above it.
const HEAD_LIMIT: usize = 16 * 1024;

/// How many connections are held at once; further ones wait in the system's queue.
const CONNECTIONS: usize = 4_096;

/// How many connections may be taken in before the first of them is looked at. What is behind
/// this stays in the system's queue, where it costs nothing.
const UNSEEN: u32 = 8;

/// How long the end waits for answers that are still being written, and then for the last counts.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done; then takes nothing new, answers what it has accepted, and
/// closes the store.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) {
    let (store, queue) = (Arc::clone(&app.store), app.queue.clone());
    let connections = app.metrics.connections().clone();
    let upkeep = tokio::spawn(upkeep::go_on(Arc::clone(&store), app.metrics.clone()));
    let door = Door::new(listener, Arc::clone(&app.limits));
    let counting = {
        let app = app.clone();
        tokio::spawn(async move { app.moments.go_on(app.store.as_ref()).await })
    };
    let counted = app.clone();
    let edge = edge(app);
    let graceful = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(HEAD_LIMIT);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = door.accept() => accepted,
            () = &mut shutdown => break,
        };
        let accepted = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Usually no file handle is free; the next try must not spin.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are small and each is waited for.
        drop(accepted.stream.set_nodelay(true));
        let mut stream = TimeoutStream::new(accepted.stream);
        stream.set_write_timeout(Some(WRITE_PATIENCE));
        let stream = TokioIo::new(Box::pin(stream));
        let (edge, peer) = (edge.clone(), accepted.peer);
        let service = service_fn(move |request| {
            let answer = edge.clone().answer(peer, request);
            async move { Ok::<_, Infallible>(answer.await) }
        });
        let connection = builder.serve_connection(stream, service);
        let watched = graceful.watch(connection);
        let (place, unseen) = (accepted.place, accepted.unseen);
        let counted = connections.opened();
        tokio::spawn(async move {
            let mut watched = pin!(watched);
            let first = poll_fn(|context| Poll::Ready(watched.as_mut().poll(context))).await;
            drop(unseen);
            let end = match first {
                Poll::Ready(end) => end,
                Poll::Pending => watched.await,
            };
            if let Err(error) = end {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((place, counted));
        });
    }
    drop(door);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_PATIENCE) => {
            tracing::warn!("some connections were cut off after waiting for their end");
        }
    }
    upkeep.abort();
    counted.moments.end();
    // Ratings wait for no numbers. What was being written has a bound of its own for each step, and
    // there may be many.
    let ((), counted) = tokio::join!(queue.close(), timeout(LAST_PATIENCE, counting));
    if counted.is_err() {
        tracing::warn!("the last moments took too long to write, and some are lost");
    }
    store.close().await;
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    limits: Arc<Limits>,
    places: Arc<Semaphore>,
    unseen: Arc<Semaphore>,
}

/// A connection that was taken in.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    /// Its place among those that are held at once.
    place: OwnedSemaphorePermit,
    /// Its place among those that nobody has looked at yet.
    unseen: OwnedSemaphorePermit,
}

impl Door {
    fn new(listener: TcpListener, limits: Arc<Limits>) -> Self {
        Self {
            listener,
            limits,
            places: Arc::new(Semaphore::new(CONNECTIONS)),
            unseen: Arc::new(Semaphore::new(UNSEEN as usize)),
        }
    }

    /// Waits for room, then for the pace, and then for a connection.
    async fn accept(&self) -> io::Result<Accepted> {
        let place = permits(&self.places, 1).await?;
        let classes = &self.limits.classes;
        // Where many are turned away, what became of the last comes before the next.
        let alone = if classes.pace.is_calm() { 1 } else { UNSEEN };
        let unseen = permits(&self.unseen, alone).await?;
        classes.pace.turn().await;
        let (stream, peer) = self.listener.accept().await?;
        Ok(Accepted {
            stream,
            peer,
            place,
            unseen,
        })
    }
}

async fn permits(room: &Arc<Semaphore>, count: u32) -> io::Result<OwnedSemaphorePermit> {
    let permits = Arc::clone(room).acquire_many_owned(count).await;
    permits.map_err(io::Error::other)
}
