//! A disk that is soon full: a few megabytes of memory, mounted for one test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::artifact::not_tested;

/// Mounts, says so, and takes it away at the end of its input, however this process ends.
const KEEPER: &str = r#"
    mount -t tmpfs -o "size=$2,mode=0700,uid=$3" tmpfs "$1" || exit 1
    echo mounted
    read -r _
    umount --lazy "$1"
    rmdir "$1"
"#;

/// A mounted disk.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
    keeper: Child,
    // Taken when the disk is to go.
    orders: Option<ChildStdin>,
}

impl SmallDisk {
    /// Mounts a disk of this many bytes.
    ///
    /// Only root may, or who needs no password to become root. For others a test of full disks
    /// cannot run: it says so, and fails where it is somebody's only look, under CI.
    pub fn mount(bytes: u64) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("huiyin-disk-").tempdir();
        let folder = folder.expect("a temporary folder").keep();
        let me = rustix::process::geteuid();
        let mut keeper = if me.is_root() {
            Command::new("sh")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "sh"]);
            sudo
        };
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .args([bytes.to_string(), me.as_raw().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mounted = keeper.spawn().ok().and_then(|mut keeper| {
            let mut said = String::new();
            let stdout = BufReader::new(keeper.stdout.take()?).read_line(&mut said);
            let orders = keeper.stdin.take();
            (stdout.is_ok() && said == "mounted\n").then_some((keeper, orders))
        });
        if let Some((keeper, orders)) = mounted {
            return Some(Self {
                folder,
                keeper,
                orders,
            });
        }
        drop(fs::remove_dir(&folder));
        not_tested("no disk can be mounted here, so nothing is known of full ones");
        None
    }

    /// Returns where it is mounted.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut ballast = File::create(self.ballast()).expect("a file");
        for size in [1 << 16, 1 << 12, 1] {
            let piece = vec![0; size];
            // What does not fit any more may still fit in smaller pieces.
            while ballast.write_all(&piece).is_ok() {}
        }
    }

    /// Takes away what [`fill`](Self::fill) has put there.
    pub fn relieve(&self) {
        fs::remove_file(self.ballast()).expect("it was filled");
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        self.orders = None;
        drop(self.keeper.wait());
    }
}
