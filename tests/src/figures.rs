//! What a collector says at `/metrics`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::answer::Answer;
use crate::collector::{Collector, Installation, ask, client};
use crate::wait::PATIENCE;

/// The flags that make a collector serve its figures, at an address that [`Figures::ask`] finds.
pub const SERVED: [&str; 2] = ["--metrics-listen", "127.0.0.1:0"];

/// The figures of one moment, by their name with its labels.
#[derive(Clone, Debug)]
pub struct Figures {
    /// As they were answered.
    pub text: String,
    values: BTreeMap<String, f64>,
}

/// Asks the listener of the operators for a path.
pub async fn operators_get(installation: &Installation, path: &str) -> Answer {
    let log = installation.log();
    let address = address(&log).expect("the log says where /metrics is served");
    ask(client().get(format!("http://{address}{path}"))).await
}

impl Figures {
    /// Asks the collector that was started last with [`SERVED`].
    pub async fn ask(installation: &Installation) -> Self {
        let answer = operators_get(installation, "/metrics").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(
            answer
                .header("content-type")
                .starts_with("text/plain; version=0.0.4")
        );
        let values = answer
            .body
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.rsplit_once(' '))
            .map(|(name, value)| (name.to_owned(), value.parse().expect("a number")))
            .collect();
        Self {
            text: answer.body,
            values,
        }
    }

    /// Returns a figure by its name, without `huiyin_` and with its labels.
    #[track_caller]
    pub fn of(&self, name: &str) -> u64 {
        let value = self.values.get(&format!("huiyin_{name}"));
        let value = value.unwrap_or_else(|| panic!("no {name} in {}", self.text));
        whole(*value)
    }

    /// Returns how many submissions were refused for a reason.
    #[track_caller]
    pub fn refused(&self, reason: &str) -> u64 {
        self.of(&format!("submissions_refused_total{{reason=\"{reason}\"}}"))
    }

    /// Returns how many submissions were refused, whatever the reason.
    pub fn refused_in_all(&self) -> u64 {
        let refused = self.values.iter();
        refused
            .filter(|(name, _)| name.starts_with("huiyin_submissions_refused_total{"))
            .map(|(_, value)| whole(*value))
            .sum()
    }

    /// Returns received less everything that it can have become.
    pub fn difference(&self) -> i128 {
        let settled = self.of("submissions_stored_total")
            + self.of("submissions_repeated_total")
            + self.of("submissions_revised_total")
            + self.refused_in_all();
        i128::from(self.of("submissions_received_total")) - i128::from(settled)
    }

    /// Returns the names of all figures with their labels.
    pub fn names(&self) -> Vec<&str> {
        self.values.keys().map(String::as_str).collect()
    }
}

impl Collector {
    /// Begins a request, and goes away without an answer once this body is sent: all of it, or
    /// less than the head says.
    pub fn abandon(&self, head: &str, body: &str) {
        let mut stream = TcpStream::connect(self.address()).expect("a connection");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a time limit");
        let head = format!("{head}\r\nHost: huiyin\r\nExpect: 100-continue\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("it is sent");
        // The collector says this only once it waits for the body: it has received the request.
        let mut leave = [0; 25];
        stream.read_exact(&mut leave).expect("leave to go on");
        stream.write_all(body.as_bytes()).expect("it is sent");
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count"
)]
fn whole(value: f64) -> u64 {
    value as u64
}

fn address(log: &str) -> Option<&str> {
    let line = log
        .lines()
        .rfind(|line| line.contains("/metrics is served"))?;
    let (_, rest) = line.split_once("address")?;
    let address = rest.trim_start_matches(['"', ':', '=']);
    address.split(['"', ' ', ',']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_both_kinds_of_log() {
        let text = "INFO huiyin::cli::serve: /metrics is served address=127.0.0.1:9464";
        let json = r#"{"level":"INFO","message":"/metrics is served","address":"127.0.0.1:9464"}"#;
        for log in [text, json] {
            assert_eq!(address(log), Some("127.0.0.1:9464"));
        }
    }
}
