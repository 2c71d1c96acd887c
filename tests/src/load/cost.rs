//! What a process costs, as the kernel tells it.

use std::fs;
use std::time::Duration;

/// The kernel counts time in hundredths of a second for everybody (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Returns the CPU time that a process has used in all its threads; nothing where it is gone.
pub fn cpu_time(process: u32) -> Option<Duration> {
    time(&format!("/proc/{process}/stat"))
}

/// Returns the most memory that a process ever had resident, in bytes.
pub fn peak_memory(process: u32) -> Option<u64> {
    memory(process, "VmHWM:")
}

/// Returns the memory that a process has resident now, in bytes.
pub fn resident_memory(process: u32) -> Option<u64> {
    memory(process, "VmRSS:")
}

fn memory(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

/// Returns the CPU time that the calling thread has used.
pub(super) fn thread_time() -> Duration {
    time("/proc/thread-self/stat").unwrap_or_default()
}

fn time(file: &str) -> Option<Duration> {
    let stat = fs::read_to_string(file).ok()?;
    // The name before the last bracket may have anything in it; see proc(5).
    let fields = stat.rsplit_once(')')?.1;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_time_and_memory_is_known() {
        let process = std::process::id();
        let before = thread_time();
        let mut sum = 0_u64;
        while thread_time() < before + 2 * TICK {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(cpu_time(process) >= Some(2 * TICK));
        // Read before the peak: other tests of this process take memory meanwhile.
        let resident = resident_memory(process);
        assert!(resident > Some(1 << 20));
        assert!(peak_memory(process) >= resident);
    }
}
