//! On what, and with what, it was measured.

use std::fs;
use std::path::Path;
use std::process::Command;

use huiyin_test_postgres::Postgres;

/// Returns the lines that stand above the table.
pub(crate) fn lines(huiyin: &Path, folder: &Path) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, |cores| cores.get());
    let disk = said("df", &["--output=source,fstype", &folder.to_string_lossy()]);
    let disk = disk.lines().last().unwrap_or_default().split_whitespace();
    vec![
        format!(
            "machine    {cores} cores of {}, {} memory, {}, disk {}",
            entry("/proc/cpuinfo", "model name"),
            entry("/proc/meminfo", "MemTotal"),
            said("uname", &["-sr"]),
            disk.collect::<Vec<_>>().join(" "),
        ),
        format!(
            "versions   {}, {}, SQLite {}, PostgreSQL {}, axum {}",
            said("rustc", &["--version"]),
            said(&huiyin.to_string_lossy(), &["--version"]),
            rusqlite::version(),
            Postgres::shared().ask("postgres", "SHOW server_version"),
            locked("axum"),
        ),
        format!(
            "load       {} before the run (1, 5, 15 minutes)",
            fs::read_to_string("/proc/loadavg").map_or(String::new(), |load| {
                load.split(' ').take(3).collect::<Vec<_>>().join(" ")
            })
        ),
    ]
}

/// Returns what a program says, in one piece; its name with a question mark where it says nothing.
pub(crate) fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.ok().filter(|output| output.status.success());
    text.and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(|| format!("{program} ?"), |text| text.trim().to_owned())
}

/// Returns the first value of this name in a file of the kernel.
fn entry(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value.map_or("?", |(_, value)| value.trim()).to_owned()
}

/// Returns the version of a crate that the workspace is locked to.
fn locked(name: &str) -> &'static str {
    let lock = include_str!("../../../../Cargo.lock");
    let start = format!("name = \"{name}\"\nversion = \"");
    let rest = lock.split_once(&start).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split('"').next()).unwrap_or("?")
}
