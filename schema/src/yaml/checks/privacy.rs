//! Personal data: declared, kept off events, and never a secret.

use super::{Home, Loaded, names};
use crate::format::Format;
use crate::naming::words;
use crate::plan::{Event, Origin, Pii, Property, Spanned, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    UNDECLARED_PII: "undeclared-pii", Error,
        "A property whose name or format says personal data declares `pii`.",
        why: "Whoever adds `email` should have to think about it, and whoever reviews it should see the answer: `none`, \
              `pseudonymous` or `personal`. Looked at are the last words of texts and moments: names of persons, e-mail, \
              phone, postal and IP addresses, raw URLs and paths, credentials, and texts that users write.",
        wrong: "
person:
  properties: { work_email: { type: string, max_length: 100 } }
",
        right: "
person:
  properties: { work_email: { type: string, max_length: 100, pii: personal } }
";

    SECRET_PROPERTY: "secret-property", Error fixed,
        "No property is a secret.",
        why: "Passwords, keys and tokens have no business in analytics: they would be readable by everyone with access, \
              and stored for years.",
        wrong: "
person:
  properties: { api_key: { type: string, pii: secret } }
",
        right: "
person:
  properties: { has_api_key: boolean }
";

    PERSONAL_PROPERTY: "personal-property", Error,
        "Personal data belongs to the person, not to events.",
        why: "A property of the person is stored once, and forgotten when the person asks; events are copied into \
              exports, charts and logs, and are never changed. Where an event needs it, `allow` it with the reason.",
        wrong: "
events:
  invoice_sent:
    properties: { recipient_email: { type: string, format: email, pii: personal } }
",
        right: "
person:
  properties: { billing_email: { type: string, format: email, pii: personal } }
";

    UNDERSTATED_PII: "understated-pii", Warning,
        "What names a person is not declared as `pii: none`.",
        why: "An e-mail address, a phone number, an IP address or a date of birth tells persons apart, whatever it is for. \
              If it is not what its name says, choose another name.",
        wrong: "
person:
  properties: { work_email: { type: string, format: email, pii: none } }
",
        right: "
person:
  properties: { work_email: { type: string, format: email, pii: personal } }
";

    UNCLASSED_ID: "unclassed-id", Note,
        "An id on an event says with `pii` whether it leads to a person.",
        why: "Ids have as many values as there are things, so no chart can break down by them, and an id that leads to a \
              person makes the event personal data. Leave it out, or say what it is: `none`, or `pseudonymous`, which \
              has the code hash it.",
        wrong: "
events:
  order_shipped:
    properties: { parcel_id: { type: string, max_length: 40 } }
",
        right: "
events:
  order_shipped:
    properties: { parcel_id: { type: string, max_length: 40, pii: none } }
";

    SUBJECT_COPY: "subject-copy", Warning,
        "An event does not copy who or which group it belongs to.",
        why: "The distinct id and the groups of an event say it, and follow a person through sign-up and merging. A copy \
              does not, and the two disagree from then on.",
        wrong: "
events:
  invoice_paid:
    properties: { user_id: { type: string, max_length: 40, pii: pseudonymous } }
",
        right: "
events:
  invoice_paid: {}
";

    SDK_PROPERTY: "sdk-property", Warning,
        "An event does not carry what PostHog adds by itself.",
        why: "posthog-js sends browser, system, screen, time zone, session and campaign with every event, and every event \
              has its time. A second copy under another name costs bytes and disagrees with the first one day.",
        wrong: "
events:
  theme_switched:
    source: frontend
    properties: { browser: { type: string, max_length: 40 } }
",
        right: "
events:
  theme_switched: { source: frontend }
";
}

/// Ends of names that say personal data, and whether nothing else can be meant.
const PERSONAL: &[(&[&str], bool)] = &[
    (&["email"], true),
    (&["mail"], true),
    (&["email", "address"], true),
    (&["phone"], true),
    (&["phone", "number"], true),
    (&["mobile", "number"], true),
    (&["ip"], true),
    (&["ip", "address"], true),
    (&["address"], false),
    (&["street"], false),
    (&["zip"], false),
    (&["zip", "code"], false),
    (&["postal", "code"], false),
    (&["postcode"], false),
    (&["username"], true),
    (&["nickname"], true),
    (&["surname"], true),
    (&["firstname"], true),
    (&["lastname"], true),
    (&["birthday"], true),
    (&["birthdate"], true),
    (&["date", "of", "birth"], true),
    (&["birth", "date"], true),
    (&["born", "at"], true),
    (&["ssn"], true),
    (&["iban"], true),
    (&["card", "number"], true),
    (&["password"], true),
    (&["passphrase"], true),
    (&["secret"], false),
    (&["token"], false),
    (&["credentials"], true),
    (&["api", "key"], false),
    (&["private", "key"], true),
    (&["url"], false),
    (&["uri"], false),
    (&["href"], false),
    (&["path"], false),
    (&["referrer"], false),
    (&["query"], false),
    (&["user", "agent"], false),
    (&["message"], false),
    (&["comment"], false),
    (&["body"], false),
    (&["search", "term"], false),
    (&["search", "text"], false),
];

/// Whose `name` is that of a person.
const PERSONS: &[&str] = &[
    "author",
    "contact",
    "customer",
    "display",
    "employee",
    "family",
    "first",
    "full",
    "given",
    "guest",
    "last",
    "member",
    "middle",
    "nick",
    "owner",
    "person",
    "recipient",
    "sender",
    "user",
];

/// What posthog-js sends with every event, without its `$`.
const SDK: &[&str] = &[
    "browser",
    "browser_version",
    "city",
    "country",
    "device_type",
    "os",
    "os_version",
    "screen_height",
    "screen_width",
    "session_id",
    "timezone",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
    "viewport_height",
    "viewport_width",
];

/// Other names for the time that every event has.
const TIME: &[&str] = &["event_time", "occurred_at", "sent_at", "timestamp"];

pub(super) fn run(
    loaded: &Loaded<'_>,
    properties: &[(Home<'_>, &Property)],
    findings: &mut Findings,
) {
    for &(home, property) in properties {
        // A name that can't stay says nothing.
        let is_named = names::reservation(home, &property.name.value).is_none();
        if !matches!(home, Home::Payload) && is_named {
            match &property.pii {
                Some(pii) => declared(home, property, pii, findings),
                None if loaded.is_intact(&property.name) => undeclared(home, property, findings),
                None => {}
            }
        }
        if let Home::Event(event) = home {
            copies(event, property, findings);
        }
    }
    for event in &loaded.plan.events {
        for used in event.properties.iter().filter(|used| used.is_shared) {
            copies(event, used, findings);
        }
    }
}

fn undeclared(home: Home<'_>, property: &Property, findings: &mut Findings) {
    let name = &property.name;
    if let Some((what, _)) = says(property) {
        let message = format!("property `{}` does not say how personal it is", name.value);
        findings.add(
            Diagnostic::new(&UNDECLARED_PII, message, name.span)
                .label(what)
                .help("add `pii: none`, `pii: pseudonymous` or `pii: personal`"),
        );
    } else if home.is_event() && is_id(property) && !is_copy(home, property) {
        let message = format!(
            "the id `{}` does not say whether it leads to a person",
            name.value
        );
        findings.add(
            Diagnostic::new(&UNCLASSED_ID, message, name.span)
                .label("has as many values as there are things")
                .help("add `pii: none` or `pii: pseudonymous`, or leave it out"),
        );
    }
}

fn declared(home: Home<'_>, property: &Property, pii: &Spanned<Pii>, findings: &mut Findings) {
    let name = &property.name;
    let (check, message, help) = match pii.value {
        Pii::Secret => (
            &SECRET_PROPERTY,
            format!("property `{}` is a secret", name.value),
            "leave it out; a boolean can say that there is one",
        ),
        Pii::Personal if home.is_event() => (
            &PERSONAL_PROPERTY,
            format!("the event's property `{}` is personal", name.value),
            "make it a property of the person, or `allow: { personal-property: \"reason\" }`",
        ),
        Pii::None if says(property).is_some_and(|(_, is_sure)| is_sure) => (
            &UNDERSTATED_PII,
            format!("property `{}` is said to be no personal data", name.value),
            "declare what it is, or give it a name that says what it is instead",
        ),
        _ => return,
    };
    findings.add(
        Diagnostic::new(check, message, pii.span)
            .label("declared here")
            .note(name.span, "this property")
            .help(help),
    );
}

/// What a property's format or name says of a person, and whether it can't mean anything else.
fn says(property: &Property) -> Option<(String, bool)> {
    let ty = match &property.ty {
        Type::Array { items, .. } => items,
        ty => ty,
    };
    match ty {
        Type::String {
            format: Some(Format::Email),
            ..
        } => return Some(("an e-mail address".to_owned(), true)),
        Type::String {
            format: Some(Format::Url),
            ..
        } => return Some(("an address may hold ids and names".to_owned(), false)),
        Type::String { .. } | Type::Datetime | Type::Object { .. } => {}
        _ => return None,
    }
    let words = words(&property.name.value);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let [.., whose, "name"] = words.as_slice()
        && PERSONS.contains(whose)
    {
        return Some((format!("`{whose}_name` names a person"), true));
    }
    if words == ["name"] {
        return Some(("`name` can be that of a person".to_owned(), false));
    }
    let ends = PERSONAL.iter().filter(|(end, _)| words.ends_with(end));
    let (end, is_sure) = ends.max_by_key(|(end, _)| end.len())?;
    Some((
        format!("`{}` can say who somebody is", end.join("_")),
        *is_sure,
    ))
}

fn is_id(property: &Property) -> bool {
    match property.ty {
        Type::String {
            format: Some(Format::Uuid),
            ..
        } => true,
        Type::String { .. } | Type::Integer { .. } => {
            let words = words(&property.name.value);
            let last = words.last().map(String::as_str);
            matches!(last, Some("id" | "ids" | "uuid" | "guid"))
        }
        _ => false,
    }
}

/// Whether the property is reported as a copy.
fn is_copy(home: Home<'_>, property: &Property) -> bool {
    match home {
        Home::Event(event) => copied(event, &property.name.value).is_some(),
        _ => false,
    }
}

enum Copied {
    Subject,
    Sdk,
}

fn copied(event: &Event, name: &str) -> Option<Copied> {
    let names_group = event
        .scope
        .as_ref()
        .is_some_and(|scope| name.strip_suffix("_id") == Some(scope.value.as_str()));
    if names_group || matches!(name, "user_id" | "user_uuid" | "person_id") {
        return Some(Copied::Subject);
    }
    let is_sdk = event.source != Origin::Backend && SDK.contains(&name);
    (is_sdk || TIME.contains(&name)).then_some(Copied::Sdk)
}

fn copies(event: &Event, property: &Property, findings: &mut Findings) {
    let name = &property.name;
    let (check, message, label) = match copied(event, &name.value) {
        Some(Copied::Subject) => (
            &SUBJECT_COPY,
            format!("property `{}` copies whom the event is about", name.value),
            "the distinct id and the groups say it",
        ),
        Some(Copied::Sdk) => (
            &SDK_PROPERTY,
            format!("property `{}` comes with every event", name.value),
            "PostHog adds it",
        ),
        None => return,
    };
    findings.add(
        Diagnostic::new(check, message, name.span)
            .label(label)
            .help("leave it out"),
    );
}
