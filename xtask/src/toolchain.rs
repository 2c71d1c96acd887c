//! Finds, or installs, a Rust that can compile for WebAssembly.

mod debian;
mod rustup;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::manifest::BuildKind;
use crate::process;

/// The widget's target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler, its cargo, and what it brings along for the widget's target.
#[derive(Clone, Debug)]
pub(crate) struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    /// Whether this is another Rust than the one that runs this program.
    foreign: bool,
    release: String,
    sysroot: PathBuf,
    supply: Supply,
}

/// What a toolchain has of the things a build for the widget's target needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Supply {
    /// The standard library, already compiled for the target.
    compiled_library: bool,
    /// The standard library's source, to compile it with the widget for size.
    library_source: bool,
    /// The linker; Debian ships it as a link into a package of its own.
    linker: bool,
}

impl Supply {
    /// Returns the best build that is possible, or `None` when none is.
    fn best_build(self) -> Option<BuildKind> {
        match (self.linker, self.library_source, self.compiled_library) {
            (true, true, _) => Some(BuildKind::Size),
            (true, false, true) => Some(BuildKind::Plain),
            _ => None,
        }
    }
}

impl Toolchain {
    /// Looks at the Rust that runs this program.
    pub(crate) fn active() -> Result<Self> {
        let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let beside_cargo = cargo.with_file_name(format!("rustc{}", env::consts::EXE_SUFFIX));
        let rustc = match env::var_os("RUSTC") {
            Some(rustc) => PathBuf::from(rustc),
            None if beside_cargo.is_file() => beside_cargo,
            None => PathBuf::from("rustc"),
        };
        Self::look_at(cargo, rustc, false)
    }

    fn look_at(cargo: PathBuf, rustc: PathBuf, foreign: bool) -> Result<Self> {
        let ask = |argument: &[&str]| {
            let mut command = Command::new(&rustc);
            forget_active(&mut command, foreign);
            process::output(command.args(argument))
        };
        let release = ask(&["-vV"]).context("could not ask the Rust compiler for its version")?;
        let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?.trim());
        let host = release
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("the Rust compiler does not say for which host it was made")?;
        let parts = sysroot.join("lib/rustlib");
        let linker = format!("rust-lld{}", env::consts::EXE_SUFFIX);
        // rustup keeps the linker among a host's libraries, Debian beside the compiler.
        let linker_places = [parts.join(host).join("bin"), sysroot.join("bin")];
        let supply = Supply {
            compiled_library: parts.join(TARGET).join("lib").is_dir(),
            library_source: parts.join("src/rust/library/Cargo.lock").is_file(),
            linker: linker_places
                .iter()
                .any(|place| place.join(&linker).exists()),
        };
        Ok(Self {
            cargo,
            rustc,
            foreign,
            release,
            sysroot,
            supply,
        })
    }

    /// Starts a cargo command that uses this toolchain and no other.
    pub(crate) fn cargo(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(root);
        process::forget_package(&mut command);
        forget_active(&mut command, self.foreign);
        command.env("RUSTC", &self.rustc);
        command
    }

    /// The compiler's whole account of its version.
    pub(crate) fn release(&self) -> &str {
        &self.release
    }

    /// The folder in which the toolchain's libraries lie.
    pub(crate) fn sysroot(&self) -> &Path {
        &self.sysroot
    }

    /// Whether tools that compile nothing, such as clippy, can work for the widget's target.
    pub(crate) fn has_compiled_library(&self) -> bool {
        self.supply.compiled_library
    }
}

/// Frees a command from the settings of the Rust that runs this program.
///
/// Cargo and rustup leave a library path and the name of a toolchain behind, with which
/// another Rust would load the wrong compiler.
fn forget_active(command: &mut Command, foreign: bool) {
    if foreign {
        for name in ["LD_LIBRARY_PATH", "RUSTUP_TOOLCHAIN", "CARGO", "RUSTDOC"] {
            command.env_remove(name);
        }
    }
}

/// Returns the best toolchain on this machine as it is; installs nothing.
pub(crate) fn present() -> Result<Option<(Toolchain, BuildKind)>> {
    let active = Toolchain::active()?;
    let debian = debian::toolchain();
    let candidates = [Some(active), debian];
    for wanted in [BuildKind::Size, BuildKind::Plain] {
        for candidate in candidates.iter().flatten() {
            if candidate.supply.best_build() == Some(wanted) {
                return Ok(Some((candidate.clone(), wanted)));
            }
        }
    }
    Ok(None)
}

/// Returns a toolchain for the widget; installs what is missing, where that is allowed.
///
/// rustup comes first because it is quick; the packages of Debian are for machines which
/// cannot reach rustup's servers.
pub(crate) fn obtain() -> Result<(Toolchain, BuildKind)> {
    if let Some((toolchain, BuildKind::Size)) = present()? {
        return Ok((toolchain, BuildKind::Size));
    }
    rustup::install(Toolchain::active()?.supply);
    if let Some(found) = present()? {
        return Ok(found);
    }
    debian::install()?;
    present()?.context(
        "the packages are installed, but their compiler still cannot build for WebAssembly: \
         its library source or its linker is missing",
    )
}

/// Tries to add the compiled library that clippy needs; returns whether it is there.
pub(crate) fn ensure_compiled_library() -> Result<bool> {
    let active = Toolchain::active()?;
    if active.has_compiled_library() {
        return Ok(true);
    }
    rustup::install(Supply {
        library_source: true,
        ..active.supply
    });
    Ok(Toolchain::active()?.has_compiled_library())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: Supply = Supply {
        compiled_library: true,
        library_source: true,
        linker: true,
    };

    #[test]
    fn library_source_makes_the_size_build_possible() {
        assert_eq!(EVERYTHING.best_build(), Some(BuildKind::Size));
        let source_alone = Supply {
            compiled_library: false,
            ..EVERYTHING
        };
        assert_eq!(source_alone.best_build(), Some(BuildKind::Size));
    }

    #[test]
    fn without_library_source_the_build_is_plain() {
        let supply = Supply {
            library_source: false,
            ..EVERYTHING
        };
        assert_eq!(supply.best_build(), Some(BuildKind::Plain));
    }

    #[test]
    fn without_linker_or_library_there_is_no_build() {
        let no_linker = Supply {
            linker: false,
            ..EVERYTHING
        };
        assert_eq!(no_linker.best_build(), None);
        let no_library = Supply {
            compiled_library: false,
            library_source: false,
            linker: true,
        };
        assert_eq!(no_library.best_build(), None);
    }
}
