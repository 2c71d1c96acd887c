//! Where things lie in the workspace.

use std::env;
use std::path::{Path, PathBuf};

/// The workspace's folder, from which every other place follows.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the workspace this task runner belongs to.
    ///
    /// Cargo says at run time where the package lies, so a workspace that was moved after its
    /// first build is still found.
    pub(crate) fn find() -> Self {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().map_or(package.clone(), Path::to_path_buf);
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The finished widget, which the collector takes in when it is built.
    ///
    /// Always below the workspace, wherever cargo puts its own files: the collector's build
    /// script has to find it without asking.
    pub(crate) fn widget_output(&self) -> PathBuf {
        self.root.join("target/widget")
    }

    /// Intermediate files of the widget's build.
    pub(crate) fn widget_build(&self) -> PathBuf {
        self.root.join("target/widget-build")
    }

    /// Tools that are installed for the build alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// Where the tests leave their screenshots and figures.
    pub(crate) fn artifacts(&self) -> PathBuf {
        self.root.join("target/artifacts")
    }
    /// Where the measurement leaves its report.
    pub(crate) fn bench(&self) -> PathBuf {
        self.root.join("target/bench")
    }
}
