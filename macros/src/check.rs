//! A parsed call against the plan: every mistake at its token, and what expansion needs if there is none.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, UnOp};
use trackplan_schema::content_hash;
use trackplan_schema::lock::{self, Kind, Property};
use trackplan_schema::naming::{State, nearest};

use crate::parse::{Argument, Call, bindings, uses};
use crate::plan::{self, Plan};

/// A call that keeps the plan.
pub(crate) struct Checked {
    /// The event's description for the runtime: name, scope, then a line a property.
    pub(crate) description: String,
    /// The values that the program computes, in the order of the description.
    pub(crate) values: Vec<Value>,
    pub(crate) actor: Option<Expr>,
    pub(crate) groups: Vec<Argument>,
    /// Whether actor or groups use a binding of `on`, and so wait for the body.
    pub(crate) is_subject_late: bool,
    /// The file that the build has to track.
    pub(crate) path: String,
    /// The warning of a deprecated event.
    pub(crate) deprecated: Option<String>,
    pub(crate) event_span: Span,
}

/// A property's expression and what its type must be.
pub(crate) struct Value {
    pub(crate) name: String,
    pub(crate) expression: Expr,
    pub(crate) kind: TokenStream,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) note: Option<String>,
    /// Whether it uses a binding of `on`, and so waits for the body.
    pub(crate) is_late: bool,
}

pub(crate) fn check(call: Call) -> Result<Checked, Vec<syn::Error>> {
    let plan = plan::current().map_err(|message| plan::unusable(message, call.event.span()))?;
    let name = call.event.value();
    let file = plan.file(Kind::Event, &name);
    let event = file
        .as_ref()
        .and_then(|file| lock::Event::parse(&file.text).ok());
    let (Some(file), Some(event)) = (&file, event) else {
        return Err(vec![syn::Error::new(
            call.event.span(),
            unknown_event(&plan, &name),
        )]);
    };
    let mut checker = Checker {
        plan: &plan,
        event,
        errors: call.errors,
        lines: Vec::new(),
        values: Vec::new(),
    };
    if event.field("source") == Some("frontend") {
        let message = format!(
            "the event `{name}` is tracked in the frontend{}",
            checker.at(&format!("event/{name}"))
        );
        checker
            .errors
            .push(syn::Error::new(call.event.span(), message));
    }
    for group in &call.groups {
        checker.group(&group.name);
    }
    let bound = call.on.as_ref().map(bindings).unwrap_or_default();
    checker.properties(call.properties, &bound, call.event.span());
    let Checker {
        errors,
        lines,
        values,
        ..
    } = checker;
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut description = json_string(&name);
    description.push('\n');
    if let Some((group, key)) = event.scope() {
        description.push_str(&format!("{}:{}:", json_string(group), json_string(key)));
    }
    for line in lines {
        description.push('\n');
        description.push_str(&line);
    }
    let deprecated = event.field("deprecated").map(|reason| {
        let instead = event
            .field("renamed_to")
            .map(|name| format!("; use `{name}`"))
            .unwrap_or_default();
        format!(
            "the event `{name}` is deprecated: {}{instead}",
            lock::unescape(reason)
        )
    });
    let mut subject = call
        .actor
        .iter()
        .chain(call.groups.iter().map(|group| &group.value));
    let is_subject_late = subject.any(|expression| uses(expression, &bound));
    Ok(Checked {
        description,
        values,
        is_subject_late,
        actor: call.actor,
        groups: call.groups,
        path: file.path.clone(),
        deprecated,
        event_span: call.event.span(),
    })
}

/// A typo gets the event that was meant; a name that no event is close to is held against the conventions.
fn unknown_event(plan: &Plan, name: &str) -> String {
    let message = format!("the tracking plan has no event `{name}`");
    let Some(index) = plan.index() else {
        return message;
    };
    let violation = index.conventions().check_event(name, State::Completed);
    let known = |wanted: &str| index.names(Kind::Event).find(|known| *known == wanted);
    let declare = "in the plan, then run: cargo xtask regenerate";
    let Some(violation) = violation else {
        return match nearest(name, index.names(Kind::Event)) {
            Some(found) => format!("{message}\n  help: did you mean `{found}`?"),
            None => format!("{message}\n  help: declare it {declare}"),
        };
    };
    let problem = &violation.problem;
    match violation.suggestion {
        Some(better) if known(&better).is_some() => {
            format!("{message}; the name {problem}\n  help: did you mean `{better}`?")
        }
        better => match (nearest(name, index.names(Kind::Event)), better) {
            (Some(found), _) => format!("{message}\n  help: did you mean `{found}`?"),
            (None, Some(better)) => {
                format!("{message}; the name {problem}\n  help: declare it as `{better}` {declare}")
            }
            (None, None) => {
                format!("{message}; the name {problem}\n  help: rename it, declare it {declare}")
            }
        },
    }
}

struct Checker<'a> {
    plan: &'a Plan,
    event: lock::Event<'a>,
    errors: Vec<syn::Error>,
    lines: Vec<String>,
    values: Vec<Value>,
}

impl Checker<'_> {
    fn at(&self, key: &str) -> String {
        self.plan
            .place(key)
            .map(|place| format!("\n  note: declared at {place}"))
            .unwrap_or_default()
    }

    fn group(&mut self, name: &Ident) {
        let wanted = name.unraw().to_string();
        let Some(index) = self.plan.index() else {
            return;
        };
        if index.names(Kind::Group).any(|known| known == wanted) {
            return;
        }
        let known: Vec<&str> = index.names(Kind::Group).collect();
        let message = format!(
            "the tracking plan has no group `{wanted}`\n  help: the groups are: {}",
            list(&known)
        );
        self.errors.push(syn::Error::new(name.span(), message));
    }

    fn properties(&mut self, given: Vec<Argument>, bound: &[Ident], event_span: Span) {
        let mut seen: Vec<String> = Vec::new();
        let mut late = Vec::new();
        for argument in given {
            let name = argument.name.unraw().to_string();
            if seen.contains(&name) {
                self.errors.push(syn::Error::new(
                    argument.name.span(),
                    format!("the property `{name}` is given twice"),
                ));
                continue;
            }
            let Some(property) = self.event.property(&name) else {
                let message = self.unknown_property(&name);
                self.errors
                    .push(syn::Error::new(argument.name.span(), message));
                continue;
            };
            if property.type_name() == "object" {
                let message = format!(
                    "property `{name}` is an object, which Rust can't send yet\n  \
                     help: write its fields as properties of their own"
                );
                self.errors
                    .push(syn::Error::new(argument.name.span(), message));
                seen.push(name);
                continue;
            }
            seen.push(name);
            match self.literal(property, &argument.value) {
                Some(Ok(json)) => self
                    .lines
                    .push(format!("={}:{json}", json_string(property.name()))),
                Some(Err(message)) => self
                    .errors
                    .push(syn::Error::new_spanned(&argument.value, message)),
                None if uses(&argument.value, bound) => late.push((property, argument)),
                None => self.value(property, argument, false),
            }
        }
        for (property, argument) in late {
            self.value(property, argument, true);
        }
        let missing: Vec<String> = self
            .event
            .properties()
            .filter(|property| {
                !property.is_optional() && !seen.iter().any(|name| name == property.name())
            })
            .map(|property| format!("`{}` ({})", property.name(), expected(property)))
            .collect();
        if !missing.is_empty() {
            let name = self.event.name();
            let (plural, all) = (
                if missing.len() == 1 { "y" } else { "ies" },
                missing.join(", "),
            );
            let message = format!(
                "the event `{name}` lacks its propert{plural} {all}{}",
                self.at(&format!("event/{name}"))
            );
            self.errors.push(syn::Error::new(event_span, message));
        }
    }

    fn unknown_property(&self, name: &str) -> String {
        let event = self.event.name();
        if self.event.scope().is_some_and(|(_, key)| key == name) {
            let group = self
                .event
                .scope()
                .map(|(group, _)| group)
                .unwrap_or_default();
            return format!(
                "`{name}` comes with the scope of `{event}`\n  help: write `groups({group} = …)` instead"
            );
        }
        let names: Vec<&str> = self
            .event
            .properties()
            .map(|property| property.name())
            .collect();
        let mut message = format!("the event `{event}` has no property `{name}`");
        if let Some(violation) = self
            .plan
            .index()
            .and_then(|index| index.conventions().check_property(name))
        {
            message.push_str(&format!("; the name {}", violation.problem));
        }
        match nearest(name, names.iter().copied()) {
            Some(found) => message.push_str(&format!("\n  help: did you mean `{found}`?")),
            None if names.is_empty() => message.push_str("\n  help: it has no properties"),
            None => message.push_str(&format!("\n  help: its properties are: {}", list(&names))),
        }
        message
    }

    fn value(&mut self, property: Property<'_>, argument: Argument, is_late: bool) {
        self.lines
            .push(format!("{}:", json_string(property.name())));
        let (event, name) = (self.event.name(), property.name());
        let wanted = expected(property);
        self.values.push(Value {
            name: name.to_owned(),
            message: format!(
                "property `{name}` of event `{event}` must be {wanted}, found `{{Self}}`"
            ),
            label: format!("expected {wanted}"),
            note: self
                .plan
                .place(&format!("event/{event}/{name}"))
                .map(|place| format!("declared at {place}")),
            kind: kind(property),
            expression: argument.value,
            is_late,
        });
    }

    /// The JSON of a literal of the property's type, or why it breaks the plan; `None` leaves it to rustc.
    fn literal(&self, property: Property<'_>, expression: &Expr) -> Option<Result<String, String>> {
        let (negative, literal) = match expression {
            Expr::Lit(ExprLit { lit, .. }) => (false, lit),
            Expr::Unary(ExprUnary {
                op: UnOp::Neg(_),
                expr,
                ..
            }) => match &**expr {
                Expr::Lit(ExprLit { lit, .. }) => (true, lit),
                _ => return None,
            },
            _ => return None,
        };
        let name = property.name();
        let out_of = |value: &str, bound: &str, limit: &str| {
            let place = self.at(&format!("event/{}/{name}", self.event.name()));
            Err(format!(
                "`{value}` is out of range: the `{bound}` of property `{name}` is {limit}{place}"
            ))
        };
        match (property.type_name(), literal) {
            ("enum", Lit::Str(text)) => {
                let value = text.value();
                let members: Vec<&str> = property.members().collect();
                if members.contains(&value.as_str()) {
                    return Some(Ok(json_string(&value)));
                }
                let mut message = format!(
                    "`{value}` is no value of property `{name}`\n  help: its values are: {}",
                    list(&members)
                );
                if let Some(found) = nearest(&value, members.iter().copied()) {
                    message = format!(
                        "`{value}` is no value of property `{name}`\n  help: did you mean `{found}`?"
                    );
                }
                Some(Err(message))
            }
            ("string", Lit::Str(text)) => {
                let value = text.value();
                let longest = property
                    .field("max_length")
                    .and_then(|longest| longest.parse::<usize>().ok());
                Some(
                    match longest.filter(|longest| value.chars().count() > *longest) {
                        Some(longest) => Err(format!(
                            "the text is too long: property `{name}` has at most {longest} characters"
                        )),
                        None => Ok(json_string(&value)),
                    },
                )
            }
            ("boolean", Lit::Bool(value)) => Some(Ok(value.value.to_string())),
            ("integer" | "number", Lit::Int(digits)) => {
                let sign = if negative { "-" } else { "" };
                let value: i64 = format!("{sign}{}", digits.base10_digits()).parse().ok()?;
                let limit = |key| {
                    property
                        .field(key)
                        .and_then(|limit| Some((limit, limit.parse::<f64>().ok()?)))
                };
                let text = value.to_string();
                Some(match (limit("min"), limit("max")) {
                    (Some((limit, min)), _) if (value as f64) < min => out_of(&text, "min", limit),
                    (_, Some((limit, max))) if value as f64 > max => out_of(&text, "max", limit),
                    _ => Ok(text),
                })
            }
            _ => None,
        }
    }
}

/// The type in words: "an integer", "a string or `None`".
fn expected(property: Property<'_>) -> String {
    let one = |ty: &str| match ty {
        "integer" => "an integer".to_owned(),
        "datetime" => "a `SystemTime`".to_owned(),
        "duration" => "a `Duration`".to_owned(),
        "enum" => format!("of the enum `{}`", property.enum_name().unwrap_or_default()),
        other => format!("a {other}"),
    };
    let wanted = match property.items() {
        Some(items) => format!("a list, each item {}", one(items)),
        None => one(property.type_name()),
    };
    if property.is_optional() || property.is_nullable() {
        format!("{wanted} or an `Option`")
    } else {
        wanted
    }
}

fn kind(property: Property<'_>) -> TokenStream {
    let scalar = |ty: &str| match ty {
        "string" => quote!(::trackplan::__private::Text),
        "integer" => quote!(::trackplan::__private::Integer),
        "number" => quote!(::trackplan::__private::Number),
        "datetime" => quote!(::trackplan::__private::Datetime),
        "duration" => quote!(::trackplan::__private::Duration),
        "enum" => {
            let hash = content_hash(property.enum_name().unwrap_or_default().as_bytes());
            quote!(::trackplan::__private::Member<#hash>)
        }
        _ => quote!(::trackplan::__private::Boolean),
    };
    let mut kind = scalar(property.items().unwrap_or(property.type_name()));
    if property.items().is_some() {
        kind = quote!(::trackplan::__private::List<#kind>);
    }
    if property.is_nullable() {
        quote!(::trackplan::__private::Nullable<#kind>)
    } else if property.is_optional() {
        quote!(::trackplan::__private::Optional<#kind>)
    } else {
        kind
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Text as a JSON string, quotes included.
fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            _ => json.push(char),
        }
    }
    json.push('"');
    json
}
