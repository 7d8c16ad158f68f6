//! Whatever stands in a file, a plan is read without a panic, and what is compiled is what was written.

mod compiled;
mod hostile;
mod random;

use trackplan_schema::plan::{Plan, Source};
use trackplan_schema::yaml::{self, Diagnostic, Level};

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// Loads one file and renders what is found, which looks at every place.
fn load(text: &str) -> (Plan, Vec<Diagnostic>) {
    let (plan, found) = yaml::load(vec![source("plan.yaml", text)]);
    let rendered = yaml::render(&found, &plan.sources, "schema", true);
    assert_eq!(rendered.is_empty(), found.is_empty());
    assert!(found.is_sorted_by_key(|finding| finding.span));
    (plan, found)
}

fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|finding| finding.level == Level::Error)
}

fn codes(text: &str) -> Vec<&'static str> {
    load(text).1.iter().map(|finding| finding.code).collect()
}
