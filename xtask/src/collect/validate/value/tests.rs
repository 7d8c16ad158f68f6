use std::sync::Arc;

use serde_json::json;
use trackplan_schema::plan::{Member, Span, Spanned};

use super::*;

fn spanned(value: &str) -> Spanned<String> {
    Spanned {
        value: value.to_owned(),
        span: Span::default(),
    }
}

fn string(max_length: Option<u64>, pattern: Option<&str>, format: Option<Format>) -> Type {
    Type::String {
        max_length,
        pattern: pattern.map(spanned),
        format,
    }
}

fn members(values: &[&str]) -> Type {
    Type::Enum(Arc::new(Enum {
        name: spanned("letter"),
        description: None,
        members: values
            .iter()
            .map(|value| Member {
                value: spanned(value),
                description: None,
            })
            .collect(),
    }))
}

fn check(ty: &Type, value: &Value) -> Result<(), Mismatch> {
    let mut matchers = Matchers::default();
    matchers.add(ty).expect("a regular expression");
    matchers.check(ty, value)
}

#[test]
fn values_of_the_type_pass() {
    let integer = |min, max| Type::Integer { min, max };
    let number = |min, max| Type::Number { min, max };
    for (ty, values) in [
        (string(Some(3), None, None), vec![json!(""), json!("äöü")]),
        (
            string(None, Some("^a+$"), None),
            vec![json!("a"), json!("aaa")],
        ),
        (
            integer(None, None),
            vec![json!(0), json!(i64::MIN), json!(3.0)],
        ),
        (integer(Some(1), Some(3)), vec![json!(1), json!(3)]),
        (
            number(None, None),
            vec![json!(0), json!(1.5), json!(u64::MAX)],
        ),
        (
            number(Some(0.0), Some(1.0)),
            vec![json!(0), json!(1), json!(0.5)],
        ),
        (Type::Boolean, vec![json!(true), json!(false)]),
        (
            Type::Datetime,
            vec![
                json!("2026-01-31T12:00:00Z"),
                json!("2026-01-31T12:00:00.123456+00:00"),
            ],
        ),
        (Type::Duration, vec![json!(0), json!(1500)]),
        (members(&["a", "b"]), vec![json!("a")]),
        (
            Type::Array {
                items: Box::new(members(&["a"])),
                max_items: Some(2),
            },
            vec![json!([]), json!(["a", "a"])],
        ),
    ] {
        for value in values {
            assert_eq!(check(&ty, &value), Ok(()), "{ty:?}");
        }
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let integer = |min, max| Type::Integer { min, max };
    let list = |items, max_items| Type::Array {
        items: Box::new(items),
        max_items,
    };
    for (ty, value, code, message) in [
        (
            string(None, None, None),
            json!(1),
            "wrong-type",
            "must be a string, found 1",
        ),
        (
            string(Some(2), None, None),
            json!("äöü"),
            "too-long",
            "must have at most 2 characters, has 3",
        ),
        (
            string(None, Some("^a+$"), None),
            json!("b"),
            "pattern",
            "must be text that matches /^a+$/, found \"b\"",
        ),
        (
            integer(None, None),
            json!("1"),
            "wrong-type",
            "must be an integer, found \"1\"",
        ),
        (
            integer(None, None),
            json!(1.5),
            "wrong-type",
            "must be an integer, found 1.5",
        ),
        (
            integer(None, None),
            json!(u64::MAX),
            "wrong-type",
            "must be an integer, found 18446744073709551615",
        ),
        (
            integer(Some(1), None),
            json!(0),
            "out-of-range",
            "must be at least 1, found 0",
        ),
        (
            integer(None, Some(1)),
            json!(2),
            "out-of-range",
            "must be at most 1, found 2",
        ),
        (
            Type::Number {
                min: Some(0.5),
                max: None,
            },
            json!(0),
            "out-of-range",
            "must be at least 0.5, found 0",
        ),
        (
            Type::Boolean,
            json!("true"),
            "wrong-type",
            "must be a boolean, found \"true\"",
        ),
        (
            Type::Datetime,
            json!("2026-01-31T12:00:00+01:00"),
            "wrong-type",
            "must be a datetime (RFC 3339, in UTC), found \"2026-01-31T12:00:00+01:00\"",
        ),
        (
            Type::Datetime,
            json!("2026-02-31T12:00:00Z"),
            "wrong-type",
            "must be a datetime (RFC 3339, in UTC), found \"2026-02-31T12:00:00Z\"",
        ),
        (
            Type::Duration,
            json!(-1),
            "wrong-type",
            "must be a duration (whole milliseconds, none below 0), found -1",
        ),
        (
            members(&["a", "b"]),
            json!("c"),
            "unknown-member",
            "must be one of a, b, found \"c\"",
        ),
        (
            members(&["a"]),
            json!(1),
            "unknown-member",
            "must be one of a, found 1",
        ),
        (
            list(Type::Boolean, None),
            json!(true),
            "wrong-type",
            "must be an array, found true",
        ),
        (
            list(Type::Boolean, Some(1)),
            json!([true, true]),
            "too-many-items",
            "must have at most 1 items, has 2",
        ),
        (
            list(Type::Boolean, None),
            json!([true, 1]),
            "wrong-type",
            "at item 2 must be a boolean, found 1",
        ),
    ] {
        let mismatch = check(&ty, &value).expect_err(message);
        assert_eq!((mismatch.code, mismatch.message.as_str()), (code, message));
    }
}

#[test]
fn formats_tell_what_they_are_made_for() {
    for (format, right, wrong) in [
        (Format::Url, "https://example.com/a?b#c", "example.com"),
        (Format::Url, "http://127.0.0.1:8010", "https://"),
        (
            Format::Uuid,
            "0199aa00-0000-7000-8000-0123456789ab",
            "0199aa00",
        ),
        (Format::Email, "ada@example.com", "ada@"),
        (Format::Semver, "1.0.0-rc.1+build.5", "1.0"),
        (Format::Semver, "10.20.30", "01.2.3"),
        (Format::Date, "2026-01-31", "2026-02-31"),
        (Format::Date, "2028-02-29", "31.01.2026"),
        (Format::Slug, "acme-2", "Acme 2"),
        (Format::Slug, "acme", "acme-"),
        (Format::Currency, "EUR", "eur"),
    ] {
        let ty = string(None, None, Some(format));
        assert_eq!(check(&ty, &json!(right)), Ok(()), "{right}");
        let mismatch = check(&ty, &json!(wrong)).expect_err(wrong);
        assert_eq!(mismatch.code, "format", "{wrong}");
    }
}

#[test]
fn a_long_value_is_cut() {
    let text = shown(&json!("ä".repeat(1000)));
    assert_eq!(text.chars().count(), 61);
    assert!(text.ends_with('…'));
}
