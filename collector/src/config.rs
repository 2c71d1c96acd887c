//! Everything that can be set.
//!
//! A setting is a field here and an entry in `huiyin.example.toml`; its flag, its environment
//! variable (`HUIYIN_` and the name), its key in the file and its help all come from the field.
//! A flag goes before the environment, the environment before the file, the file before the default.

mod file;
mod layers;
mod listing;

use std::net::SocketAddr;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use tracing::level_filters::LevelFilter;

use crate::limits::client::TrustedProxies;
use crate::store::Address;
use crate::util::origin::Origin;

pub(crate) use layers::{CONFIG_FILE, Layers, unknown_env_vars};
pub(crate) use listing::listing;

/// A file with every setting at its default and a word about each.
pub const EXAMPLE: &str = include_str!("../huiyin.example.toml");

/// All settings, by what needs them.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Where the data are.
    #[command(flatten)]
    pub storage: Storage,
    /// Which days it is.
    #[command(flatten)]
    pub days: Days,
    /// Where the public finds it.
    #[command(flatten)]
    pub public: Public,
    /// How the public is served.
    #[command(flatten)]
    pub service: Service,
    /// What is written about it.
    #[command(flatten)]
    pub log: Log,
}

/// Where the data are.
#[derive(Args, Clone, Debug)]
pub struct Storage {
    /// The address of the store; its help is written out, because addresses in a comment would have
    /// to be links.
    #[arg(
        long,
        help = "Where all data are: sqlite:///PATH, made if it is missing, or \
                postgres://USER:PASSWORD@HOST/NAME; HUIYIN_DATABASE_FILE names a file that holds \
                this address, for a secret",
        hide_env_values = true,
        default_value = "sqlite://./data/huiyin.db",
        value_name = "ADDRESS"
    )]
    pub database: Address,
}

/// Which days it is.
#[derive(Args, Clone, Debug)]
pub struct Days {
    /// The time zone whose days are counted, such as Asia/Shanghai; `system` is the machine's
    #[arg(
        long,
        default_value = "system",
        value_name = "NAME",
        value_parser = time_zone
    )]
    pub time_zone: TimeZone,
}

/// Where the public finds it.
#[derive(Args, Clone, Debug)]
pub struct Public {
    /// Where citizens reach the collector, for the tag, such as `https://rate.example.gov.cn`
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "ADDRESS"
    )]
    pub origin: Origin,
}

/// How the public is served.
#[derive(Args, Clone, Debug)]
pub struct Service {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where Prometheus finds /metrics, such as 127.0.0.1:9464; never the public's address
    #[arg(long, default_value = "off", value_name = "ADDRESS")]
    pub metrics_listen: MetricsListen,
    /// The proxies whose X-Forwarded-For is believed: addresses and networks, such as
    /// 10.0.0.0/8,192.0.2.7
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "LIST"
    )]
    pub trusted_proxies: TrustedProxies,
    /// How often one client may send feedback in a minute; 0 for no limit
    #[arg(long, default_value_t = 300, value_name = "N")]
    pub rate_limit: u32,
    /// How many ratings a score must have before it is published
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub public_minimum: u64,
    /// Load a few demonstration departments if there are none
    #[arg(
        long,
        default_value_t = false,
        default_missing_value = "true",
        num_args = 0..=1,
        require_equals = true,
        value_name = "true|false",
        hide_possible_values = true,
        action = clap::ArgAction::Set,
        value_parser = clap::builder::BoolishValueParser::new()
    )]
    pub demo: bool,
}

impl Service {
    /// Returns what no setting shows by itself: that two of them do not fit together.
    pub(crate) fn contradiction(&self) -> Option<String> {
        let listen = self.listen;
        let same = listen.port() != 0 && self.metrics_listen.0 == Some(listen);
        same.then(|| {
            format!("listen and metrics_listen are both {listen}; the public may not see /metrics")
        })
    }
}

/// What is written about it, to standard error.
#[derive(Args, Clone, Debug)]
pub struct Log {
    /// How the log is written, to standard error: text, or json with one object a line
    #[arg(
        hide_possible_values = true,
        long,
        value_enum,
        default_value_t = LogFormat::Text,
        value_name = "FORMAT",
        global = true,
        help_heading = EVERYWHERE
    )]
    pub log_format: LogFormat,
    /// The least that is logged: off, error, warn, info, debug, trace; more for one part alone as
    /// in warn,huiyin=debug
    #[arg(
        long,
        default_value = "info",
        value_name = "LEVEL",
        global = true,
        help_heading = EVERYWHERE
    )]
    pub log_filter: LogFilter,
}

/// The heading of what every command takes.
pub(crate) const EVERYWHERE: &str = "Options of every command";

/// Where the figures for operators are served, if anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsListen(pub Option<SocketAddr>);

impl FromStr for MetricsListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self(None)),
            address => (address.parse())
                .map(|address| Self(Some(address)))
                .map_err(|_| "neither `off` nor an address such as 127.0.0.1:9464".to_owned()),
        }
    }
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

/// What is logged; known to be readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// Returns the filter as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A word that is no level would be taken for the name of a part, and all else be silent.
        let words = text.split(',').map(str::trim);
        let mut strange =
            words.filter(|word| !word.contains(['=', '[']) && word.parse::<LevelFilter>().is_err());
        if let Some(word) = strange.next() {
            return Err(format!(
                "{word:?} is no level; try off, error, warn, info, debug or trace"
            ));
        }
        tracing_subscriber::EnvFilter::try_new(text)
            .map(|_| Self(text.to_owned()))
            .map_err(|error| error.to_string())
    }
}

fn time_zone(name: &str) -> Result<TimeZone, String> {
    match name {
        "system" => Ok(TimeZone::system()),
        name => TimeZone::get(name)
            .map_err(|_| format!("no time zone is called {name}; try Asia/Shanghai")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_is_none_is_refused_and_not_taken_for_silence() {
        for good in [
            "info",
            "WARN,huiyin=debug",
            "off",
            "huiyin::store=trace,error",
        ] {
            assert!(good.parse::<LogFilter>().is_ok(), "{good}");
        }
        for bad in ["wran", "loud", "huiyin", "info,huiyin", "huiyin=loud"] {
            assert!(bad.parse::<LogFilter>().is_err(), "{bad}");
        }
    }
}
