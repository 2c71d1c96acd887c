//! The process that drives a browser, whichever it is.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::process::Running;
use crate::wait::PATIENCE;

/// What every such process prints before its port.
const BEFORE_PORT: [&str; 2] = ["started successfully on port ", "Listening on 127.0.0.1:"];

/// A driver that listens; the browser it starts prints here too.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) port: u16,
    printed: Arc<Mutex<Vec<String>>>,
    _running: Running,
}

impl Process {
    /// Starts it, and waits until it says where it listens.
    pub(super) fn start(command: &mut Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut running = Running(child);
        let (say, hear) = mpsc::channel();
        let printed: Arc<Mutex<Vec<String>>> = Arc::default();
        read(running.0.stdout.take(), &printed, say.clone());
        read(running.0.stderr.take(), &printed, say);
        let port = hear.recv_timeout(PATIENCE);
        Self {
            port: port.expect("the driver says its port"),
            printed,
            _running: running,
        }
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
