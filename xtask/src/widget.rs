//! Builds the widget, from its source to the compressed files the collector serves.

mod bindgen;
mod compile;
mod compress;
mod dialect;
mod minify;
mod names;
mod optimise;
mod output;
mod placeholder;
mod release;
mod stamp;

use std::fs::{self, File};

use anyhow::{Context, Result, bail};

use crate::manifest::{BuildKind, Manifest, Role};
use crate::toolchain;
use crate::workspace::Workspace;
use release::Release;

/// Builds the widget into `target/widget`, unless nothing has changed since the last time.
pub(crate) fn build(workspace: &Workspace) -> Result<Manifest> {
    let folder = workspace.widget_build();
    fs::create_dir_all(&folder).context("could not create target/widget-build")?;
    // Two builds at once would write the same files; the second waits here.
    let turn = File::create(folder.join("lock")).context("could not create a lock file")?;
    turn.lock().context("could not wait for another build")?;

    // First the machine as it is: a build that is up to date must not install anything.
    if let Some((toolchain, kind)) = toolchain::present()? {
        let stamp = stamp::of(workspace, &toolchain, kind, optimise::installed(workspace))?;
        if let Some(manifest) = stamp::finished(workspace, &stamp) {
            println!("Widget: up to date ({kind} build).");
            return Ok(manifest);
        }
    }

    let (toolchain, kind) = toolchain::obtain()?;
    if kind == BuildKind::Plain {
        println!(
            "warning: the standard library's source (rust-src) cannot be had, so the widget is \
             built plainly; it will be about 30 % bigger"
        );
    }
    let optimiser = optimise::obtain(workspace);
    println!("Building the widget ({kind} build).");
    let compiled = compile::compile(workspace, &toolchain, kind)?;
    let bound = bindgen::bind(&compiled)?;
    // Kept for people: the glue can only be read before it is made small.
    fs::write(folder.join("bound.js"), &bound.glue)
        .context("could not write into target/widget-build")?;
    let wasm = match &optimiser {
        Some(optimiser) => optimiser.shrink(&folder, &bound.wasm)?,
        None => bound.wasm,
    };
    forbid_machine_paths(&wasm, workspace, &toolchain)?;
    let glue = minify::minify("the glue", &bound.glue, minify::CURRENT)?;
    let mut release = Release::default();
    release.add("panel.js", Role::Glue, glue.into_bytes())?;
    release.add("panel.wasm", Role::Wasm, wasm)?;
    release.add_sources(&workspace.root().join("widget"))?;
    // The packages of the workspace are of one version.
    let (version, assets) = release.finish(env!("CARGO_PKG_VERSION"))?;
    let manifest = output::write(&workspace.widget_output(), kind, version, &assets)?;
    let stamp = stamp::of(workspace, &toolchain, kind, optimise::installed(workspace))?;
    stamp::leave(workspace, &stamp)?;
    print!("{}", manifest.table());
    Ok(manifest)
}

/// Refuses a file that tells where it was built: that is nobody's business, and two machines
/// would then build different files.
fn forbid_machine_paths(
    wasm: &[u8],
    workspace: &Workspace,
    toolchain: &toolchain::Toolchain,
) -> Result<()> {
    let places = compile::machine_paths(workspace, toolchain);
    for place in places.iter().map(|(place, _)| place.as_os_str()) {
        let needle = place.as_encoded_bytes();
        if wasm.windows(needle.len()).any(|window| window == needle) {
            bail!(
                "the compiled widget contains the path {}; add it to the replaced paths in \
                 xtask/src/widget/compile.rs",
                place.display()
            );
        }
    }
    Ok(())
}
