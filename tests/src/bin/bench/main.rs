//! `bench`: measures the collector beside others in the same run; see `cargo xtask bench`.

mod bare;

use clap::{Parser, Subcommand};

/// Measure the collector and print a table
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve as the handler that the collector is measured against
    #[command(hide = true)]
    Bare,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Some(Command::Bare) => bare::serve().await,
        None => Ok(()),
    }
}
