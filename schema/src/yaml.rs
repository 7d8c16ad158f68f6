//! Reading a plan written in YAML: text to tree, tree to model, and every finding on the way.

mod checks;
mod diagnostic;
mod load;
mod reader;
mod tree;

pub use diagnostic::{Diagnostic, Level, Note, render};
pub use load::{load, read, read_sources};

#[cfg(test)]
mod tests;
