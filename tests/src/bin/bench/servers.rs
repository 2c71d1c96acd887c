//! Those who are measured, each a process of its own.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use huiyin_tests::collector::{Installation, Kind};

/// A process that is measured and does not outlive the measurement.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// The process whose CPU time is looked at; none where several share the work.
    pub(crate) process: Option<u32>,
    /// Whatever ends with this.
    _running: Box<dyn fmt::Debug>,
}

/// A child that is ended with its owner.
#[derive(Debug)]
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // SIGTERM, because a master process has to end its workers.
        let id = self.0.id().to_string();
        drop(Command::new("kill").args(["-TERM", &id]).status());
        drop(self.0.wait());
    }
}

impl Server {
    /// Starts the bare handler, which is this program in another role.
    pub(crate) fn bare() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("bare")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("it has an output")?;
        let child = Ended(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Self {
            name: "bare",
            address: line.trim().parse().context("the bare handler's address")?,
            process: Some(child.0.id()),
            _running: Box::new(child),
        })
    }

    /// Starts the collector behind a proxy whose word about addresses it believes, as operators
    /// run it; all of its limits hold.
    pub(crate) fn collector(kind: Kind, installation: &Installation) -> anyhow::Result<Self> {
        let believed = ["--trusted-proxies", "127.0.0.1"];
        let minimum = ["--public-minimum", "1"];
        let collector = installation.start_with(&[believed, minimum].concat());
        let origin = collector.origin();
        let address = origin.strip_prefix("http://").unwrap_or(origin);
        Ok(Self {
            name: match kind {
                Kind::Sqlite => "Huiyin, SQLite",
                Kind::Postgres => "Huiyin, PostgreSQL",
            },
            address: address.parse().context("the collector's address")?,
            process: Some(collector.process()),
            _running: Box::new(collector),
        })
    }

    /// Takes a process that has been started and answers at this address.
    pub(crate) fn foreign(name: &'static str, address: SocketAddr, child: Ended) -> Self {
        Self {
            name,
            address,
            process: None,
            _running: Box::new(child),
        }
    }
}
