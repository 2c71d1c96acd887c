//! Leaves the comments and the indents of the style sheet out of the WebAssembly.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=style.css");
    let sheet = fs::read_to_string("style.css").expect("the style sheet stands beside this file");
    // The sheet has no text in which a comment could seem to begin.
    let parts = sheet.split("/*").enumerate().map(|(place, part)| {
        let after = part.split_once("*/").map_or("", |(_, after)| after);
        if place == 0 { part } else { after }
    });
    let rules: String = parts.collect();
    let lines: Vec<&str> = rules.lines().map(str::trim).collect();
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to"));
    fs::write(folder.join("style.css"), lines.join("\n")).expect("that folder can be written");
}
