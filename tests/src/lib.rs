//! Tests across the crates live in `tests/`; compile-fail cases in `ui/`, one mistake a file.
