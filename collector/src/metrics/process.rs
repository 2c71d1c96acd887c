//! What the process takes of the machine, under the names that every dashboard knows.

use std::fs;

use prometheus::IntGauge;

use super::registry::Figures;

/// Memory and file handles, as Linux tells them; 0 where the system does not.
#[derive(Debug)]
pub(super) struct Process {
    resident: IntGauge,
    handles: IntGauge,
    most_handles: IntGauge,
}

impl Process {
    pub(super) fn new(figures: &Figures) -> Self {
        Self {
            resident: figures.gauge(
                "process_resident_memory_bytes",
                "Memory of the process that is in use and not swapped out.",
            ),
            handles: figures.gauge("process_open_fds", "File handles that are open."),
            most_handles: figures.gauge("process_max_fds", "File handles that may be open."),
        }
    }

    /// Reads what the process takes now.
    pub(super) fn refresh(&self) {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let handles = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        self.resident
            .set(number(&status, "VmRSS:").saturating_mul(1024));
        self.most_handles.set(number(&limits, "Max open files"));
        self.handles.set(i64::try_from(handles).unwrap_or(i64::MAX));
    }
}

/// Returns the first number in the line that starts with `name`.
fn number(text: &str, name: &str) -> i64 {
    let rest = text.lines().find_map(|line| line.strip_prefix(name));
    let first = rest.and_then(|rest| rest.split_whitespace().next());
    first
        .and_then(|first| first.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_their_line() {
        let text =
            "VmPeak:\t  9 kB\nVmRSS:\t  12 kB\nMax open files            1024   4096  files\n";
        assert_eq!(number(text, "VmRSS:"), 12);
        assert_eq!(number(text, "Max open files"), 1024);
        assert_eq!(number("Max open files unlimited", "Max open files"), 0);
    }
}
