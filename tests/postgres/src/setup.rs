//! What a server needs before it can start: its programs, its user, its port, its settings.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::ops::Range;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::Commit;

/// Ports below those that the system hands out by itself, so that a server which was stopped finds
/// its own still free.
const PORTS: Range<u16> = 20_000..32_000;

/// Returns the arguments of the server.
pub(super) fn settings(folder: &Path, port: u16, commit: Commit) -> Vec<String> {
    let switch = match commit {
        Commit::Synced => "on",
        Commit::Quick => "off",
    };
    let mut arguments = vec!["-D".to_owned(), folder.join("data").display().to_string()];
    let settings = [
        ("listen_addresses", "127.0.0.1"),
        ("port", &port.to_string()),
        ("unix_socket_directories", &folder.display().to_string()),
        ("max_connections", "300"),
        ("fsync", switch),
        ("full_page_writes", switch),
    ];
    for (name, value) in settings {
        arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    arguments
}

/// Returns the folder with the server's programs: that of the search path, or the newest of the
/// distribution's.
pub(super) fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path)
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_owned));
    let versions: BTreeMap<u32, PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    on_path.chain(versions.into_values().rev()).find(|folder| {
        ["initdb", "postgres", "psql"]
            .iter()
            .all(|program| folder.join(program).is_file())
    })
}

/// Whom the server runs as: it refuses to run as root.
pub(super) struct User {
    pub(super) id: u32,
    pub(super) group: u32,
}

impl User {
    /// Returns somebody without rights where this process is root's; otherwise nobody else.
    pub(super) fn unprivileged() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").expect("the list of users can be read");
        let found = ["postgres", "nobody"].iter().find_map(|name| {
            let line = users
                .lines()
                .find(|line| line.split(':').next() == Some(name))?;
            let mut numbers = line.split(':').skip(2).map(str::parse);
            let (id, group) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
            Some(Self { id, group })
        });
        Some(found.expect("there is a user without rights"))
    }
}

/// Has a command run as this user.
pub(super) fn as_user<'a>(command: &'a mut Command, user: Option<&User>) -> &'a mut Command {
    match user {
        Some(user) => command.gid(user.group).uid(user.id),
        None => command,
    }
}

/// Returns a port that nobody listens on.
pub(super) fn free_port() -> u16 {
    let mut chance = [0; 2];
    for _ in 0..100 {
        getrandom::fill(&mut chance).expect("the system has random numbers");
        let port = PORTS.start + u16::from_ne_bytes(chance) % (PORTS.end - PORTS.start);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port of {PORTS:?} is free")
}
