//! The commands of `cargo xtask` that serve HTTP; `xtask` builds it on demand.

fn main() -> std::process::ExitCode {
    trackplan_xtask::main()
}
