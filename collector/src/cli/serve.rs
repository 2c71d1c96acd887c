//! `huiyin serve`.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{demo, print};
use crate::app::{App, Options};
use crate::config::{Days, Service, Storage, unknown_env_vars};
use crate::server::serve;
use crate::web;

/// Take in feedback and serve the pages
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    days: Days,
    #[command(flatten)]
    service: Service,
}

impl Serve {
    /// Serves until the process is told to stop.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let service = self.service;
        if let Some(contradiction) = service.contradiction() {
            bail!(contradiction);
        }
        for name in unknown_env_vars() {
            tracing::warn!("{name} is no setting and is not read");
        }
        take_file_handles();
        // Before the database is opened, so that a mistake leaves none behind.
        let listener = TcpListener::bind(service.listen).await.with_context(|| {
            let address = service.listen;
            format!("cannot listen on {address}; choose another address with --listen")
        })?;
        let address = listener.local_addr()?;
        let metrics_listener = match service.metrics_listen.0 {
            Some(address) => Some(TcpListener::bind(address).await.with_context(|| {
                format!("cannot listen on {address}; choose another with --metrics-listen")
            })?),
            None => None,
        };
        let database = self.storage.named(self.storage.is_new());
        let store = self.storage.open().await?;
        if store.is_empty().await? {
            if service.demo {
                let loaded = demo::load(store.as_ref()).await?;
                print(&format!(
                    "The database was empty: loaded {loaded} demonstration departments.\n"
                ))?;
            } else {
                print(
                    "There is no department yet: `huiyin department import FILE` brings them, \
                     also while this runs.\n",
                )?;
            }
        }
        let options = Options {
            clock: self.days.clock(),
            trusted_proxies: service.trusted_proxies,
            rate_limit: service.rate_limit,
            public_minimum: service.public_minimum,
        };
        let app = App::start(store, web::metrics(), options);
        let asked_to_stop = asked_to_stop()?;
        if let Some(listener) = metrics_listener {
            let address = listener.local_addr()?;
            tracing::info!(%address, "/metrics is served");
            tokio::spawn(web::operator::serve(listener, app.clone()));
        }
        print(&format!(
            "Huiyin keeps ratings in {database}\n\
             Huiyin listens on http://{address}\n  \
             a page with the tag  http://{address}/demo\n  \
             scores               http://{address}/\n  \
             the interface        http://{address}/api/v1/departments\n\
             Scores are published from n = {} on. Stop with Ctrl-C.\n",
            service.public_minimum.max(1),
        ))?;
        let version = env!("CARGO_PKG_VERSION");
        tracing::info!(version, %address, database, "the collector serves");
        let store = Arc::clone(&app.store);
        let mut failed = false;
        let end = async {
            tokio::select! {
                () = asked_to_stop => tracing::info!("the collector stops, as it was told"),
                () = store.stopped() => failed = true,
            }
        };
        serve(listener, app, end).await;
        tracing::info!("the collector has stopped");
        if failed {
            bail!(
                "the disk failed, so nothing more was taken; all that was acknowledged is in {}. \
                 Look at the disk, then start again",
                self.storage.database
            );
        }
        Ok(())
    }
}

/// Takes as many file handles as the system allows: every connection is one, and the usual limit
/// is for programs with a window and a few documents.
fn take_file_handles() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "connections are limited by the number of file handles");
    }
}

/// Returns when the process is interrupted or terminated.
fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}
