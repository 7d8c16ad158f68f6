//! Names one by one: their case and grammar, what they promise, what is reserved.

use super::Home;
use crate::naming::{Conventions, Violation, words};
use crate::plan::{Event, Plan, Property, Spanned, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

mod promises;

super::checks! {
    EVENT_CASE: "event-case", Error,
        "An event's name is in the case that the plan asks for.",
        why: "Names that differ in case only are different events to PostHog, and nobody remembers which is which. \
              The case is set with `conventions: { event_case: … }`.",
        wrong: "
events:
  InvoicePaid: {}
",
        right: "
events:
  invoice_paid: {}
";

    EVENT_GRAMMAR: "event-grammar", Error,
        "An event's name has an object and then an action.",
        why: "Sorted by name, all that happens to an invoice then stands together, and the name of a new event can be \
              guessed. A particle may follow the action: `user_signed_up`. Set with `conventions: { event_grammar: … }`.",
        wrong: "
events:
  paid_invoice: {}
",
        right: "
events:
  invoice_paid: {}
";

    EVENT_TENSE: "event-tense", Error,
        "The action of an event's name is in the tense of its state.",
        why: "`invoice_paid` says that it happened; `invoice_pay` could be a click, an attempt or a fact. An event with \
              `state: ongoing` takes the present participle. Set with `conventions: { tense: … }`.",
        wrong: "
events:
  invoice_pay: {}
",
        right: "
events:
  invoice_paid: {}
";

    PROPERTY_CASE: "property-case", Error,
        "A property's name is in the case that the plan asks for.",
        why: "`userPlan` and `user_plan` are two properties to PostHog. The case is set with `conventions: { property_case: … }`.",
        wrong: "
person:
  properties: { teamsCount: integer }
",
        right: "
person:
  properties: { teams_count: integer }
";

    ITEM_NAME: "item-name", Error,
        "Groups, enums, funnels, flags, tiers and owners are named in ASCII letters, digits, `_` and `-`.",
        why: "These names become identifiers in Rust and TypeScript, words on a command line and parts of addresses.",
        wrong: "
funnels:
  first week: { steps: [user_invited, user_joined] }
events:
  user_invited: {}
  user_joined: {}
",
        right: "
funnels:
  first_week: { steps: [user_invited, user_joined] }
events:
  user_invited: {}
  user_joined: {}
";

    RESERVED_NAME: "reserved-name", Error fixed,
        "No name belongs to PostHog or to the macros.",
        why: "PostHog keeps names with `$` for itself and reads `distinct_id`, `token`, `title` and `alias` from an event; \
              a property of that name would overwrite what it needs. `actor`, `groups`, `on` and `when` are arguments of a \
              tracking call, and a few words of Rust (`self`, `crate`, `super`) can't be escaped.",
        wrong: "
person:
  properties: { $plan: { type: enum, values: [trial, pro] } }
",
        right: "
person:
  properties: { plan: { type: enum, values: [trial, pro] } }
";

    LONG_NAME: "long-name", Error fixed,
        "A name has at most 200 characters.",
        why: "PostHog cuts longer names, after which two of them can be the same.",
        wrong: "
funnels:
  a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name: { steps: [user_invited, user_joined] }
events:
  user_invited: {}
  user_joined: {}
",
        right: "
funnels:
  a_short_name: { steps: [user_invited, user_joined] }
events:
  user_invited: {}
  user_joined: {}
";

    BOOLEAN_NAME: "boolean-name", Error,
        "A boolean reads as a question: `is_`, `has_`, `can_`, `should_` or `was_`.",
        why: "`email_verified: true` is clear; `trial: false` is not: is there none, or is it over? A question has one reading.",
        wrong: "
person:
  properties: { admin: boolean }
",
        right: "
person:
  properties: { is_admin: boolean }
";

    NEGATED_BOOLEAN: "negated-boolean", Warning,
        "A boolean asks for the positive.",
        why: "A filter `is_not_active = false` has to be read twice, and is read wrongly once.",
        wrong: "
person:
  properties: { is_not_active: boolean }
",
        right: "
person:
  properties: { is_active: boolean }
";

    DURATION_NAME: "duration-name", Error,
        "The name of a duration ends in `_ms`.",
        why: "A duration is a number of milliseconds on the wire. Where the chart is drawn, the name is all that says so.",
        wrong: "
events:
  sync_completed:
    properties: { elapsed: duration }
",
        right: "
events:
  sync_completed:
    properties: { elapsed_ms: duration }
";

    DATETIME_NAME: "datetime-name", Warning,
        "The name of a datetime ends in `_at`, and no other does.",
        why: "`trial_end` could be a day, a moment or a flag; `trial_ends_at` is a moment.",
        wrong: "
person:
  properties: { trial_end: datetime }
",
        right: "
person:
  properties: { trial_ends_at: datetime }
";

    UNIT_NAME: "unit-name", Error,
        "A unit in the name agrees with the `unit` and the type.",
        why: "`wait_seconds` in milliseconds is off by a thousand on every chart. A unit belongs to a quantity: an integer, \
              a number or a duration, and the unit of a duration is always milliseconds.",
        wrong: "
events:
  sync_completed:
    properties: { wait_seconds: { type: integer, unit: ms } }
",
        right: "
events:
  sync_completed:
    properties: { wait_seconds: { type: integer, unit: seconds } }
";

    VERSIONED_NAME: "versioned-name", Warning,
        "A name says what it means, not which attempt it is.",
        why: "After `checkout_started_v2` every question has to be asked of two events. Keep the name if the meaning is the \
              same; if it is not, say in the name what differs, and deprecate the old event with `renamed_to`.",
        wrong: "
events:
  checkout_started_v2: {}
",
        right: "
events:
  express_checkout_started: {}
";
}

/// More is cut by PostHog.
const LONGEST: usize = 200;

/// Words with a meaning of their own in a tracking call.
const ARGUMENTS: &[&str] = &["actor", "groups", "on", "when"];

/// What PostHog reads from the properties of an event.
const POSTHOG: &[&str] = &["alias", "distinct_id", "title", "token"];

/// Words of Rust that no `r#` makes a name of.
const NO_IDENTIFIERS: &[&str] = &["Self", "_", "crate", "self", "super"];

pub(super) fn run(plan: &Plan, properties: &[(Home<'_>, &Property)], findings: &mut Findings) {
    for event in &plan.events {
        event_name(&plan.conventions, event, findings);
    }
    for &(home, property) in properties {
        property_name(&plan.conventions, home, property, findings);
    }
    item_names(plan, findings);
}

fn event_name(conventions: &Conventions, event: &Event, findings: &mut Findings) {
    let name = &event.name;
    if is_long(name, findings) {
        return;
    }
    if name.value.starts_with('$') {
        return reserved(
            "an event",
            name,
            "names with `$` are PostHog's own",
            findings,
        );
    }
    if let Some(suffix) = version(&name.value) {
        return versioned("event", name, &suffix, findings);
    }
    if let Some(violation) = conventions.check_event(&name.value, event.state) {
        let check = match violation.code {
            "event-case" => &EVENT_CASE,
            "event-grammar" => &EVENT_GRAMMAR,
            _ => &EVENT_TENSE,
        };
        violated(check, "event", name, violation, findings);
    }
}

fn property_name(
    conventions: &Conventions,
    home: Home<'_>,
    property: &Property,
    findings: &mut Findings,
) {
    let name = &property.name;
    if is_long(name, findings) {
        return;
    }
    if let Some(reason) = reservation(home, &name.value) {
        return reserved("a property", name, reason, findings);
    }
    if let Some(violation) = conventions.check_property(&name.value) {
        return violated(&PROPERTY_CASE, "property", name, violation, findings);
    }
    if matches!(home, Home::Payload) {
        return;
    }
    if property.ty != Type::Boolean
        && let Some(suffix) = version(&name.value)
    {
        return versioned("property", name, &suffix, findings);
    }
    promises::run(property, findings);
}

/// Why no property of this home can have the name.
pub(super) fn reservation(home: Home<'_>, name: &str) -> Option<&'static str> {
    if name.starts_with('$') {
        Some("names with `$` are PostHog's own")
    } else if ARGUMENTS.contains(&name) {
        Some("the word has a meaning of its own in a tracking call")
    } else if matches!(home, Home::Group) && name == "key" {
        Some("`key` says which group it is")
    } else if home.is_event() && POSTHOG.contains(&name) {
        Some("PostHog reads it from the event")
    } else if NO_IDENTIFIERS.contains(&name) {
        Some("no Rust identifier can be made of it")
    } else if name.chars().any(char::is_control) {
        Some("a name holds no control characters")
    } else {
        None
    }
}

fn reserved(kind: &str, name: &Spanned<String>, reason: &str, findings: &mut Findings) {
    let message = format!("{kind} can't be called `{}`", name.value.escape_debug());
    findings.add(
        Diagnostic::new(&RESERVED_NAME, message, name.span)
            .label(reason)
            .help("choose another name"),
    );
}

fn is_long(name: &Spanned<String>, findings: &mut Findings) -> bool {
    let length = name.value.chars().count();
    if length > LONGEST {
        let start: String = name.value.chars().take(20).collect();
        let message = format!("the name `{start}…` has {length} characters");
        findings.add(
            Diagnostic::new(&LONG_NAME, message, name.span)
                .label(format!("more than {LONGEST}"))
                .help("shorten it"),
        );
    }
    length > LONGEST
}

fn violated(
    check: &super::Check,
    kind: &str,
    name: &Spanned<String>,
    violation: Violation,
    findings: &mut Findings,
) {
    let shown = name.value.escape_debug();
    let message = format!("the {kind} name `{shown}` {}", violation.problem);
    let excuse = format!(
        "keep the name with `allow: {{ {}: \"reason\" }}`",
        check.code
    );
    let help = match violation.suggestion {
        Some(better) => format!("call it `{better}`, or {excuse}"),
        None => format!("rename it, or {excuse}"),
    };
    findings.add(
        Diagnostic::new(check, message, name.span)
            .label(format!("this {kind}"))
            .help(help),
    );
}

/// The last word, if it counts attempts instead of saying what something is.
fn version(name: &str) -> Option<String> {
    let mut words = words(name);
    let last = words.pop()?;
    let is_number = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let counts = last.strip_prefix('v').is_some_and(is_number)
        || ["legacy", "new", "old", "temp", "tmp"].contains(&last.as_str());
    (counts && !words.is_empty()).then_some(last)
}

fn versioned(kind: &str, name: &Spanned<String>, suffix: &str, findings: &mut Findings) {
    let message = format!("the {kind} name `{}` ends in `{suffix}`", name.value);
    findings.add(
        Diagnostic::new(&VERSIONED_NAME, message, name.span)
            .label("which attempt is it?")
            .help("keep the old name if the meaning is the same; else say what differs"),
    );
}

/// Names of everything but events and properties.
fn item_names(plan: &Plan, findings: &mut Findings) {
    let groups = plan.groups.iter().map(|item| ("group", &item.name));
    let keys = plan.groups.iter().map(|item| ("key", &item.key));
    let enums = plan.enums.iter().map(|item| ("enum", &item.name));
    let funnels = plan.funnels.iter().map(|item| ("funnel", &item.name));
    let flags = plan.flags.iter().map(|item| ("flag", &item.name));
    let tiers = plan.tiers.iter().map(|item| ("tier", &item.name));
    let owners = plan.owners.iter().map(|item| ("owner", &item.name));
    let all = groups.chain(keys).chain(enums).chain(funnels);
    for (kind, name) in all.chain(flags).chain(tiers).chain(owners) {
        if is_long(name, findings) {
            continue;
        }
        let is_plain = name
            .value
            .starts_with(|first: char| first.is_ascii_alphabetic())
            && (name.value.chars())
                .all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-'));
        if !is_plain {
            let shown = name.value.escape_debug();
            let message = format!("the {kind} name `{shown}` is no plain word");
            findings.add(
                Diagnostic::new(&ITEM_NAME, message, name.span)
                    .label(format!("this {kind}"))
                    .help("use ASCII letters, digits, `_` and `-`, and start with a letter"),
            );
        }
    }
}
