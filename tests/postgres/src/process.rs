//! Processes by their id: signals to them, their children, their end.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::TIMEOUT;

/// Sends a signal to a process; one that has ended already is no fault.
pub(super) fn send(process: Pid, signal: Signal) {
    _ = kill_process(process, signal);
}

/// Returns the processes that this one has started.
pub(super) fn children(parent: Pid) -> Vec<Pid> {
    let parent = parent.as_raw_nonzero().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // What stands before the last bracket is a name, and may hold anything.
            let (_, after) = stat.rsplit_once(')')?;
            (after.split_whitespace().nth(1)? == parent).then_some(())?;
            Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)
        })
        .collect()
}

/// Waits until processes have ended; a zombie counts as ended.
pub(super) fn wait_for_end(processes: &[Pid]) {
    let started = Instant::now();
    let ended = |process: &Pid| {
        let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
        fs::read_to_string(stat).map_or(true, |stat| {
            let state = stat.rsplit_once(')').map(|(_, after)| after.trim_start());
            state.is_some_and(|state| state.starts_with('Z'))
        })
    };
    while !processes.iter().all(ended) {
        assert!(started.elapsed() < TIMEOUT, "a process did not end");
        thread::sleep(Duration::from_millis(10));
    }
}
