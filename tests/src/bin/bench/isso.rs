//! A real peer: Isso, a comment server in Python, behind gunicorn.
//!
//! It stores one comment for each request in a SQLite file of its own, with moderation and guards
//! switched off, in an environment that is installed once below the folder of tools.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use huiyin_tests::load::{ID, Requests};
use huiyin_tests::replay;

use crate::machine::said;
use crate::servers::{Ended, Server};

/// How many processes and threads it gets.
pub(crate) const WORKERS: [&str; 4] = ["--workers", "2", "--threads", "8"];

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// An environment with Isso in it.
pub(crate) struct Isso {
    programs: PathBuf,
}

impl Isso {
    /// Finds the environment, or makes it.
    pub(crate) fn install(tools: &Path) -> anyhow::Result<Self> {
        let environment = tools.join("isso");
        let programs = environment.join("bin");
        let whole = environment.join("complete");
        if !whole.is_file() {
            println!(
                "Installing Isso and gunicorn from PyPI into {}.",
                environment.display()
            );
            let version = Command::new("python3").arg("--version").output();
            version.context("there is no python3 on this machine")?;
            run(Command::new("python3")
                .args(["-m", "venv"])
                .arg(&environment))?;
            let packages = ["install", "--quiet", "isso", "gunicorn"];
            run(Command::new(programs.join("pip")).args(packages))?;
            fs::write(whole, "")?;
        }
        Ok(Self { programs })
    }

    /// Returns the versions.
    pub(crate) fn versions(&self) -> String {
        let ask = "from importlib.metadata import version as v; \
                   import platform; print('Isso ' + v('isso') + ', gunicorn ' + v('gunicorn') \
                   + ', Python ' + platform.python_version())";
        said(
            &self.programs.join("python").to_string_lossy(),
            &["-c", ask],
        )
    }

    /// Starts it on files in this folder, which has to be empty.
    pub(crate) fn start(&self, folder: &Path) -> anyhow::Result<Server> {
        let address = free_address()?;
        let settings = folder.join("isso.cfg");
        let database = folder.join("comments.db");
        fs::write(
            &settings,
            format!(
                "[general]\ndbpath = {}\nhost = http://{address}/\nnotify =\n\
                 [moderation]\nenabled = false\n[guard]\nenabled = false\n",
                database.display()
            ),
        )?;
        let log = fs::File::create(folder.join("log"))?;
        let child = Command::new(self.programs.join("gunicorn"))
            .args(["--bind", &address.to_string(), "--log-level", "error"])
            .args(WORKERS)
            .arg("isso.run")
            .env("ISSO_SETTINGS", &settings)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("gunicorn cannot be started")?;
        let server = Server::foreign("Isso", address, Ended(child));
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            if started.elapsed() > PATIENCE {
                bail!(
                    "Isso did not start: {}",
                    fs::read_to_string(folder.join("log"))?
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

/// Returns comments with the texts that the collector is sent, on one page.
pub(crate) fn comments() -> anyhow::Result<Requests> {
    let bodies = replay::ratings(3_000)?.into_iter().map(|rating| {
        // The id makes each comment another one.
        let text = format!("{} {ID}", rating.text("comment"));
        serde_json::json!({
            "text": text, "title": "page", "author": null, "email": null, "website": null,
            "parent": null,
        })
        .to_string()
    });
    Ok(Requests::post("/new?uri=%2Fpage%2F", "", bodies))
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command
        .output()
        .with_context(|| format!("{command:?} cannot be started"))?;
    if !output.status.success() {
        bail!(
            "{command:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
