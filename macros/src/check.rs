//! A call against the plan: every mistake at its token, and what expansion needs if there is none.

mod literal;
mod subject;
mod unplanned;
mod words;

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Ident, Path};
use trackplan_schema::lock::{self, Kind, Property};
use trackplan_schema::naming::nearest;

pub(crate) use self::subject::{Subject, find, owner_file, told_at};
pub(crate) use self::unplanned::fields as unplanned_fields;
pub(crate) use self::words::{converter, joined, json_string, list, object_hash};
use self::words::{expected, line};
use crate::mistakes::Mistakes;
use crate::parse::{Argument, Call, Form, bindings, uses};
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
    pub(crate) mistakes: Mistakes,
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
    /// Whether it is an array.
    pub(crate) is_list: bool,
    /// Whether it uses a binding of `on`, and so waits for the body.
    pub(crate) is_late: bool,
}

/// Checks a call that names its properties.
pub(crate) fn check(call: Call) -> syn::Result<Checked> {
    let span = call.head.span();
    let plan = match plan::current() {
        Ok(plan) => plan,
        Err(message) => return unplanned::checked(call, Mistakes::of_plan(message, span)),
    };
    let subject = match find(&plan, &call) {
        Ok(subject) => subject,
        Err(error) => return Err(call.mistakes.and(error)),
    };
    let bound = bound(&call);
    let is_subject_late = is_subject_late(&call, &bound);
    let mut checker = Checker::new(&plan, &subject, call.form, call.mistakes);
    checker.source(span);
    checker.warn("event", subject.deprecation(), &subject.noun, span);
    for group in &call.groups {
        checker.group(&group.name);
    }
    for name in &call.unfinished {
        checker.meant.push(name.unraw().to_string());
    }
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
            checker.mistakes.add(span, &message);
        }
        Form::Identify | Form::Group if checker.seen.is_empty() && checker.mistakes.is_empty() => {
            let names = subject.names();
            let help = match names.is_empty() {
                true => "it has no properties".to_owned(),
                false => format!("its properties are: {}", list(&names)),
            };
            let message = format!(
                "the update of {} sets nothing\n  help: {help}",
                subject.noun
            );
            checker.mistakes.add(span, &message);
        }
        Form::Identify | Form::Group => {}
    }
    let mut checked = checker.finish()?;
    checked.actor = call.actor;
    checked.key = call.key;
    checked.groups = named(call.groups);
    checked.is_subject_late = is_subject_late;
    Ok(checked)
}

/// The names that the `on` of a call binds.
pub(crate) fn bound(call: &Call) -> Vec<Ident> {
    match &call.on {
        Some(pattern) => bindings(pattern.to_token_stream()),
        None => Vec::new(),
    }
}

/// Whether who a call is about is known only after the body.
fn is_subject_late(call: &Call, bound: &[Ident]) -> bool {
    let is_late = |expression: &Expr| uses(expression, bound);
    call.actor.as_ref().is_some_and(is_late)
        || call.groups.iter().any(|group| is_late(&group.value))
}

/// Group types, each with its key.
pub(crate) fn named(groups: Vec<Argument>) -> Vec<(String, Expr)> {
    let mut named = Vec::new();
    for group in groups {
        named.push((group.name.unraw().to_string(), group.value));
    }
    named
}

/// Checks the fields of a struct: `fields` are its names, each with the expression that reads it.
pub(crate) fn check_fields(
    plan: &Plan,
    subject: &Subject,
    form: Form,
    span: Span,
    fields: Vec<Argument>,
) -> syn::Result<Checked> {
    let mut checker = Checker::new(plan, subject, form, Mistakes::default());
    checker.source(span);
    checker.warn("event", subject.deprecation(), &subject.noun, span);
    // The field that holds the key of the event's scope says which group the event is of.
    let scope = subject.scope();
    let (mut groups, mut properties) = (Vec::new(), Vec::new());
    for field in fields {
        match scope {
            Some((group, key)) if groups.is_empty() && field.name.unraw() == key => {
                groups.push((group.to_owned(), field.value));
            }
            _ => properties.push(field),
        }
    }
    checker.properties(properties, &[]);
    if form == Form::Track {
        checker.missing(span);
    }
    let mut checked = checker.finish()?;
    checked.groups = groups;
    Ok(checked)
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
    mistakes: Mistakes,
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
    fn new(plan: &'a Plan, subject: &'a Subject, form: Form, mistakes: Mistakes) -> Self {
        Self {
            plan,
            subject,
            known: subject.properties(),
            form,
            mistakes,
            warnings: Vec::new(),
            entries: Vec::new(),
            unset: Vec::new(),
            seen: Vec::new(),
            meant: Vec::new(),
        }
    }

    /// Where an item is declared, as a line of an error.
    fn at(&self, key: &str) -> String {
        match self.plan.place(key) {
            Some(place) => format!("\n  note: declared at {place}"),
            None => String::new(),
        }
    }

    fn at_property(&self, property: Property<'_>) -> String {
        self.at(&format!("{}/{}", self.subject.key, property.name()))
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
        self.mistakes.add(span, &message);
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
                self.mistakes.add(group.name.span(), &message);
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
            self.mistakes.add(span, &message);
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
            let mut note = format!("the {noun} is deprecated{separator}{reason}");
            if let Some(name) = renamed_to {
                note.push_str(&format!("; use `{name}`"));
            }
            self.warnings.push(Warning { note, what, span });
        }
    }

    fn group(&mut self, name: &Ident) {
        if !self.is_group(name) {
            let known = self.plan.names(Kind::Group);
            let message = subject::unknown_group(&name.unraw().to_string(), &known);
            self.mistakes.add(name.span(), &message);
        }
    }

    fn is_group(&self, name: &Ident) -> bool {
        let name = name.unraw().to_string();
        self.plan.names(Kind::Group).contains(&name.as_str())
    }

    /// The property that a call names, for the first time.
    fn named(&mut self, name: &Ident) -> Option<Property<'a>> {
        let (name, span) = (name.unraw().to_string(), name.span());
        if self.seen.contains(&name) {
            let message = format!("the property `{name}` is given twice");
            self.mistakes.add(span, &message);
            return None;
        }
        for property in &self.known {
            if property.name() == name {
                self.seen.push(name);
                return Some(*property);
            }
        }
        let message = self.unknown_property(&name);
        self.mistakes.add(span, &message);
        None
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
                let (name, place) = (property.name(), self.at_property(property));
                let message =
                    format!("the property `{name}` is secret and must never be sent{place}");
                self.mistakes.add(span, &message);
                continue;
            }
            if let Some(reason) = property.field("deprecated") {
                let noun = format!("property `{}` of {}", property.name(), subject.noun);
                let reason = Some((reason, property.field("renamed_to")));
                self.warn("property", reason, &noun, span);
            }
            self.value(property, argument.value, bound);
        }
    }

    fn value(&mut self, property: Property<'_>, expression: Expr, bound: &[Ident]) {
        let key = json_string(property.name());
        let is_once = property.is_set_once();
        let (line, value) = match literal::read(property, self.subject.is_update(), &expression) {
            literal::Outcome::Json(json) => (format!("={key}:{json}"), None),
            literal::Outcome::LeftOut => return,
            literal::Outcome::Mistakes(mistakes) => {
                let (of, place) = (&self.subject.noun, self.at_property(property));
                for (span, mistake) in mistakes {
                    let message = format!("{}{place}", mistake.message(property, of));
                    self.mistakes.add(span, &message);
                }
                return;
            }
            literal::Outcome::Computed => {
                let value = Value {
                    is_late: uses(&expression, bound),
                    expression,
                    converter: converter(property, self.subject.is_update()),
                    is_list: property.items().is_some(),
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
        for &property in &self.known {
            let name = property.name().to_owned();
            let is_told = self.seen.contains(&name) || self.meant.contains(&name);
            if !property.is_optional() && property.pii() != Some("secret") && !is_told {
                missing.push(format!("`{name}` ({})", expected(property)));
            }
        }
        if !missing.is_empty() {
            let plural = if missing.len() == 1 { "y" } else { "ies" };
            let message = format!(
                "the {} lacks its propert{plural} {}{}",
                self.subject.noun,
                joined(&missing, ", "),
                self.at(&self.subject.key)
            );
            self.mistakes.add(span, &message);
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
        let names = self.subject.names();
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

    fn finish(self) -> syn::Result<Checked> {
        self.mistakes.check()?;
        let (mut description, entries) = self.subject.description(self.entries);
        if !self.unset.is_empty() {
            description.push_str(&format!("\n=\"$unset\":[{}]", joined(&self.unset, ",")));
        }
        let mut values = Vec::new();
        for entry in entries {
            if let Some(value) = entry.value {
                values.push(value);
            }
        }
        Ok(Checked {
            form: self.form,
            description,
            values,
            actor: None,
            key: None,
            groups: Vec::new(),
            is_subject_late: false,
            group: self.subject.group.clone(),
            path: self.subject.path.clone(),
            warnings: self.warnings,
            mistakes: Mistakes::default(),
        })
    }
}

impl Entry {
    /// Whether it waits for the body.
    const fn is_late(&self) -> bool {
        matches!(&self.value, Some(value) if value.is_late)
    }

    /// Whether the client has to hold its value against something.
    fn is_constrained(&self) -> bool {
        self.line.lines().any(|line| line.starts_with('?'))
    }
}

/// Whether a path is `None`.
fn is_none(path: &Path) -> bool {
    path.is_ident("None")
}

/// Checks a call that is given as a struct instead of names.
pub(crate) fn check_struct(call: &mut Call) -> syn::Result<()> {
    let mut mistakes = std::mem::take(&mut call.mistakes);
    if let Some(property) = call.properties.first() {
        let message = "the struct holds all the properties; set this one in it";
        mistakes.add(property.name.span(), message);
    }
    if let Some(property) = call.unset.first() {
        let message = "a struct sets properties; unset this one by an `identify!` of its own";
        mistakes.add(property.span(), message);
    }
    if lacks_key(call) {
        mistakes.add(call.head.span(), LACKS_KEY);
    }
    mistakes.check()
}

fn lacks_key(call: &Call) -> bool {
    call.form == Form::Group && call.key.is_none()
}

const LACKS_KEY: &str = "the group is updated without its key\n  help: add `key = …`";
