//! Random files and random compiled plans.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use trackplan_schema::diff::{Base, diff};
use trackplan_schema::lock;
use trackplan_schema::plan::Plan;
use trackplan_schema::yaml;

use super::load;

/// Pieces of plans, put together without sense.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "plan",
        "events",
        "enums",
        "groups",
        "shared",
        "funnels",
        "flags",
        "lints",
        "allow",
        "use",
        "invoice_paid",
        "properties",
        "type",
        "enum",
        "values",
        "object",
        "fields",
        "array",
        "items",
        "min",
        "max",
        "pattern",
        "examples",
        "deprecated",
        "expires",
        "2026-13-45",
        ": ",
        ": ",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "\n      ",
        "{ ",
        " }",
        "[",
        "]",
        ", ",
        "- ",
        "? ",
        "&a ",
        "*a",
        "!t ",
        "| ",
        "> ",
        "'",
        "\"",
        "\\",
        "#",
        "~",
        "---\n",
        "...",
        "\t",
        "\r\n",
        "é",
        "😀",
        "\u{feff}",
        "\u{2028}",
        "\0",
        "1e999",
        "-0",
        "(x{9}){9}",
        "true",
    ];
    vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// Lines of compiled plans, put together without sense.
fn lines() -> impl Strategy<Value = String> {
    const LINES: &[&str] = &[
        "trackplan-lock 2",
        "trackplan-lock 18446744073709551616",
        "event a",
        "event",
        "property",
        "property p",
        "  type enum",
        "    type",
        "  member x\\",
        "field",
        "source zz a.yaml",
        " ",
        "      x",
        "<<<<<<< HEAD",
        "event/a\tplan.yaml:1:1",
        "\t",
        "é",
        "\r",
        "",
    ];
    vec(select(LINES), 0..20).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_text_is_read(text in ".*") {
        load(&text);
    }

    #[test]
    fn any_pieces_are_read(text in pieces()) {
        load(&text);
    }

    #[test]
    fn any_compiled_plan_is_read(text in prop_oneof![lines(), any::<String>()], key in ".*") {
        if let Ok(index) = lock::Index::parse(&text) {
            let _ = index.conventions();
            for &kind in lock::Kind::ALL {
                let _ = index.names(kind);
            }
            let _ = index.sources();
        }
        if let Ok(event) = lock::Event::parse(&text) {
            let read = |property: lock::Property<'_>| {
                (property.type_name().len(), property.members().len(), property.is_optional())
            };
            event.properties().into_iter().map(read).for_each(drop);
            let _ = (event.scope(), event.state(), event.field(&key));
        }
        for &kind in lock::Kind::ALL {
            let record = lock::Record::parse(kind, &text);
            prop_assert!(record.is_err() || !text.is_empty());
        }
        let _ = lock::Places::parse(&text).get(&key);
        let files = [("index", "trackplan-lock 2\n"), ("event/a", &text), ("person", &text), (&key, &text)];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        if let Ok(base) = Base::compiled(&files.into_iter().collect()) {
            let changes = diff(&base, &Plan::default(), yaml::today()).changes;
            prop_assert!(changes.iter().all(|change| !change.why.is_empty()));
        }
        prop_assert!(lock::unescape(&text).len() <= text.len());
    }
}
