//! The repo's own entry point; a user's workspace has the same three lines.

use std::process::ExitCode;

fn main() -> ExitCode {
    trackplan_xtask::main()
}
