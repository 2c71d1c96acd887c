//! Compiles the widget's crate to WebAssembly.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::manifest::BuildKind;
use crate::process;
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::Workspace;

/// Compiles the widget and returns the WebAssembly file, as the compiler left it.
pub(super) fn compile(
    workspace: &Workspace,
    toolchain: &Toolchain,
    kind: BuildKind,
) -> Result<PathBuf> {
    // Fetched first, so that the folders whose names must not end up in the file are all known.
    process::run(
        toolchain
            .cargo(workspace.root())
            .args(["fetch", "--locked", "--target", TARGET]),
    )?;

    let mut command = toolchain.cargo(workspace.root());
    command
        .args(["build", "--locked", "--package", "huiyin-widget", "--lib"])
        .args(["--profile", "widget", "--target", TARGET])
        // A target folder of its own: a change of the host's profiles must not rebuild this.
        .arg("--target-dir")
        .arg(workspace.widget_build().join("cargo"))
        // The variable outranks all settings a machine may have, so every machine uses the same
        // flags. With a target given, build scripts and macros are not touched by it.
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, toolchain, kind))
        .env_remove("RUSTFLAGS");
    if kind == BuildKind::Size {
        command
            .args([
                "-Zbuild-std=std,panic_abort",
                "-Zbuild-std-features=optimize_for_size",
            ])
            // Compiling the standard library along is not stable yet; this admits it.
            .env("RUSTC_BOOTSTRAP", "1");
    }
    process::built_files(&mut command, "huiyin_widget")?
        .into_iter()
        .find(|file| {
            file.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .context("the widget's crate compiled, but no .wasm file came out; is it a cdylib?")
}

/// Returns the places on this machine that a compiler may write into the file, each with the
/// words that stand in for it.
pub(super) fn machine_paths(
    workspace: &Workspace,
    toolchain: &Toolchain,
) -> Vec<(PathBuf, &'static str)> {
    let mut paths = Vec::new();
    // The compiler takes the last one that fits, so the general ones come first.
    if let Some(home) = env::home_dir().filter(|home| home.components().count() > 1) {
        paths.push((home, "home"));
    }
    if let Some(cargo) = cargo_home() {
        paths.push((cargo.clone(), "cargo"));
        // The folder's name holds a sum over the registry's address, which differs by mirror.
        let registries = fs::read_dir(cargo.join("registry/src"));
        for registry in registries.into_iter().flatten().flatten() {
            paths.push((registry.path(), "registry"));
        }
    }
    // Debian links this folder to another one, whose name the compiler may write instead.
    let library = toolchain.sysroot().join("lib/rustlib/src/rust");
    if let Ok(linked) = library.canonicalize() {
        paths.push((linked, "rust"));
    }
    paths.push((library, "rust"));
    paths.push((workspace.root().to_path_buf(), "huiyin"));
    paths
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// Returns the compiler's flags in the form that allows blanks within one of them.
fn flags(workspace: &Workspace, toolchain: &Toolchain, kind: BuildKind) -> String {
    let mut flags: Vec<String> = machine_paths(workspace, toolchain)
        .into_iter()
        .map(|(place, name)| format!("--remap-path-prefix={}={name}", place.display()))
        .collect();
    if kind == BuildKind::Size {
        // A panic stops the widget without a word: the texts would be a fifth of the file, and
        // a visitor has no use for them.
        flags.extend(
            [
                "-Zunstable-options",
                "-Cpanic=immediate-abort",
                "-Zlocation-detail=none",
                "-Zfmt-debug=none",
            ]
            .map(str::to_owned),
        );
    }
    flags.join("\u{1f}")
}
