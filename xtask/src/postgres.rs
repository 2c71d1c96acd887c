//! Makes sure there is a PostgreSQL to test against, and a tool that makes a disk fail.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{packages, process};

/// What the tests start; Debian keeps most of it off the search path.
const PROGRAMS: [&str; 3] = ["initdb", "postgres", "psql"];

/// Read by Debian's packages before they set up a server.
const SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// Installs PostgreSQL and strace where one of them is missing; no server is set up or started.
pub(crate) fn ensure() -> Result<()> {
    let mut missing = Vec::new();
    if !is_installed() {
        missing.push("postgresql");
    }
    if process::find_program("strace").is_none() {
        missing.push("strace");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let why = "the tests start a PostgreSQL of their own and let a disk fail";
    if missing.contains(&"postgresql") {
        packages::may_install(&missing, why)?;
        want_no_server()?;
    }
    packages::install(&missing, why)
}

/// Whether the programs of PostgreSQL are on this machine.
pub(crate) fn is_installed() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql");
    let folders = versions.into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = folders.map(|entry| entry.path().join("bin")).collect();
    if let Some(folder) = process::find_program("initdb")
        .and_then(|initdb| initdb.canonicalize().ok())
        .and_then(|initdb| initdb.parent().map(Path::to_owned))
    {
        folders.push(folder);
    }
    folders
        .iter()
        .any(|folder| (PROGRAMS.iter()).all(|program| folder.join(program).is_file()))
}

/// Says, where nobody has said anything yet, that no server of the machine's own is wanted: the
/// package would make one, and start it with the machine.
fn want_no_server() -> Result<()> {
    let settings = Path::new(SETTINGS);
    if settings.exists() {
        return Ok(());
    }
    let folder = settings.parent().unwrap_or(settings);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(settings, "create_main_cluster = false\n"))
        .with_context(|| format!("could not write {SETTINGS}"))
}
