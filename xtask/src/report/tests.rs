use std::path::Path;

use serde_json::Value;
use trackplan_schema::plan::Source;
use trackplan_schema::yaml::{Diagnostic, Level, load};

use super::{Deny, Finding, Format, Lines, Place, Report, Reporting, github, json, sarif};

const PLAN: &str = "\
plan: shop
events:
  invoice_paid: { tags: [money] }
  invoice_paid: { ownr: growth }
  größe, 100%: {}
";

fn with_findings<T>(test: impl FnOnce(&[Finding<'_>]) -> T) -> T {
    let source = Source {
        path: "my plan.yaml".to_owned(),
        text: PLAN.to_owned(),
    };
    let (plan, found) = load(vec![source]);
    let lines = Lines::of(&plan.sources[0].text);
    let place = |span: trackplan_schema::plan::Span| Place {
        path: "schema/my plan.yaml".to_owned(),
        start: lines.position(span.start),
        end: lines.position(span.end),
    };
    let findings: Vec<Finding<'_>> = found
        .iter()
        .map(|diagnostic| Finding {
            diagnostic,
            place: diagnostic.span.map(place),
            notes: (diagnostic.notes.iter())
                .map(|note| (place(note.span), note.label.as_str()))
                .collect(),
        })
        .collect();
    test(&findings)
}

#[test]
fn json_holds_what_people_read() {
    let text = with_findings(json::render);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        (&report["errors"], &report["warnings"]),
        (&2.into(), &0.into())
    );
    let [duplicate, case] = report["findings"].as_array().expect("a list").as_slice() else {
        panic!("{report}");
    };
    assert_eq!(duplicate["code"], "duplicate");
    assert_eq!(duplicate["level"], "error");
    assert_eq!(duplicate["place"]["line"], 4);
    assert_eq!(duplicate["place"]["column"], 3);
    assert_eq!(duplicate["related"][0]["place"]["line"], 3);
    // Columns count characters, so `ö` and `ß` are one each.
    assert_eq!(
        (&case["place"]["column"], &case["place"]["end_column"]),
        (&3.into(), &14.into())
    );
}

#[test]
fn github_gets_one_escaped_line_a_finding() {
    let text = with_findings(github::render);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let start =
        "::error file=schema/my plan.yaml,line=4,endLine=4,col=3,endColumn=15,title=duplicate::";
    assert!(lines[0].starts_with(start), "{text}");
    assert!(
        lines[0].contains("%0Afirst defined here: schema/my plan.yaml:3"),
        "{text}"
    );
    assert!(lines[1].contains("`größe, 100%25`"), "{text}");
}

#[test]
fn sarif_has_the_structure_of_its_standard() {
    let text = with_findings(sarif::render);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "trackplan");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!((rules.len(), results.len()), (2, 2));
    for result in results {
        let rule = &rules
            [usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["shortDescription"]["text"].is_string());
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "schema/my%20plan.yaml");
        let region = &place["region"];
        assert!(
            region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1)
        );
        assert!(region["endLine"].as_u64() >= region["startLine"].as_u64());
    }
    assert_eq!(
        results[0]["relatedLocations"][0]["message"]["text"],
        "first defined here"
    );
}

#[test]
fn deny_raises_the_bar_step_by_step() {
    let finding = |level| Diagnostic {
        level,
        ..Diagnostic::stale(&[])
    };
    let is_fine = |deny, level| {
        let reporting = Reporting {
            format: Format::Human,
            deny,
            today: None,
        };
        Report::new(&reporting, Path::new("schema")).is_fine(&[finding(level)])
    };
    let table = [
        (None, [false, true, true]),
        (Some(Deny::Warnings), [false, false, true]),
        (Some(Deny::Notes), [false, false, false]),
    ];
    for (deny, expected) in table {
        let found = Level::ALL.iter().map(|&level| is_fine(deny, level));
        assert!(found.eq(expected), "{deny:?}");
    }
}
