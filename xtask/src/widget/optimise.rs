//! Shrinks the WebAssembly with wasm-opt, where that can be had.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{node, process};

/// The package of npm that brings it.
const PACKAGE: &str = "binaryen";

/// The version every measured size belongs to.
const VERSION: &str = "132.0.0";

/// What browsers have had since 2022. With all features allowed, wasm-opt writes imports that
/// no browser reads yet.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
    "--enable-mutable-globals",
];

/// wasm-opt, installed below the workspace.
pub(super) struct Optimiser {
    program: PathBuf,
}

impl Optimiser {
    /// Returns the same WebAssembly in fewer bytes.
    pub(super) fn shrink(&self, folder: &Path, wasm: &[u8]) -> Result<Vec<u8>> {
        let before = folder.join("bound.wasm");
        let after = folder.join("optimised.wasm");
        fs::write(&before, wasm).context("could not write into target/widget-build")?;
        process::run(
            Command::new("node")
                .arg(&self.program)
                .arg(&before)
                .arg("--output")
                .arg(&after)
                // Until a pass finds nothing more. A function with one caller stays on its own unless it
                // is tiny: functions alike compress better than parts of a long one.
                .args(["-Oz", "--converge"])
                .args(["--one-caller-inline-max-function-size", "12"])
                .args(FEATURES)
                .args([
                    "--strip-debug",
                    "--strip-producers",
                    "--strip-target-features",
                ]),
        )?;
        fs::read(&after).context("wasm-opt left no file behind")
    }
}

/// Returns the version of wasm-opt that is installed, if it can be run.
pub(super) fn installed(workspace: &Workspace) -> Option<String> {
    node::installed(workspace, PACKAGE)
}

/// Returns wasm-opt, installing it when npm is there. Without it the widget is a little bigger,
/// which is told and accepted.
pub(super) fn obtain(workspace: &Workspace) -> Option<Optimiser> {
    let why = "to make the widget smaller";
    if let Err(error) = node::ensure(workspace, PACKAGE, VERSION, why) {
        println!(
            "warning: wasm-opt cannot be had ({error:#}); the widget will be about 4 % bigger"
        );
        return None;
    }
    Some(Optimiser {
        program: node::package(workspace, PACKAGE).join("bin/wasm-opt"),
    })
}
