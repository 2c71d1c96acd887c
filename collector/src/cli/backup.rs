//! `huiyin backup` and `huiyin restore`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::print;
use crate::config::Storage;
use crate::store::backup::{self, Copied};
use crate::store::{Address, newest_version};

/// What to copy to or from
#[derive(Args)]
pub(super) struct Copy {
    /// The file of the backup
    file: PathBuf,
    #[command(flatten)]
    storage: Storage,
}

impl Copy {
    /// Takes a backup.
    pub(super) async fn backup(self) -> anyhow::Result<()> {
        let source = match &self.storage.database {
            Address::Sqlite(path) => path.clone(),
            server @ Address::Postgres(_) => bail!(
                "PostgreSQL has its own tool for this; with the password in ~/.pgpass:\n    \
                 pg_dump --format=custom --file={} --dbname='{}'",
                self.file.display(),
                server.without_password()
            ),
        };
        self.storage.must_exist()?;
        let file = self.file.clone();
        let copied = blocking(move || backup::backup(&source, &file, newest_version())).await?;
        print(&format!(
            "Backed up to {}: {}\n",
            self.file.display(),
            said(copied)
        ))
    }

    /// Puts a backup back.
    pub(super) async fn restore(self) -> anyhow::Result<()> {
        let target = match &self.storage.database {
            Address::Sqlite(path) => path.clone(),
            server @ Address::Postgres(_) => bail!(
                "PostgreSQL has its own tool for this; into an empty database, with the password \
                 in ~/.pgpass:\n    \
                 pg_restore --exit-on-error --no-owner --single-transaction --dbname='{}' {}",
                server.without_password(),
                self.file.display()
            ),
        };
        let (file, into) = (self.file.clone(), target.clone());
        let copied = blocking(move || backup::restore(&file, &into, newest_version())).await?;
        print(&format!(
            "Restored to {}: {}\n`huiyin verify` recounts it; then start the collector.\n",
            target.display(),
            said(copied)
        ))
    }
}

async fn blocking(
    copy: impl FnOnce() -> Result<Copied, backup::NotCopied> + Send + 'static,
) -> anyhow::Result<Copied> {
    let copied = tokio::task::spawn_blocking(copy).await;
    Ok(copied.context("the copy was cut short")??)
}

/// Says what a copy holds; it has been checked by then.
fn said(copied: Copied) -> String {
    let Copied {
        feedback,
        departments,
        bytes,
    } = copied;
    let kibibytes = bytes.div_ceil(1024);
    format!("{feedback} feedback, {departments} departments, {kibibytes} KiB, intact and synced")
}
