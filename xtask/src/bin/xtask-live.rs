//! `xtask` with the commands that serve HTTP; `xtask` builds and runs it when one of them is asked for.

use std::process::ExitCode;

fn main() -> ExitCode {
    trackplan_xtask::main()
}
