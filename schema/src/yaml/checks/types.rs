//! Types, their constraints, and examples of their values.

use super::{Home, Loaded};
use crate::format::Format;
use crate::pattern::{self, Error};
use crate::plan::{Enum, Member, Pii, Property, Spanned, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

mod accepts;

pub(crate) use accepts::refusal;

super::checks! {
    UNKNOWN_TYPE: "unknown-type", Error fixed,
        "A property's type is one of the language or an enum of the plan.",
        why: "PostHog freezes the type of a property at the first value that it sees, so a wrong one can't be mended later.",
        wrong: "
events:
  integration_connected:
    properties: { integration: integraton }
",
        right: "
enums:
  integration: [github, jira, slack]
events:
  integration_connected:
    properties: { integration: integration }
";

    EMPTY_RANGE: "empty-range", Error fixed,
        "At least one value fits the constraints.",
        why: "A `min` above `max`, or a `max_length` shorter than the shortest text of the `format`, can't be met by any value.",
        wrong: "
events:
  rating_given:
    properties: { stars: { type: integer, min: 5, max: 1 } }
",
        right: "
events:
  rating_given:
    properties: { stars: { type: integer, min: 1, max: 5 } }
";

    INVALID_PATTERN: "invalid-pattern", Error fixed,
        "A `pattern` is a regular expression.",
        why: "The pattern is looked for anywhere in the text, as in JSON Schema; `^` and `$` tie it to the ends. `\\d`, `\\w`, \
              `\\s` and `\\b` know ASCII alone, `(?i)` the letters of all scripts. Back-references and look-around are not \
              supported, so that matching takes linear time, nor are Unicode classes (`\\p{L}`) and patterns that repeat \
              a thousand steps, so that macros and client hold texts against it with little code. How long a text may be \
              is said by `max_length`.",
        wrong: "
events:
  coupon_applied:
    properties: { coupon: { type: string, max_length: 8, pattern: '^[A-Z' } }
",
        right: "
events:
  coupon_applied:
    properties: { coupon: { type: string, max_length: 8, pattern: '^[A-Z]{4,8}$' } }
";

    INVALID_EXAMPLE: "invalid-example", Error fixed,
        "Every example is a value of the property.",
        why: "Examples end up in the documentation and in tests. One that breaks the type, `min`, `max`, `max_length`, \
              `pattern` or `format` shows that either it or the constraint is wrong. The examples of an array are its items.",
        wrong: "
events:
  rating_given:
    properties: { stars: { type: integer, min: 1, max: 5, examples: [6] } }
",
        right: "
events:
  rating_given:
    properties: { stars: { type: integer, min: 1, max: 5, examples: [4] } }
";

    OBJECT_PROPERTY: "object-property", Warning,
        "Properties are flat.",
        why: "PostHog guesses the types inside an object and can't correct them, and most of its tools can't filter by them. \
              Write each field as a property of its own.",
        wrong: "
events:
  image_cropped:
    properties:
      size: { type: object, fields: { width: integer, height: integer } }
",
        right: "
events:
  image_cropped:
    properties: { width: integer, height: integer }
";

    SINGLE_MEMBER: "single-member", Note,
        "An enum or a flag leaves a choice.",
        why: "A property with one possible value tells nothing. Add the members that are coming, or drop the property.",
        wrong: "
events:
  report_exported:
    properties:
      format: { type: enum, values: [csv] }
",
        right: "
events:
  report_exported:
    properties:
      format: { type: enum, values: [csv, json] }
";

    LARGE_ENUM: "large-enum", Note,
        "An enum has at most 50 members.",
        why: "A breakdown by more values than fit on a chart is read by nobody, and each new member changes the plan. \
              Group the members, or use a string with a `pattern`.",
        wrong: "
enums:
  minute: [m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
           m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40,
           m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51]
events:
  alarm_configured:
    properties: { minute: minute }
",
        right: "
events:
  alarm_configured:
    properties: { minute: { type: integer, min: 0, max: 59 } }
";

    UNBOUNDED: "unbounded", Note,
        "Texts and lists on events have a bound.",
        why: "A text without `max_length`, `pattern` or `format` is an invitation to send whatever is at hand: messages, \
              stack traces, personal data. A list without `max_items` grows until the server refuses the event. \
              A bound is a sentence about what is expected.",
        wrong: "
events:
  coupon_applied:
    properties: { coupon: string }
",
        right: "
events:
  coupon_applied:
    properties: { coupon: { type: string, max_length: 20 } }
";

    PERCENT_RANGE: "percent-range", Warning,
        "A percentage says whether it goes up to 1 or to 100.",
        why: "Half of all dashboards with percentages multiply by 100 once too often. `min` and `max` say which it is, \
              and the compiler holds the code to them.",
        wrong: "
events:
  report_exported:
    properties: { coverage: { type: number, unit: percent } }
",
        right: "
events:
  report_exported:
    properties: { coverage: { type: number, unit: percent, min: 0, max: 100 } }
";
}

/// A breakdown of more members than these is unreadable.
const MOST_MEMBERS: usize = 50;

pub(super) fn run(
    loaded: &Loaded<'_>,
    properties: &[(Home<'_>, &Property)],
    findings: &mut Findings,
) {
    for shared in &loaded.plan.enums {
        enumeration(loaded, shared, findings);
    }
    for flag in &loaded.plan.flags {
        if let [only] = flag.variants.as_slice()
            && loaded.is_intact(&flag.name)
        {
            lone("the flag", &flag.name, only, findings);
        }
    }
    for &(home, property) in properties {
        let is_intact = loaded.is_intact(&property.name);
        let wants_bound = is_intact && wants_bound(home, property);
        of_type(property, &property.ty, wants_bound, findings);
        if let Type::Enum(members) = inner(&property.ty)
            && members.name.span == property.name.span
        {
            enumeration(loaded, members, findings);
        }
        examples(property, findings);
        if is_intact {
            percentage(property, findings);
        }
    }
}

/// The type of a value, or of the items of a list of them.
fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Array { items, .. } => items,
        ty => ty,
    }
}

/// On events; what is secret has to go anyway.
fn wants_bound(home: Home<'_>, property: &Property) -> bool {
    let is_secret = |pii: &Spanned<Pii>| pii.value == Pii::Secret;
    home.is_event() && !property.pii.as_ref().is_some_and(is_secret)
}

fn of_type(property: &Property, ty: &Type, wants_bound: bool, findings: &mut Findings) {
    let name = &property.name;
    let mut unbounded = |what: &str, how: &str| {
        if wants_bound {
            let message = format!("property `{}` is {what}", name.value);
            findings.add(
                Diagnostic::new(&UNBOUNDED, message, name.span)
                    .label("no bound")
                    .help(format!("add {how}")),
            );
        }
    };
    match ty {
        Type::String {
            max_length: None,
            pattern: None,
            format: None,
        } => unbounded(
            "a text of any length",
            "`max_length`, `pattern` or `format`",
        ),
        Type::String {
            max_length: Some(most),
            format,
            ..
        } => {
            let least = format.map_or(1, shortest);
            if *most < least {
                let message = format!(
                    "property `{}` has at most {most} characters and needs {least}: no value fits",
                    name.value
                );
                findings.add(
                    Diagnostic::new(&EMPTY_RANGE, message, name.span)
                        .label("this property")
                        .help("raise `max_length`"),
                );
            }
        }
        Type::Array { items, max_items } => {
            if max_items.is_none() {
                unbounded("a list of any length", "`max_items`");
            }
            // One bound is asked for at a time.
            of_type(
                property,
                items,
                wants_bound && max_items.is_some(),
                findings,
            );
        }
        Type::Object { .. } => findings.add(
            Diagnostic::new(
                &OBJECT_PROPERTY,
                format!("property `{}` is an object", name.value),
                name.span,
            )
            .label("PostHog can't correct the types of its fields")
            .help("write each field as a property of its own"),
        ),
        _ => {}
    }
}

/// The length of the shortest text of a format.
const fn shortest(format: Format) -> u64 {
    match format {
        Format::Uuid => 36,
        Format::Date => 10,
        Format::Url => 8,
        Format::Semver | Format::Email => 5,
        Format::Currency => 3,
        Format::Slug => 1,
    }
}

fn enumeration(loaded: &Loaded<'_>, members: &Enum, findings: &mut Findings) {
    let name = &members.name;
    if !loaded.is_intact(name) {
        return;
    }
    if let [Member { value, .. }] = members.members.as_slice() {
        lone("the enum", name, value, findings);
    }
    let count = members.members.len();
    if count > MOST_MEMBERS {
        let message = format!("the enum `{}` has {count} members", name.value);
        findings.add(
            Diagnostic::new(&LARGE_ENUM, message, name.span)
                .label(format!("more than {MOST_MEMBERS}"))
                .help("group them, or use a string with a `pattern`"),
        );
    }
}

fn lone(kind: &str, name: &Spanned<String>, only: &Spanned<String>, findings: &mut Findings) {
    let message = format!("{kind} `{}` leaves no choice", name.value);
    findings.add(
        Diagnostic::new(&SINGLE_MEMBER, message, only.span)
            .label("the only one")
            .help("add those that are coming, or drop it"),
    );
}

fn examples(property: &Property, findings: &mut Findings) {
    let ty = inner(&property.ty);
    if let Type::String {
        pattern: Some(pattern),
        ..
    } = ty
        && let Err(problem) = pattern::compile(pattern)
    {
        let message = format!("the pattern can't be used: {problem}");
        let help = match problem {
            Error::TooLarge => "repeat less; how long the text may be is said by `max_length`",
            Error::Unread(_) => "to match a sign literally, write a backslash before it",
        };
        findings.add(
            Diagnostic::new(&INVALID_PATTERN, message, pattern.span)
                .label("this pattern")
                .help(help),
        );
    }
    for example in &property.examples {
        if let Some(problem) = refusal(ty, &example.value) {
            let message = format!("the example `{}` {problem}", example.value);
            findings.add(
                Diagnostic::new(&INVALID_EXAMPLE, message, example.span)
                    .label("this example")
                    .note(property.name.span, "of this property")
                    .help("mend the example, or the constraint"),
            );
        }
    }
}

fn percentage(property: &Property, findings: &mut Findings) {
    let is_bounded = match property.ty {
        Type::Number { min, max } => min.is_some() && max.is_some(),
        Type::Integer { min, max } => min.is_some() && max.is_some(),
        _ => return,
    };
    let unit = property.unit.as_ref().map(|unit| unit.value.as_str());
    let name = &property.name;
    let is_percentage = matches!(unit, Some("percent" | "%"))
        || name.value.ends_with("_percent")
        || name.value.ends_with("_percentage");
    if is_percentage && !is_bounded {
        let message = format!("the percentage `{}` has no range", name.value);
        findings.add(
            Diagnostic::new(&PERCENT_RANGE, message, name.span)
                .label("up to 1, or up to 100?")
                .help("add `min: 0, max: 100`, or `min: 0, max: 1`"),
        );
    }
}
