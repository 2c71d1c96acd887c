//! Taking connections, within limits, until told to stop.
//!
//! axum's own loop waits for ever for the head of a request; this one does not, and it holds no
//! more connections than the machine has room for.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use crate::http::router;
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

/// How long the end waits for answers that are still being written.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done; then takes nothing new, answers what it has accepted, and
/// closes the store.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) {
    let (store, queue) = (Arc::clone(&app.store), app.queue.clone());
    let service = TowerToHyperService::new(router(app));
    let upkeep = tokio::spawn(upkeep::go_on(Arc::clone(&store)));
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(HEAD_LIMIT);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = &mut shutdown => break,
        };
        let (stream, permit) = match accepted {
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
        stream.set_write_timeout(Some(WRITE_PATIENCE));
        let stream = TokioIo::new(Box::pin(stream));
        let connection = builder.serve_connection(stream, service.clone());
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_PATIENCE) => {
            tracing::warn!("some connections were cut off after waiting for their end");
        }
    }
    upkeep.abort();
    queue.close().await;
    store.close().await;
}

/// Waits for room and then for a connection.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(room)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}
