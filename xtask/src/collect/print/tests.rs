use serde_json::json;

use super::super::validate::Violation;
use super::*;

fn event() -> Received {
    let Value::Object(properties) = json!({
        "$groups": { "team": "acme" },
        "$lib": "web",
        "format": "xml\u{9b}31m",
        "row_count": 3,
    }) else {
        panic!("an object");
    };
    Received {
        number: 1,
        name: "pr_list_\u{1b}[31mexported".to_owned(),
        distinct_id: "user_1".to_owned(),
        uuid: None,
        timestamp: None,
        is_planned: true,
        tier: Some("ux".to_owned()),
        properties,
        duplicates: 0,
        violations: vec![Violation {
            code: "unknown-member",
            message: "property `format` must be one of csv, json, found \"xml\"".to_owned(),
            place: Some("schema/plan.yaml:12:7".to_owned()),
            help: Some("did you mean \"csv\"?".to_owned()),
        }],
    }
}

const PLAIN: Text = Text {
    colour: false,
    width: None,
};

#[test]
fn an_event_is_a_line_and_its_violations_follow() {
    let expected = "\
12:00:00  ux          pr_list_\u{fffd}[31mexported  user_1  team=acme  format=\"xml\u{fffd}31m\" row_count=3
          unknown-member: property `format` must be one of csv, json, found \"xml\" (schema/plan.yaml:12:7)
          help: did you mean \"csv\"?
";
    assert_eq!(PLAIN.event("12:00:00", &event()), expected);
}

#[test]
fn a_duplicate_is_said_to_be_one_and_not_complained_about_again() {
    let event = Received {
        duplicates: 2,
        ..event()
    };
    let text = PLAIN.event("12:00:00", &event);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("(again, 2)"), "{text}");
}

#[test]
fn a_narrow_terminal_cuts_events_and_no_violation() {
    for width in [1, 10, 40] {
        let text = Text {
            width: Some(width),
            ..PLAIN
        };
        let lines = text.event("12:00:00", &event());
        let (first, rest) = lines.split_once('\n').expect("several lines");
        assert_eq!(first.chars().count(), width);
        assert!(rest.contains("(schema/plan.yaml:12:7)"));
    }
}

#[test]
fn colour_surrounds_and_changes_nothing_else() {
    let text = Text {
        colour: true,
        width: None,
    };
    let coloured = text.event("12:00:00", &event());
    assert!(coloured.contains("\u{1b}[31m"), "{coloured}");
    let mut plain = String::new();
    for part in coloured.split('\u{1b}') {
        let (_, rest) = part
            .split_once('m')
            .filter(|(codes, _)| codes.starts_with('['))
            .unwrap_or(("", part));
        plain.push_str(rest);
    }
    assert_eq!(plain, PLAIN.event("12:00:00", &event()));
}

#[test]
fn the_summary_counts_by_event() {
    let tally = Tally {
        is_planned: true,
        events: 3,
        duplicates: 1,
        violations: 2,
    };
    let totals = Totals {
        events: 3,
        duplicates: 1,
        violations: 2,
        refused: 0,
    };
    let expected = "
event               events     again  violations
pr_list_exported         3         1           2
3 events (1 of the plan's 34), 1 again, 2 violations, 0 refused
";
    let tallies = [("pr_list_exported".to_owned(), tally)];
    assert_eq!(PLAIN.summary(&tallies, totals, 34), expected);
}
