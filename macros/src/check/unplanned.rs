//! Calls while the plan can't be used, which is one error: what they use counts as used, so that rustc adds no warnings.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Expr, Ident};

use super::{Checked, Value, is_none};
use crate::parse::{Argument, Call, Form, Head, bindings, uses};

/// A call that nothing is known of.
pub(super) fn checked(call: Call, errors: Vec<syn::Error>) -> Result<Checked, Vec<syn::Error>> {
    let lacks_key = call.form == Form::Group && call.key.is_none();
    if lacks_key || !call.errors.is_empty() {
        return Err(call.errors.into_iter().chain(errors).collect());
    }
    Ok(used(call, errors))
}

fn used(call: Call, errors: Vec<syn::Error>) -> Checked {
    let bound = call.on.as_ref().map(bindings).unwrap_or_default();
    let properties = call.properties.into_iter().map(|property| property.value);
    let mut about = call
        .actor
        .iter()
        .chain(call.groups.iter().map(|group| &group.value));
    Checked {
        form: call.form,
        description: String::new(),
        values: values(properties, &bound),
        is_subject_late: about.any(|expression| uses(expression, &bound)),
        actor: call.actor,
        key: call.key,
        groups: call
            .groups
            .into_iter()
            .map(|group| (group.name.unraw().to_string(), group.value))
            .collect(),
        group: None,
        path: String::new(),
        warnings: Vec::new(),
        errors,
    }
}

/// The fields of a struct that nothing is known of.
pub(crate) fn fields(form: Form, fields: Vec<Argument>, errors: Vec<syn::Error>) -> Checked {
    let head = Head::Person(Span::call_site());
    let call = Call {
        properties: fields,
        ..Call::new(form, head)
    };
    used(call, errors)
}

/// A bare `None` has no type of its own.
fn values(expressions: impl Iterator<Item = Expr>, bound: &[Ident]) -> Vec<Value> {
    expressions
        .filter(|expression| !matches!(expression, Expr::Path(path) if is_none(&path.path)))
        .map(|expression| Value {
            is_late: uses(&expression, bound),
            expression,
            converter: "@unplanned".to_owned(),
        })
        .collect()
}
