//! A part of a core for one process, so that the rest of the machine can ask more than it can do.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the kernel takes such orders, in the older of its two forms.
const CONTROLLER: &str = "/sys/fs/cgroup/cpu";

/// How often the kernel gives out time, in microseconds: often, so that pauses stay short.
const PERIOD: u32 = 10_000;

/// A limit that is lifted when this is dropped.
#[derive(Debug)]
pub struct Quota {
    folder: PathBuf,
}

impl Quota {
    /// Limits a process and all its threads to so many hundredths of a core; none where this
    /// machine does not let us.
    pub fn of(process: u32, hundredths: u32) -> Option<Self> {
        let folder = Path::new(CONTROLLER).join(format!("huiyin-{process}"));
        fs::create_dir(&folder).ok()?;
        let quota = Self { folder };
        quota.write("cpu.cfs_period_us", PERIOD)?;
        quota.write("cpu.cfs_quota_us", PERIOD / 100 * hundredths)?;
        quota.write("cgroup.procs", process)?;
        Some(quota)
    }

    fn write(&self, file: &str, value: u32) -> Option<()> {
        fs::write(self.folder.join(file), value.to_string()).ok()
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        let inside = fs::read_to_string(self.folder.join("cgroup.procs")).unwrap_or_default();
        for process in inside.lines() {
            drop(fs::write(
                Path::new(CONTROLLER).join("cgroup.procs"),
                process,
            ));
        }
        drop(fs::remove_dir(&self.folder));
    }
}
