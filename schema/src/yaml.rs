//! Reading a plan written in YAML: text to tree, tree to model, and every finding on the way.

mod checks;
mod diagnostic;
pub mod keys;
mod levels;
mod load;
mod reader;
mod render;
mod tree;

pub use checks::{Check, Examples, TOPICS, Topic, find as find_check};
pub(crate) use checks::{changes, pages, refusal};
pub use diagnostic::{Diagnostic, Level, Note};
pub use load::{load, load_on, read, read_sources, today};
pub use reader::date as parse_date;
pub use render::{render, shown_path};

#[cfg(test)]
mod tests;
