//! Refuses to build a collector without its widget, says how to build that, and passes its version on.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let collector = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let manifest = PathBuf::from(collector).join("../target/widget/manifest.json");
    println!("cargo:rerun-if-changed={}", manifest.display());
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=assets");
    println!("cargo:rerun-if-changed=../widget/locales");
    let version = fs::read(&manifest).ok().and_then(|list| {
        let list: serde_json::Value = serde_json::from_slice(&list).ok()?;
        Some(list["version"].as_str()?.to_owned())
    });
    match version {
        Some(version) => println!("cargo:rustc-env=HUIYIN_WIDGET_VERSION={version}"),
        None => println!(
            "cargo::error=the widget is not built yet, and the collector carries it inside; \
             build it with `cargo xtask widget` and try again"
        ),
    }
}
