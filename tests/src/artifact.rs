//! What a test leaves for people to look at: pictures, and the figures it measured.

use std::path::PathBuf;
use std::{env, fs};

/// Keeps a file where the task runner collects such files; elsewhere nothing is kept.
pub fn keep(name: &str, content: &[u8]) {
    let Some(folder) = env::var_os("HUIYIN_ARTIFACTS").map(PathBuf::from) else {
        return;
    };
    let file = folder.join(name);
    let folder = file.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(file, content).expect("the file can be kept");
}

/// Prints a figure, and keeps it for the task runner to print again when all tests have passed.
pub fn figure(name: &str, measured: &str) {
    println!("{name}: {measured}");
    keep(&format!("figures/{name}.txt"), measured.as_bytes());
}

/// Says that this machine cannot test something. Under CI that is a failure, because there nobody
/// reads what a test that passes has printed.
#[track_caller]
pub fn not_tested(why: &str) {
    assert!(env::var_os("CI").is_none(), "{why}");
    println!("NOT TESTED: {why}");
}
