//! Refuses to build a collector without its widget, and says how to build that.

use std::path::Path;

fn main() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/widget/manifest.json");
    println!("cargo:rerun-if-changed={}", manifest.display());
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=assets");
    if !manifest.exists() {
        println!(
            "cargo::error=the widget is not built yet, and the collector carries it inside; \
             build it with `cargo xtask widget` and try again"
        );
    }
}
