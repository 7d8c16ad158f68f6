//! `explain`: what a check asks and why, with an example of each.

use std::process::ExitCode;

use trackplan_schema::naming::nearest;
use trackplan_schema::yaml::{Check, Examples, TOPICS, find_check};

/// Explains the check with this code, or lists all of them.
pub(crate) fn run(code: Option<&str>) -> ExitCode {
    let Some(code) = code else {
        print!("{}", list());
        return ExitCode::SUCCESS;
    };
    match find_check(code) {
        Some(check) => {
            print!("{}", page(check));
            ExitCode::SUCCESS
        }
        None => {
            let codes = TOPICS.iter().flat_map(|topic| topic.checks);
            let help = match nearest(code, codes.map(|check| check.code)) {
                Some(found) => format!("did you mean `{found}`?"),
                None => "to list the checks: cargo xtask explain".to_owned(),
            };
            eprintln!("error: there is no check `{code}`\n  help: {help}");
            ExitCode::from(2)
        }
    }
}

fn list() -> String {
    let mut text = String::new();
    for topic in TOPICS {
        text.push_str(&format!("{}\n", topic.title));
        for check in topic.checks {
            let (code, level) = (check.code, check.level.as_str());
            text.push_str(&format!("  {code:22} {level:8} {}\n", check.summary));
        }
        text.push('\n');
    }
    text.push_str("More about one of them: cargo xtask explain CODE\n");
    text
}

fn page(check: &Check) -> String {
    format!(
        "{}: {}\n\n{}\n\n{}Wrong:\n\n{}\nRight:\n\n{}\n{}\n",
        check.code,
        check.summary,
        check.why,
        match check.examples {
            Examples::Plans => String::new(),
            Examples::Changes(base) => format!("Before:\n\n{}\n", indented(base)),
            Examples::Pages(plan) => format!("In the plan:\n\n{}\n", indented(plan)),
        },
        indented(check.wrong),
        indented(check.right),
        freedom(check)
    )
}

/// What a plan can do about the level of a check.
pub(crate) fn freedom(check: &Check) -> String {
    let level = check.level.as_str();
    if check.is_fixed {
        return format!("Level: {level}, always.");
    }
    let code = check.code;
    format!(
        "Level: {level}. To set it for the whole plan: `lints: {{ {code}: note }}`; to excuse one item, \
         write in it: `allow: {{ {code}: \"reason\" }}`."
    )
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::{TOPICS, list, page};

    #[test]
    fn every_check_is_listed_and_has_a_page_with_both_examples() {
        let list = list();
        for check in TOPICS.iter().flat_map(|topic| topic.checks) {
            assert!(
                list.contains(&format!("  {} ", check.code)),
                "{}",
                check.code
            );
            let page = page(check);
            for line in check.wrong.lines().chain(check.right.lines()) {
                assert!(page.contains(line), "{}: {line}", check.code);
            }
        }
    }
}
