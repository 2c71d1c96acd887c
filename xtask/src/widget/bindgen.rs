//! Makes the JavaScript through which the WebAssembly and the page reach each other.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::names::Names;

/// The two halves of the widget.
pub(super) struct Bound {
    pub(super) glue: String,
    pub(super) wasm: Vec<u8>,
}

/// Splits what the compiler made into the WebAssembly and its glue.
pub(super) fn bind(compiled: &Path) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name("huiyin")
        .web(true)?
        .typescript(false)
        // `page.js` hands the WebAssembly over, so the glue need not know where it lies.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    // What a crate brings counts only when the glue asks for it.
    if output.js().contains("./snippets/") {
        bail!(
            "a crate of the widget brings JavaScript files of its own, which the collector does \
             not serve; use a crate without them"
        );
    }
    // Only a worker could load it all at once; what is not exported, the minifier leaves out.
    let exports = "export { initSync, ";
    ensure!(
        output.js().contains(exports),
        "the glue has no `{exports}`; has wasm-bindgen changed how it is written?"
    );
    let mut names = Names::within(&output.js().replace(exports, "export { "));
    for import in output.wasm_mut().imports.iter_mut() {
        import.name = names.shorten(&import.name, "", ": ")?;
    }
    for export in output.wasm_mut().exports.iter_mut() {
        // The others are also called by what is not replaced.
        if export.name.starts_with("wasm_bindgen__") {
            export.name = names.shorten(&export.name, "wasm.", "(")?;
        }
    }
    Ok(Bound {
        glue: names.glue(),
        wasm: output.wasm_mut().emit_wasm(),
    })
}
