//! Starts other programs and says what happened to them.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Returns the cargo that started this program, ready for a command of its own.
pub(crate) fn cargo(root: &Path) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root);
    forget_package(&mut command);
    command
}

/// Takes away what cargo told this program about its own package.
///
/// Some build scripts are run again when one of these variables changes, so a build started
/// from here and one started by hand would undo each other.
pub(crate) fn forget_package(command: &mut Command) {
    const ABOUT_PACKAGE: [&str; 5] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
        "CARGO_PRIMARY_",
    ];
    for (name, _) in env::vars_os() {
        let about_package = name
            .to_str()
            .is_some_and(|name| ABOUT_PACKAGE.iter().any(|start| name.starts_with(start)));
        if about_package {
            command.env_remove(name);
        }
    }
}

/// Runs a command to its end; its output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start `{}`", line(command)))?;
    succeeded(command, status)
}

/// Runs a command like [`run`], but ends it when the time is up.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start `{}`", line(command)))?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return succeeded(command, status);
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!(
                "`{}` took longer than {} s and was stopped",
                line(command),
                limit.as_secs()
            );
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Runs a command and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("could not start `{}`", line(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({}): {}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something that is not text", line(command)))
}

/// Runs a cargo build and returns the files it made for one of its targets.
///
/// Cargo is asked instead of guessing, because its target folder can be moved by settings.
pub(crate) fn built_files(command: &mut Command, target: &str) -> Result<Vec<PathBuf>> {
    let output = command
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start `{}`", line(command)))?;
    succeeded(command, output.status)?;
    Ok(files_of(&String::from_utf8_lossy(&output.stdout), target))
}

fn files_of(messages: &str, target: &str) -> Vec<PathBuf> {
    messages
        .lines()
        .filter_map(|message| serde_json::from_str::<Value>(message).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter(|message| message["target"]["name"] == target)
        .filter_map(|message| message["filenames"].as_array().cloned())
        .flatten()
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .collect()
}

/// Looks a program up on the search path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Writes a command the way a person would type it; the program without its folder.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_those_of_the_named_target_alone() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"yew"},"filenames":["a"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"huiyin"},"filenames":["b","c"]}"#,
            "\nnot a message\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            files_of(messages, "huiyin"),
            [PathBuf::from("b"), PathBuf::from("c")]
        );
    }

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let error = run_within(Command::new("sleep").arg("30"), Duration::from_millis(200));
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("`sleep 30` took longer")
        );
    }
}
