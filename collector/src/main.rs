//! The command `huiyin`.

use std::process::ExitCode;

fn main() -> ExitCode {
    huiyin::cli::main()
}
