//! The examples of the checks are their tests.

use std::collections::HashSet;

use super::TOPICS;
use crate::plan::Source;
use crate::yaml::load;

fn codes(text: &str) -> Vec<&'static str> {
    let source = Source {
        path: "plan.yaml".to_owned(),
        text: text.to_owned(),
    };
    let (_, findings) = load(vec![source]);
    findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn the_wrong_example_breaks_its_check_alone_and_the_right_one_none() {
    let mut seen = HashSet::new();
    let mut failures = Vec::new();
    for check in TOPICS.iter().flat_map(|topic| topic.checks) {
        assert!(seen.insert(check.code), "{} is declared twice", check.code);
        let (wrong, right) = (codes(check.wrong), codes(check.right));
        if wrong != [check.code] || !right.is_empty() {
            failures.push(format!("{}: wrong {wrong:?}, right {right:?}", check.code));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
