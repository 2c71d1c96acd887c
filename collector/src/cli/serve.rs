//! `huiyin serve`.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Database, Zone, demo, print};
use crate::ingest::Queue;
use crate::limits::Limits;
use crate::limits::client::TrustedProxies;
use crate::random::Random;
use crate::serve::serve;
use crate::state::{App, Readiness};

/// Take in feedback and serve the pages
#[derive(Args)]
pub(super) struct Serve {
    /// The address to listen on; port 0 takes any free one
    #[arg(
        long,
        env = "HUIYIN_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    listen: SocketAddr,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    zone: Zone,
    /// How many ratings a score must have before it is published
    #[arg(
        long,
        env = "HUIYIN_PUBLIC_MINIMUM",
        default_value_t = 30,
        value_name = "N"
    )]
    public_minimum: u64,
    /// How often one client may send feedback in a minute; 0 for no limit
    #[arg(
        long,
        env = "HUIYIN_RATE_LIMIT",
        default_value_t = 300,
        value_name = "N"
    )]
    rate_limit: u32,
    /// The proxies whose X-Forwarded-For is believed: addresses and networks, such as
    /// 10.0.0.0/8,192.0.2.7
    #[arg(
        long,
        env = "HUIYIN_TRUSTED_PROXIES",
        default_value = "",
        hide_default_value = true,
        value_name = "LIST"
    )]
    trusted_proxies: TrustedProxies,
    /// Load a few demonstration departments if there are none
    #[arg(long, env = "HUIYIN_DEMO", value_parser = clap::builder::BoolishValueParser::new())]
    demo: bool,
}

impl Serve {
    /// Serves until the process is told to stop.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let database = self.database.database.clone();
        let store = self.database.open().await?;
        if self.demo && store.is_empty().await? {
            let loaded = demo::load(store.as_ref()).await?;
            print(&format!(
                "The database was empty: loaded {loaded} demonstration departments.\n"
            ))?;
        }
        let listener = TcpListener::bind(self.listen).await.with_context(|| {
            let address = self.listen;
            format!("cannot listen on {address}; choose another address with --listen")
        })?;
        let address = listener.local_addr()?;
        let random = Random::system();
        let clock = self.zone.clock();
        let shared = Arc::clone(&store).shared_limit();
        let shared = shared.map(|shared| (shared, clock.clone()));
        let limits = Limits::new(self.trusted_proxies, self.rate_limit, &random, shared);
        let app = App {
            queue: Queue::start(Arc::clone(&store)),
            readiness: Readiness::default(),
            store,
            clock,
            random,
            limits: Arc::new(limits),
            public_minimum: self.public_minimum,
        };
        let asked_to_stop = asked_to_stop()?;
        print(&format!(
            "Huiyin listens on http://{address}\n  \
             a page with the tag  http://{address}/demo\n  \
             scores               http://{address}/\n  \
             the interface        http://{address}/api/v1/departments\n\
             Scores are published from n = {} on. Stop with Ctrl-C.\n",
            self.public_minimum.max(1),
        ))?;
        let store = Arc::clone(&app.store);
        let mut failed = false;
        let end = async {
            tokio::select! {
                () = asked_to_stop => {}
                () = store.stopped() => failed = true,
            }
        };
        serve(listener, app, end).await;
        if failed {
            bail!(
                "the disk failed, so nothing more was taken; all that was acknowledged is in \
                 {database}. Look at the disk, then start again"
            );
        }
        Ok(())
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
