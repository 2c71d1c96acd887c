//! Taking ratings in: how many a second, beside others, and how late at half of that.

use std::time::Duration;

use anyhow::ensure;
use huiyin_test_postgres::Postgres;
use huiyin_tests::collector::{Installation, Kind};
use huiyin_tests::load::{Load, Requests, peak_memory};
use huiyin_tests::replay::DEPARTMENTS;

use crate::figure::{Goal, middle};
use crate::footprint::{mebibytes, ratings};
use crate::rounds::milliseconds;
use crate::servers::Server;
use crate::{Bench, isso};

/// Numbers of connections; the goals are set for the one in the middle.
const CONNECTIONS: [usize; 3] = [16, 64, 256];

/// The number of connections of the goals.
const USUAL: usize = 64;

/// Connections at a fixed rate: enough that none is waited for while the server keeps up.
const OPEN_CONNECTIONS: usize = 256;

/// How long the peer is counted at least: it is so slow that less would be a matter of luck.
const PEER_WINDOW: Duration = Duration::from_secs(3);

/// How long the peer runs before: its first second is far slower than the rest.
const PEER_WARM_UP: Duration = Duration::from_secs(2);

/// The stores, and the share of the bare handler's rate that each has to reach.
const STORES: [(Kind, &str, f64); 2] = [
    (Kind::Sqlite, "SQLite", 0.6),
    (Kind::Postgres, "PostgreSQL", 0.3),
];

/// One who takes ratings in, and how many in each round.
struct Contender {
    server: Server,
    requests: Requests,
    load: Load,
    rates: Vec<f64>,
}

/// Measures it all.
pub(crate) fn measure(bench: &mut Bench) -> anyhow::Result<()> {
    let bare = Server::bare()?;
    let mut memory = 0;
    for connections in CONNECTIONS {
        memory = capacity(bench, connections, &bare)?.max(memory);
    }
    let name = "resident memory after full load, the most of both stores";
    let goal = Some(Goal::AtMost(96.0));
    bench.figures.add(name, &[mebibytes(memory)], "MiB", goal);
    for (index, (kind, store, _)) in STORES.into_iter().enumerate() {
        half(bench, kind, store, bench.capacities[index] / 2.0, &bare)?;
    }
    Ok(())
}

/// Measures the rate at a number of connections, each against the bare handler of the same round.
///
/// Returns the most memory that a collector had.
fn capacity(bench: &mut Bench, connections: usize, bare: &Server) -> anyhow::Result<u64> {
    println!("Durable ingest at {connections} connections");
    let usual = connections == USUAL;
    let load = bench.load(connections);
    // Data of its own for each, so that none inherits the rows of the one before.
    let mut installations = Vec::new();
    let mut contenders = Vec::new();
    for (kind, ..) in STORES {
        let installation = Installation::empty_on(kind).knowing(DEPARTMENTS);
        contenders.push(Contender {
            server: Server::collector(kind, &installation)?,
            requests: ratings()?,
            load,
            rates: Vec::new(),
        });
        installations.push(installation);
    }
    let folder = tempfile::tempdir()?;
    if let (true, Ok(peer)) = (usual, &bench.isso) {
        contenders.push(Contender {
            server: peer.start(folder.path())?,
            requests: isso::comments()?,
            load: Load {
                warm_up: PEER_WARM_UP,
                window: load.window.max(PEER_WINDOW),
                ..load
            },
            rates: Vec::new(),
        });
    }
    let figure = format!("ingest, {connections} connections");
    let mut measure = ratings()?;
    let mut bare_rates = Vec::new();
    for round in 0..bench.settings.rounds {
        let rounds = &mut bench.rounds;
        let report = rounds.measure(&figure, round, bare, &load, None, &mut measure)?;
        bare_rates.push(report.rate());
        for one in &mut contenders {
            let (load, requests) = (&one.load, &mut one.requests);
            let mut report = rounds.measure(&figure, round, &one.server, load, None, requests)?;
            if report.accepted() == 0 {
                // A peer that has only just been installed may be silent for its first seconds.
                report = rounds.measure(&figure, round, &one.server, load, None, requests)?;
            }
            ensure!(
                report.accepted() > 0,
                "{} takes nothing: {:?}",
                one.server.name,
                report.statuses
            );
            one.rates.push(report.rate());
        }
    }
    for ((_, store, goal), one) in STORES.iter().zip(&contenders) {
        let goal = usual.then_some(Goal::AtLeast(*goal));
        let name = format!("durable ingest, {store}, {connections} connections, against bare");
        bench
            .figures
            .add(name, &ratios(&one.rates, &bare_rates), "times", goal);
    }
    if usual {
        bench.capacities = contenders.iter().map(|one| middle(&one.rates)).collect();
        let name = format!("durable ingest, SQLite, {connections} connections, against Isso");
        match (&bench.isso, contenders.get(STORES.len())) {
            (Err(why), _) => bench.figures.skip(name, format!("{why:#}")),
            (Ok(_), None) => {}
            (Ok(_), Some(peer)) => {
                let ratios = ratios(&contenders[0].rates, &peer.rates);
                bench
                    .figures
                    .add(name, &ratios, "times", Some(Goal::AtLeast(130.0)));
            }
        }
    }
    let collectors = contenders.iter().filter_map(|one| one.server.process);
    Ok(collectors.filter_map(peak_memory).max().unwrap_or_default())
}

/// Measures the latency at half of the capacity that was just found.
fn half(
    bench: &mut Bench,
    kind: Kind,
    store: &str,
    rate: f64,
    bare: &Server,
) -> anyhow::Result<()> {
    println!("Latency at half of capacity, {store}");
    let installation = Installation::empty_on(kind).knowing(DEPARTMENTS);
    let server = Server::collector(kind, &installation)?;
    age(bench, kind, &server)?;
    let load = Load {
        // What comes while connections are being opened is late for that reason alone.
        warm_up: bench.settings.warm_up.max(Duration::from_secs(1)),
        ..bench.load(OPEN_CONNECTIONS)
    };
    let figure = format!("{rate:.0} a second");
    let mut requests = ratings()?;
    let (mut bare_p99, mut p99) = (Vec::new(), Vec::new());
    for round in 0..bench.settings.rounds {
        for (server, late) in [(bare, &mut bare_p99), (&server, &mut p99)] {
            let rounds = &mut bench.rounds;
            let report =
                rounds.measure(&figure, round, server, &load, Some(rate), &mut requests)?;
            late.push(milliseconds(&report, 0.99));
        }
    }
    let name = format!("p99 at half of capacity, {store}");
    bench
        .figures
        .add(name, &p99, "ms", Some(Goal::AtMost(15.0)));
    bench
        .figures
        .add("p99 of bare at the same rate", &bare_p99, "ms", None);
    Ok(())
}

/// Makes a server one that has run for a while.
///
/// PostgreSQL makes each file of its log by writing 16 MiB of zeros, and at every checkpoint keeps
/// old ones to be used again. A server that has only just been set up has none, and every few
/// seconds everybody waits for it to make one.
fn age(bench: &Bench, kind: Kind, server: &Server) -> anyhow::Result<()> {
    let load = Load {
        server: server.address,
        window: Duration::from_secs(5),
        ..bench.load(USUAL)
    };
    let report = load.closed(&mut ratings()?)?;
    ensure!(report.accepted() > 0, "{} takes nothing", server.name);
    if kind == Kind::Postgres {
        Postgres::shared().ask("postgres", "CHECKPOINT");
    }
    Ok(())
}

fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| ours / theirs)
        .collect()
}
