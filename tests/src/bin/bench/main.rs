//! `bench`: measures the collector beside others in the same run; see `cargo xtask bench`.

mod bare;
mod figure;
mod footprint;
mod ingest;
mod isso;
mod machine;
mod reads;
mod rounds;
mod servers;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::{Parser, Subcommand};
use huiyin_tests::load::Load;

use figure::Figures;
use isso::Isso;
use rounds::Rounds;
use settings::Settings;

/// Measure the collector and print a table
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Measure less and shorter, to see whether it works
    #[arg(long)]
    quick: bool,
    /// Where the report is written
    #[arg(long, default_value = "target/bench", value_name = "FOLDER")]
    out: PathBuf,
    /// Where tools are installed
    #[arg(long, default_value = "target/tools", value_name = "FOLDER")]
    tools: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Serve as the handler that the collector is measured against
    #[command(hide = true)]
    Bare,
}

/// A run with everything it has found out so far.
struct Bench {
    settings: Settings,
    figures: Figures,
    rounds: Rounds,
    /// The peer, or why there is none.
    isso: anyhow::Result<Isso>,
    /// How many ratings a second each store takes in at the usual number of connections.
    capacities: Vec<f64>,
}

impl Bench {
    /// Returns the usual load with this many connections; whoever measures says to whom.
    fn load(&self, connections: usize) -> Load {
        Load {
            server: ([127, 0, 0, 1], 0).into(),
            connections,
            warm_up: self.settings.warm_up,
            window: self.settings.window,
        }
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Bare) => tokio::runtime::Runtime::new()?.block_on(bare::serve()),
        None => measure(&arguments),
    }
}

fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let started = Instant::now();
    let settings = if arguments.quick {
        Settings::QUICK
    } else {
        Settings::FULL
    };
    fs::create_dir_all(&arguments.out)?;
    let isso = Isso::install(&arguments.tools).context("Isso cannot be installed");
    let head = head(&settings, isso.as_ref().ok(), &arguments.out);
    println!("{head}\n");
    let mut bench = Bench {
        settings,
        figures: Figures::default(),
        rounds: Rounds::default(),
        isso,
        capacities: Vec::new(),
    };
    footprint::start(&mut bench);
    ingest::measure(&mut bench)?;
    footprint::memory(&mut bench)?;
    println!("Reading");
    reads::score(&mut bench)?;
    reads::list(&mut bench)?;
    let report = format!(
        "{head}\n\n{}\n\n{}\n",
        bench.figures.table(),
        bench.rounds.table()
    );
    fs::write(arguments.out.join("report.txt"), &report)?;
    fs::write(arguments.out.join("report.json"), bench.figures.json()?)?;
    bench.rounds.write(&arguments.out.join("rounds.csv"))?;
    println!("\n{report}");
    let (out, took) = (arguments.out.display(), started.elapsed().as_secs());
    println!("{took} s; {out}/report.json has the figures, {out}/rounds.csv every round.");
    Ok(())
}

/// Says on what it is measured, with what, and how.
fn head(settings: &Settings, isso: Option<&Isso>, out: &Path) -> String {
    let huiyin = std::env::var_os("HUIYIN_BINARY").map(PathBuf::from);
    let mut lines = machine::lines(&huiyin.unwrap_or_default(), out);
    lines.push(match isso {
        Some(isso) => format!(
            "peer       {} ({})",
            isso.versions(),
            isso::WORKERS.join(" ")
        ),
        None => "peer       none".to_owned(),
    });
    lines.push(format!(
        "settings   medians of {} interleaved rounds of {:.1} s after {:.1} s; all processes and \
         the generator share the machine; SQLite: WAL, synchronous=FULL; PostgreSQL: synchronous_commit, fsync, \
         full_page_writes on",
        settings.rounds,
        settings.window.as_secs_f64(),
        settings.warm_up.as_secs_f64(),
    ));
    lines.join("\n")
}
