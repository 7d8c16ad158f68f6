//! A call against the plan: every mistake at its token, and what expansion needs if there is none.

mod literal;
mod subject;
mod unplanned;
mod words;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Expr, Ident, Path};
use trackplan_schema::lock::{self, Kind, Property};
use trackplan_schema::naming::nearest;

pub(crate) use self::subject::{Subject, find, owner_file};
pub(crate) use self::unplanned::fields as unplanned_fields;
use self::words::{constraints, expected, line};
pub(crate) use self::words::{converter, json_string, list, object_hash};
use crate::parse::{Argument, Call, Form, Head, bindings, uses};
use crate::plan::{self, Plan};

/// A call that keeps the plan.
pub(crate) struct Checked {
    pub(crate) form: Form,
    /// What the runtime has to know: name, scope, then a line a property.
    pub(crate) description: String,
    /// The values that the program computes, in the order of the description.
    pub(crate) values: Vec<Value>,
    pub(crate) actor: Option<Expr>,
    pub(crate) key: Option<Expr>,
    /// Group types, each with its key.
    pub(crate) groups: Vec<(String, Expr)>,
    /// Whether actor or groups use a binding of `on`, and so wait for the body.
    pub(crate) is_subject_late: bool,
    /// The group type that is updated.
    pub(crate) group: Option<String>,
    /// The file that the build has to track.
    pub(crate) path: String,
    pub(crate) warnings: Vec<Warning>,
    /// Why there is no plan to check it against, if this call is the one to say it.
    pub(crate) errors: Vec<syn::Error>,
}

/// The use of something deprecated.
pub(crate) struct Warning {
    pub(crate) note: String,
    /// `event` or `property`.
    pub(crate) what: &'static str,
    pub(crate) span: Span,
}

/// A property's expression and how it becomes a value.
pub(crate) struct Value {
    pub(crate) expression: Expr,
    /// The function of the runtime that takes it: `@integer`.
    pub(crate) converter: String,
    /// Whether it uses a binding of `on`, and so waits for the body.
    pub(crate) is_late: bool,
}

/// Checks a call that names its properties.
pub(crate) fn check(call: Call) -> Result<Checked, Vec<syn::Error>> {
    let span = call.head.span();
    let plan = match plan::current() {
        Ok(plan) => plan,
        Err(message) => return unplanned::checked(call, plan::unusable(message, span)),
    };
    let subject = match find(&plan, &call) {
        Ok(subject) => subject,
        Err(error) => return Err(call.errors.into_iter().chain([error]).collect()),
    };
    let bound = call.on.as_ref().map(bindings).unwrap_or_default();
    let mut checker = Checker::new(&plan, &subject, call.form, call.errors);
    checker.source(span);
    checker.warn("event", subject.deprecation(), &subject.noun, span);
    for group in &call.groups {
        checker.group(&group.name);
    }
    checker.meant = call
        .unfinished
        .iter()
        .map(|name| name.unraw().to_string())
        .collect();
    checker.properties(call.properties, &bound);
    checker.unset(&call.unset);
    match call.form {
        Form::Track | Form::Tracked => checker.missing(span),
        Form::Attributes => {
            checker.missing(span);
            checker.scope(&call.groups, span);
        }
        Form::Group if call.key.is_none() => {
            let message = format!(
                "{} is updated without its key\n  help: add `key = …`",
                subject.noun
            );
            checker.errors.push(syn::Error::new(span, message));
        }
        Form::Identify | Form::Group if checker.seen.is_empty() && checker.errors.is_empty() => {
            let names: Vec<&str> = subject
                .properties()
                .map(|property| property.name())
                .collect();
            let message = format!(
                "the update of {} sets nothing\n  help: its properties are: {}",
                subject.noun,
                list(&names)
            );
            checker.errors.push(syn::Error::new(span, message));
        }
        Form::Identify | Form::Group => {}
    }
    let mut about = call
        .actor
        .iter()
        .chain(call.groups.iter().map(|group| &group.value));
    let is_subject_late = about.any(|expression| uses(expression, &bound));
    checker.finish().map(|mut checked| {
        checked.actor = call.actor;
        checked.key = call.key;
        checked.groups = call
            .groups
            .into_iter()
            .map(|group| (group.name.unraw().to_string(), group.value))
            .collect();
        checked.is_subject_late = is_subject_late;
        checked
    })
}

/// Checks the fields of a struct: `fields` are its names, each with the expression that reads it.
pub(crate) fn check_fields(
    plan: &Plan,
    subject: &Subject,
    form: Form,
    span: Span,
    mut fields: Vec<Argument>,
) -> Result<Checked, Vec<syn::Error>> {
    let mut checker = Checker::new(plan, subject, form, Vec::new());
    checker.source(span);
    checker.warn("event", subject.deprecation(), &subject.noun, span);
    // The field that holds the key of the event's scope says which group the event is of.
    let scope = subject.scope();
    let is_key = |field: &Argument| scope.is_some_and(|(_, key)| field.name.unraw() == key);
    let mut groups = Vec::new();
    if let Some(index) = fields.iter().position(is_key)
        && let Some((group, _)) = scope
    {
        groups.push((group.to_owned(), fields.remove(index).value));
    }
    checker.properties(fields, &[]);
    if form == Form::Track {
        checker.missing(span);
    }
    checker.finish().map(|mut checked| {
        checked.groups = groups;
        checked
    })
}

/// A line of the description, and the value that it waits for.
struct Entry {
    line: String,
    value: Option<Value>,
    is_once: bool,
}

struct Checker<'a> {
    plan: &'a Plan,
    subject: &'a Subject,
    /// The properties of the subject, read once for all that is asked of them.
    known: Vec<Property<'a>>,
    form: Form,
    errors: Vec<syn::Error>,
    warnings: Vec<Warning>,
    entries: Vec<Entry>,
    /// The properties that are taken away, as JSON.
    unset: Vec<String>,
    /// The properties that are given.
    seen: Vec<String>,
    /// Those that a mistyped name seems to mean, or that lack their value, so that one mistake is one error.
    meant: Vec<String>,
}

impl<'a> Checker<'a> {
    fn new(plan: &'a Plan, subject: &'a Subject, form: Form, errors: Vec<syn::Error>) -> Self {
        Self {
            plan,
            subject,
            known: subject.properties().collect(),
            form,
            errors,
            warnings: Vec::new(),
            entries: Vec::new(),
            unset: Vec::new(),
            seen: Vec::new(),
            meant: Vec::new(),
        }
    }

    /// Where an item is declared, as a line of an error.
    fn at(&self, key: &str) -> String {
        self.plan
            .place(key)
            .map(|place| format!("\n  note: declared at {place}"))
            .unwrap_or_default()
    }

    fn at_property(&self, property: Property<'_>) -> String {
        self.at(&format!("{}/{}", self.subject.key, property.name()))
    }

    fn error(&mut self, span: Span, message: String) {
        self.errors.push(syn::Error::new(span, message));
    }

    fn source(&mut self, span: Span) {
        let (side, instead) = match (self.form, self.subject.field("source")) {
            (Form::Attributes, Some("frontend" | "both")) => return,
            (Form::Attributes, _) => ("backend", "the page may send"),
            (_, Some("frontend")) => ("frontend", "Rust may track"),
            _ => return,
        };
        let place = self.at(&self.subject.key);
        let noun = &self.subject.noun;
        let message = format!(
            "the {noun} is tracked in the {side}{place}\n  help: with `source: both` in the plan, {instead} it too"
        );
        self.error(span, message);
    }

    /// A page can't look up the group that its element is about, so the call names that one and no other.
    fn scope(&mut self, groups: &[Argument], span: Span) {
        let subject = self.subject;
        let (scope, key) = subject.scope().unzip();
        for group in groups {
            let is_other = scope.is_none_or(|scope| group.name.unraw() != scope);
            // What is no group at all is told already.
            if is_other && self.is_group(&group.name) {
                let (name, noun) = (group.name.unraw(), &subject.noun);
                let message = format!("the {noun} is not of the scope of a `{name}`");
                self.error(group.name.span(), message);
            }
        }
        if let Some(scope) = scope
            && groups.is_empty()
            && !self.meant.iter().any(|meant| Some(meant.as_str()) == key)
        {
            let message = format!(
                "the {} lacks its {scope}{}\n  help: add `groups({scope} = …)`",
                subject.noun,
                self.at(&subject.key)
            );
            self.error(span, message);
        }
    }

    fn warn(
        &mut self,
        what: &'static str,
        reason: Option<(&str, Option<&str>)>,
        noun: &str,
        span: Span,
    ) {
        if let Some((reason, renamed_to)) = reason {
            let reason = lock::unescape(reason);
            let separator = if reason.is_empty() { "" } else { ": " };
            let instead = renamed_to
                .map(|name| format!("; use `{name}`"))
                .unwrap_or_default();
            self.warnings.push(Warning {
                note: format!("the {noun} is deprecated{separator}{reason}{instead}"),
                what,
                span,
            });
        }
    }

    fn group(&mut self, name: &Ident) {
        if self.is_group(name) {
            return;
        }
        let index = self.plan.index();
        let known: Vec<&str> = index
            .iter()
            .flat_map(|index| index.names(Kind::Group))
            .collect();
        let message = subject::unknown_group(&name.unraw().to_string(), &known);
        self.error(name.span(), message);
    }

    fn is_group(&self, name: &Ident) -> bool {
        let index = self.plan.index();
        index.is_some_and(|index| index.names(Kind::Group).any(|known| name.unraw() == known))
    }

    /// The property that a call names, for the first time.
    fn named(&mut self, name: &Ident) -> Option<Property<'a>> {
        let (name, span) = (name.unraw().to_string(), name.span());
        if self.seen.contains(&name) {
            self.error(span, format!("the property `{name}` is given twice"));
            return None;
        }
        let mut known = self.known.iter();
        let property = known.find(|known| known.name() == name).copied();
        if property.is_none() {
            let message = self.unknown_property(&name);
            self.error(span, message);
            return None;
        }
        self.seen.push(name);
        property
    }

    fn unset(&mut self, names: &[Ident]) {
        for name in names {
            if let Some(property) = self.named(name) {
                self.unset.push(json_string(property.name()));
            }
        }
    }

    fn properties(&mut self, given: Vec<Argument>, bound: &[Ident]) {
        let subject = self.subject;
        for argument in given {
            let Some(property) = self.named(&argument.name) else {
                continue;
            };
            let span = argument.name.span();
            if property.pii() == Some("secret") {
                let place = self.at_property(property);
                self.error(
                    span,
                    format!(
                        "the property `{}` is secret and must never be sent{place}",
                        property.name()
                    ),
                );
                continue;
            }
            let reason = property
                .field("deprecated")
                .map(|reason| (reason, property.field("renamed_to")));
            let noun = format!("property `{}` of {}", property.name(), subject.noun);
            self.warn("property", reason, &noun, span);
            self.value(property, argument.value, bound);
        }
    }

    fn value(&mut self, property: Property<'_>, expression: Expr, bound: &[Ident]) {
        let key = json_string(property.name());
        let is_once = property.is_set_once();
        let (line, value) = match literal::read(property, self.subject.is_update(), &expression) {
            literal::Outcome::Json(json) => (
                format!("{}={key}:{json}", constraints(property, true)),
                None,
            ),
            literal::Outcome::LeftOut => return,
            literal::Outcome::Mistakes(mistakes) => {
                let (of, place) = (&self.subject.noun, self.at_property(property));
                for (span, mistake) in mistakes {
                    let message = format!("{}{place}", mistake.message(property, of));
                    self.errors.push(syn::Error::new(span, message));
                }
                return;
            }
            literal::Outcome::Computed => {
                let value = Value {
                    is_late: uses(&expression, bound),
                    expression,
                    converter: converter(property, self.subject.is_update()),
                };
                (line(property), Some(value))
            }
        };
        self.entries.push(Entry {
            line,
            value,
            is_once,
        });
    }

    fn missing(&mut self, span: Span) {
        let mut missing = Vec::new();
        for property in &self.known {
            let (name, mut named) = (property.name(), self.seen.iter().chain(&self.meant));
            let is_due = !property.is_optional() && property.pii() != Some("secret");
            if is_due && !named.any(|named| named == name) {
                missing.push(format!("`{name}` ({})", expected(*property)));
            }
        }
        if !missing.is_empty() {
            let (plural, all) = (
                if missing.len() == 1 { "y" } else { "ies" },
                missing.join(", "),
            );
            let message = format!(
                "the {} lacks its propert{plural} {all}{}",
                self.subject.noun,
                self.at(&self.subject.key)
            );
            self.error(span, message);
        }
    }

    fn unknown_property(&mut self, name: &str) -> String {
        let noun = &self.subject.noun;
        if let Some((group, key)) = self.subject.scope()
            && key == name
        {
            self.meant.push(name.to_owned());
            return format!(
                "`{name}` comes with the scope of the {noun}\n  help: write `groups({group} = …)` instead"
            );
        }
        let names: Vec<&str> = self
            .subject
            .properties()
            .map(|property| property.name())
            .collect();
        let mut message = format!("the {noun} has no property `{name}`");
        let violation = self
            .plan
            .index()
            .and_then(|index| index.conventions().check_property(name));
        if let Some(violation) = violation {
            message.push_str(&format!("; the name {}", violation.problem));
        }
        match nearest(name, names.iter().copied()) {
            Some(found) => {
                message.push_str(&format!("\n  help: did you mean `{found}`?"));
                self.meant.push(found.to_owned());
            }
            None if names.is_empty() => message.push_str("\n  help: it has no properties"),
            None => message.push_str(&format!("\n  help: its properties are: {}", list(&names))),
        }
        message.push_str(&self.at(&self.subject.key));
        message
    }

    fn finish(self) -> Result<Checked, Vec<syn::Error>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let is_late = |entry: &Entry| entry.value.as_ref().is_some_and(|value| value.is_late);
        let (late, early): (Vec<Entry>, Vec<Entry>) = self.entries.into_iter().partition(is_late);
        let (mut description, entries) = self.subject.description(early, late);
        if !self.unset.is_empty() {
            description.push_str(&format!("\n=\"$unset\":[{}]", self.unset.join(",")));
        }
        Ok(Checked {
            form: self.form,
            description,
            values: entries
                .into_iter()
                .filter_map(|entry| entry.value)
                .collect(),
            actor: None,
            key: None,
            groups: Vec::new(),
            is_subject_late: false,
            group: self.subject.group.clone(),
            path: self.subject.path.clone(),
            warnings: self.warnings,
            errors: Vec::new(),
        })
    }
}

/// Whether a path is `None`.
fn is_none(path: &Path) -> bool {
    path.is_ident("None")
}

/// Whether a call is given as a struct instead of names.
pub(crate) fn as_struct(call: &Call) -> Option<Result<(), Vec<syn::Error>>> {
    let Head::Struct(_) = call.head else {
        return None;
    };
    let mut errors = call.errors.clone();
    if let Some(property) = call.properties.first() {
        let message = "the struct holds all the properties; set this one in it";
        errors.push(syn::Error::new(property.name.span(), message));
    }
    if let Some(property) = call.unset.first() {
        let message = "a struct sets properties; unset this one by an `identify!` of its own";
        errors.push(syn::Error::new(property.span(), message));
    }
    if call.form == Form::Group && call.key.is_none() {
        let message = "the group is updated without its key\n  help: add `key = …`";
        errors.push(syn::Error::new(call.head.span(), message));
    }
    Some(if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    })
}
