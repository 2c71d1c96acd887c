//! The process that drives a browser, whichever it is.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::process::Running;
use crate::wait::PATIENCE;

/// What every such process prints before its port.
const BEFORE_PORT: [&str; 2] = ["started successfully on port ", "Listening on 127.0.0.1:"];

/// How often a driver is started that ends before it listens.
const STARTS: usize = 3;

/// A driver that listens; the browser it starts prints here too.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) port: u16,
    printed: Arc<Mutex<Vec<String>>>,
    _running: Running,
}

impl Process {
    /// Starts it, and waits until it says where it listens.
    ///
    /// The port that it draws for itself may be somebody else's by the time it listens there; it
    /// ends then, and is started again.
    pub(super) fn start(command: &mut Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut attempts = (0..STARTS).map(|_| Self::listening(command));
        let listening = attempts.find_map(Result::ok);
        listening.unwrap_or_else(|| panic!("{command:?} ended {STARTS} times, see above"))
    }

    /// Starts it once; an error where it ended before it listened.
    fn listening(command: &mut Command) -> Result<Self, RecvTimeoutError> {
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut running = Running(child);
        let (say, hear) = mpsc::channel();
        let printed: Arc<Mutex<Vec<String>>> = Arc::default();
        read(running.0.stdout.take(), &printed, say.clone());
        read(running.0.stderr.take(), &printed, say);
        let port = hear.recv_timeout(PATIENCE).inspect_err(|error| {
            let said = printed.lock().expect("nobody panics with it");
            println!("{command:?} said no port: {error}; {said:?}");
        })?;
        Ok(Self {
            port,
            printed,
            _running: running,
        })
    }

    /// Takes what was printed since this was last asked.
    pub(super) fn printed(&self) -> Vec<String> {
        let mut printed = self.printed.lock().expect("nobody panics with it");
        std::mem::take(&mut printed)
    }
}

/// Keeps what is printed, and says the port that stands there.
fn read(
    output: Option<impl Read + Send + 'static>,
    printed: &Arc<Mutex<Vec<String>>>,
    say: Sender<u16>,
) {
    let output = BufReader::new(output.expect("the output is piped"));
    let printed = Arc::clone(printed);
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let port = BEFORE_PORT.iter().find_map(|said| line.split_once(said));
            if let Some(port) = port.and_then(|(_, port)| port.trim_end_matches('.').parse().ok()) {
                _ = say.send(port);
            }
            printed.lock().expect("nobody panics with it").push(line);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_ends_before_it_listens_is_started_again() {
        let place = tempfile::tempdir().expect("a folder");
        let script = "mkdir once && exit 1; echo 'Listening on 127.0.0.1:4444'";
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(place.path());
        assert_eq!(Process::start(&mut command).port, 4_444);
    }
}
