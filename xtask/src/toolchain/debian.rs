//! Takes a Rust for WebAssembly from Debian's packages.
//!
//! Debian keeps a current Rust beside its stable one in order to build browsers. It lies in
//! `/usr/bin`, where it stands in nobody's way, and brings the library's source but no library
//! compiled for WebAssembly.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Toolchain;
use crate::{packages, process};

const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";

/// Returns Debian's toolchain if there is one.
pub(super) fn toolchain() -> Option<Toolchain> {
    Toolchain::look_at(CARGO.into(), RUSTC.into(), true).ok()
}

/// Installs Debian's toolchain and the linker that belongs to it.
pub(super) fn install() -> Result<()> {
    install_packages().context(
        "the widget needs a Rust that compiles for WebAssembly. Where rustup can download, this \
         is enough:\n    rustup target add wasm32-unknown-unknown\n    \
         rustup component add rust-src\nThe packages of Debian would serve as well, but",
    )
}

fn install_packages() -> Result<()> {
    packages::ensure_lists()?;
    let linker = linker_package()?;
    packages::install(
        &[
            "rustc-web",
            "cargo-web",
            "rust-web-src",
            "rust-web-llvm",
            &linker,
        ],
        "no Rust here compiles for WebAssembly",
    )
}

/// Returns the package that holds the linker of the LLVM which Debian's Rust was built with.
fn linker_package() -> Result<String> {
    if process::find_program("apt-cache").is_none() {
        bail!("this system has none");
    }
    let dependencies =
        process::output(Command::new("apt-cache").args(["depends", "rust-web-llvm"]))?;
    linker_for(&dependencies)
        .context("Debian's package rust-web-llvm is not known here or names no LLVM")
}

fn linker_for(dependencies: &str) -> Option<String> {
    dependencies
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
        .filter_map(|package| package.trim_start_matches("lib").strip_prefix("llvm"))
        .map(|version| version.trim_start_matches('-'))
        .find(|version| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|version| format!("lld-{version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linker_follows_the_version_of_llvm() {
        let dependencies = "rust-web-llvm\n  Depends: libc6\n  Depends: libgcc-s1\n  \
            Depends: llvm-22\n  Conflicts: <rust-llvm>\n";
        assert_eq!(linker_for(dependencies).as_deref(), Some("lld-22"));
    }

    #[test]
    fn library_package_names_the_version_too() {
        assert_eq!(
            linker_for("  Depends: libllvm23\n").as_deref(),
            Some("lld-23")
        );
    }

    #[test]
    fn without_llvm_there_is_no_linker() {
        assert_eq!(linker_for("rust-web-llvm\n  Depends: libc6\n"), None);
    }
}
