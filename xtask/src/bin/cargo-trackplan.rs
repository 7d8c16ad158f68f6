//! The commands as `cargo trackplan`, once installed: also where there is no xtask yet.

use std::process::ExitCode;

fn main() -> ExitCode {
    trackplan_xtask::main_as_subcommand()
}
