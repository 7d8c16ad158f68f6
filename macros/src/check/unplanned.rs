//! Calls while the plan can't be used, which is one mistake: what they use counts as used, so that rustc adds no warnings.

use proc_macro2::Span;
use syn::{Expr, Ident};

use super::{Checked, LACKS_KEY, Value, bound, is_none, is_subject_late, lacks_key, named};
use crate::mistakes::Mistakes;
use crate::parse::{Argument, Call, Form, Head, uses};

/// A call that nothing is known of.
pub(super) fn checked(mut call: Call, unusable: Mistakes) -> syn::Result<Checked> {
    let mut mistakes = std::mem::take(&mut call.mistakes);
    if lacks_key(&call) {
        mistakes.add(call.head.span(), LACKS_KEY);
    }
    match mistakes.check() {
        Ok(()) => Ok(used(call, unusable)),
        Err(mistakes) => Err(unusable.and(mistakes)),
    }
}

fn used(call: Call, mistakes: Mistakes) -> Checked {
    let bound = bound(&call);
    Checked {
        form: call.form,
        description: String::new(),
        is_subject_late: is_subject_late(&call, &bound),
        values: values(call.properties, &bound),
        actor: call.actor,
        key: call.key,
        groups: named(call.groups),
        group: None,
        path: String::new(),
        warnings: Vec::new(),
        mistakes,
    }
}

/// The fields of a struct that nothing is known of.
pub(crate) fn fields(form: Form, fields: Vec<Argument>, mistakes: Mistakes) -> Checked {
    let head = Head::Person(Span::call_site());
    let mut call = Call::new(form, head);
    call.properties = fields;
    used(call, mistakes)
}

fn values(properties: Vec<Argument>, bound: &[Ident]) -> Vec<Value> {
    let mut values = Vec::new();
    for Argument { value, .. } in properties {
        // A bare `None` has no type of its own.
        if !matches!(&value, Expr::Path(path) if is_none(&path.path)) {
            values.push(Value {
                is_late: uses(&value, bound),
                expression: value,
                converter: "@unplanned".to_owned(),
                is_list: false,
            });
        }
    }
    values
}
