//! The page `docs/checks.md`: every check with its examples, and how they compare with those of others.

use trackplan_schema::yaml::{Check, Examples, Level, TOPICS};

use crate::explain::freedom;

/// The first line, by which `regenerate` knows the page as its own.
pub(crate) const HEADER: &str =
    "<!-- Written by `cargo xtask regenerate` from the checks themselves; don't edit. -->";

/// The page's text.
pub(crate) fn render() -> String {
    let mut page = format!(
        "{HEADER}\n\n# Checks of the tracking plan\n\n{}\n",
        summary()
    );
    page.push_str("| check | level | asks |\n|---|---|---|\n");
    for check in TOPICS.iter().flat_map(|topic| topic.checks) {
        let (code, level, summary) = (check.code, check.level.as_str(), check.summary);
        let summary = summary.replace('|', "\\|");
        page.push_str(&format!("| [`{code}`](#{code}) | {level} | {summary} |\n"));
    }
    page.push_str(&format!("\n{}", include_str!("checks_page/comparison.md")));
    for topic in TOPICS {
        page.push_str(&format!("\n## {}\n", topic.title));
        topic
            .checks
            .iter()
            .for_each(|check| section(check, &mut page));
    }
    page
}

fn summary() -> String {
    let of_level = |level| {
        let all = TOPICS.iter().flat_map(|topic| topic.checks);
        all.filter(|check| check.level == level).count()
    };
    let (errors, warnings, notes) = (
        of_level(Level::Error),
        of_level(Level::Warning),
        of_level(Level::Note),
    );
    format!(
        "{} checks: {errors} are errors, {warnings} warnings, {notes} notes. An error keeps the plan from being compiled; a \
         warning asks somebody to look; a note is worth knowing. `--deny warnings` and `--deny notes` let them fail, too.\n\n\
         The level of a check is set for the whole plan with `lints:` (`allow`, `note`, `warning` or `error`), and one item, \
         with all inside it, is excused with `allow:` and a reason. An `allow` that excuses nothing is itself reported. \
         Checks without which a plan can't be understood have a fixed level.\n\n\
         The examples below are the tests of the checks: the wrong one breaks its check and no other, the right one none. \
         `cargo xtask explain CODE` shows the same in a terminal.\n",
        errors + warnings + notes
    )
}

fn section(check: &Check, page: &mut String) {
    let block = |title: &str, language: &str, text: &str| {
        format!("\n{title}:\n\n```{language}\n{text}\n```\n")
    };
    let (before, language) = match check.examples {
        Examples::Plans => (String::new(), "yaml"),
        Examples::Changes(base) => (block("Before", "yaml", base), "yaml"),
        Examples::Pages(plan) => (block("In the plan", "yaml", plan), "html"),
    };
    page.push_str(&format!(
        "\n### {}\n\n{}\n\n{}\n\n{}\n{before}{}{}",
        check.code,
        check.summary,
        check.why,
        freedom(check),
        block("Wrong", language, check.wrong),
        block("Right", language, check.right)
    ));
}
