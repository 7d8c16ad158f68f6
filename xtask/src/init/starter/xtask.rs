//! `cargo xtask`: keeps the tracking plan and what is generated from it in step.

fn main() -> std::process::ExitCode {
    trackplan_xtask::main()
}
