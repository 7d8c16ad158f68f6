//! Literals are checked when they are compiled: their type, their range, their length, their form.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, UnOp};
use trackplan_schema::format::Format;
use trackplan_schema::lock::{self, Property};
use trackplan_schema::matcher::Matcher;
use trackplan_schema::naming::nearest;

use super::words::{expected, joined};
use super::{is_none, json_string, list};

/// What became of a property's expression.
pub(super) enum Outcome {
    /// A literal that keeps the plan, as JSON.
    Json(String),
    /// A literal `None` for a property that may be left out.
    LeftOut,
    /// Literals that break the plan.
    Mistakes(Vec<(Span, Mistake)>),
    /// No literal: its type is rustc's business.
    Computed,
}

/// What is wrong with a literal.
pub(super) enum Mistake {
    /// Another type; what was found.
    Type(&'static str),
    /// Beyond `min` or `max`; value, bound and limit.
    Range(String, &'static str, String),
    /// More characters or items than the limit.
    Length(&'static str, usize, String),
    /// Not of the format that the plan asks for.
    Form(String, Format),
    /// Without the pattern that the plan asks for.
    Pattern(String),
    /// Unknown, for the compiled plan lacks the pattern's matcher.
    NoMatcher,
    /// No member of the enum.
    Member(String),
    /// Personal or pseudonymous, without its wrapper.
    Bare(&'static str),
    /// `None` where there must be a value.
    NoValue,
}

impl Mistake {
    pub(super) fn message(&self, property: Property<'_>, noun: &str) -> String {
        let name = property.name();
        match self {
            Self::Type(found) => format!(
                "property `{name}` of {noun} must be {}, found {found}",
                expected(property)
            ),
            Self::Range(value, bound, limit) => {
                format!("`{value}` is out of range: the `{bound}` of property `{name}` is {limit}")
            }
            Self::Length(what, count, limit) => {
                format!("too long: property `{name}` has at most {limit} {what}, found {count}")
            }
            Self::Form(value, format) => {
                let (form, example) = (format.as_str(), format.example());
                format!(
                    "`{value}` is no {form}, as property `{name}` must be\n  help: an example: `{example}`"
                )
            }
            Self::Pattern(value) => {
                let pattern = lock::unescape(property.constraint("pattern").unwrap_or_default());
                format!("`{value}` does not match the `pattern` of property `{name}`: `{pattern}`")
            }
            Self::NoMatcher => {
                let expected = "the matcher of a pattern";
                lock::Error::Damaged { expected }.to_string()
            }
            Self::Member(value) => {
                let members = property.members();
                let message = format!("`{value}` is no value of property `{name}`");
                match nearest(value, members.iter().copied()) {
                    Some(found) => format!("{message}\n  help: did you mean `{found}`?"),
                    None => format!("{message}\n  help: its values are: {}", list(&members)),
                }
            }
            Self::Bare(wrapper) => format!(
                "property `{name}` of {noun} is {}\n  help: wrap its value: `trackplan::{wrapper}(…)`",
                property.pii().unwrap_or_default()
            ),
            Self::NoValue => format!(
                "property `{name}` of {noun} must be {}, and may not be missing",
                expected(property)
            ),
        }
    }
}

/// Reads an expression as a literal of the property's type.
pub(super) fn read(property: Property<'_>, is_update: bool, expression: &Expr) -> Outcome {
    let expression = bare(expression);
    if let Expr::Path(path) = expression
        && path.qself.is_none()
        && is_none(&path.path)
    {
        return match (property.is_nullable(), property.is_optional() || is_update) {
            (true, _) => Outcome::Json("null".to_owned()),
            (false, true) => Outcome::LeftOut,
            (false, false) => mistake(expression, Mistake::NoValue),
        };
    }
    let wrapper = match property.pii() {
        Some("personal") => Some("Personal"),
        Some("pseudonymous") => Some("Hashed"),
        _ => None,
    };
    if let Some(wrapper) = wrapper {
        return match literal(expression) {
            Some(_) => mistake(expression, Mistake::Bare(wrapper)),
            None => Outcome::Computed,
        };
    }
    match property.items() {
        Some(items) => array(property, items, expression),
        None => scalar(property, property.type_name(), expression),
    }
}

fn mistake(expression: &Expr, mistake: Mistake) -> Outcome {
    Outcome::Mistakes(vec![(expression.span(), mistake)])
}

/// An expression without the parentheses around it, and without those that nobody sees around an `$expr` of a macro.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(inner) => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        other => other,
    }
}

/// A literal and whether a minus precedes it.
fn literal(expression: &Expr) -> Option<(bool, &Lit)> {
    match bare(expression) {
        Expr::Lit(ExprLit { lit, .. }) => Some((false, lit)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match bare(&unary.expr) {
            Expr::Lit(ExprLit { lit, .. }) => Some((true, lit)),
            _ => None,
        },
        _ => None,
    }
}

fn array(property: Property<'_>, items: &str, expression: &Expr) -> Outcome {
    if let Some((_, literal)) = literal(expression) {
        return mistake(expression, Mistake::Type(described(literal)));
    }
    let list = match expression {
        Expr::Reference(reference) if reference.mutability.is_none() => bare(&reference.expr),
        other => other,
    };
    let Expr::Array(list) = list else {
        return Outcome::Computed;
    };
    if list.elems.iter().any(|item| literal(item).is_none()) {
        return Outcome::Computed;
    }
    let (mut json, mut mistakes) = (Vec::new(), Vec::new());
    for item in &list.elems {
        match scalar(property, items, item) {
            Outcome::Json(item) => json.push(item),
            Outcome::Mistakes(found) => mistakes.extend(found),
            Outcome::Computed | Outcome::LeftOut => return Outcome::Computed,
        }
    }
    let most = property.field("max_items");
    if let Some(most) = most
        && most
            .parse()
            .is_ok_and(|most: usize| list.elems.len() > most)
    {
        mistakes.push((
            expression.span(),
            Mistake::Length("items", list.elems.len(), most.to_owned()),
        ));
    }
    if mistakes.is_empty() {
        Outcome::Json(format!("[{}]", joined(&json, ",")))
    } else {
        Outcome::Mistakes(mistakes)
    }
}

fn scalar(property: Property<'_>, ty: &str, expression: &Expr) -> Outcome {
    let Some((is_negative, literal)) = literal(expression) else {
        return Outcome::Computed;
    };
    let outcome = match (ty, literal) {
        ("enum", Lit::Str(text)) => member(property, text.value()),
        ("string", Lit::Str(text)) => string(property, &text.value()),
        ("boolean", Lit::Bool(value)) => Ok(value.value.to_string()),
        ("integer" | "number", Lit::Int(digits)) => {
            let sign = if is_negative { "-" } else { "" };
            match format!("{sign}{}", digits.base10_digits()).parse::<i64>() {
                Ok(value) => in_range(property, value as f64, value.to_string()),
                // rustc says it better.
                Err(_) => return Outcome::Computed,
            }
        }
        ("number", Lit::Float(digits)) => match digits.base10_parse::<f64>() {
            Ok(value) if value.is_finite() => {
                let value = if is_negative { -value } else { value };
                in_range(property, value, format!("{value:?}"))
            }
            _ => return Outcome::Computed,
        },
        (_, literal) => Err(Mistake::Type(described(literal))),
    };
    match outcome {
        Ok(json) => Outcome::Json(json),
        Err(found) => mistake(expression, found),
    }
}

fn described(literal: &Lit) -> &'static str {
    match literal {
        Lit::Str(_) => "a string",
        Lit::Int(_) => "an integer",
        Lit::Float(_) => "a number with a fraction",
        Lit::Bool(_) => "a boolean",
        Lit::Char(_) => "a character",
        _ => "bytes",
    }
}

fn member(property: Property<'_>, value: String) -> Result<String, Mistake> {
    if property.members().contains(&value.as_str()) {
        Ok(json_string(&value))
    } else {
        Err(Mistake::Member(value))
    }
}

fn string(property: Property<'_>, value: &str) -> Result<String, Mistake> {
    let count = value.chars().count();
    if let Some(longest) = property.constraint("max_length")
        && longest.parse().is_ok_and(|longest: usize| count > longest)
    {
        return Err(Mistake::Length("characters", count, longest.to_owned()));
    }
    if property.constraint("pattern").is_some() {
        match property.constraint("matcher").and_then(Matcher::read) {
            Some(matcher) if matcher.matches(value) => {}
            Some(_) => return Err(Mistake::Pattern(value.to_owned())),
            None => return Err(Mistake::NoMatcher),
        }
    }
    match property.constraint("format").and_then(Format::parse) {
        Some(format) if !format.accepts(value) => Err(Mistake::Form(value.to_owned(), format)),
        _ => Ok(json_string(value)),
    }
}

fn in_range(property: Property<'_>, value: f64, text: String) -> Result<String, Mistake> {
    for (bound, is_beyond) in [("min", f64::lt as fn(&f64, &f64) -> bool), ("max", f64::gt)] {
        if let Some(limit) = property.constraint(bound)
            && limit
                .parse()
                .is_ok_and(|limit: f64| is_beyond(&value, &limit))
        {
            return Err(Mistake::Range(text, bound, limit.to_owned()));
        }
    }
    Ok(text)
}
