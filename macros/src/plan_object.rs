//! `#[derive(PlanObject)]`: a struct whose fields are those of an object of the plan.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Generics, Ident, LitStr};

use crate::check::{Checked, Subject, check_fields, told_at, unplanned_fields};
use crate::code::Code;
use crate::expand::{lent, tracking, values};
use crate::mistakes::Mistakes;
use crate::parse::{Argument, Form};
use crate::plan;
use crate::structs::{argument, read};

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    syn::parse2(item)
        .and_then(|input| expand(&input))
        .unwrap_or_else(syn::Error::into_compile_error)
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let refused = |span: Span, message: &str| Err(syn::Error::new(span, message));
    let span = input.ident.span();
    let Data::Struct(data) = &input.data else {
        return refused(span, "`PlanObject` is derived for a struct");
    };
    if let Fields::Unnamed(fields) = &data.fields {
        let message = "`PlanObject` needs a struct whose fields are named as those of the object";
        return refused(fields.span(), message);
    }
    match argument("plan_object", &input.attrs)? {
        Some(name) => implement(&name, &input.ident, &input.generics, &data.fields),
        None => {
            let message =
                "say which object of the plan it is: #[plan_object(\"image_cropped.crop_area\")]";
            refused(span, message)
        }
    }
}

/// Expands to: `impl Object for T { fn lend(&self, taker) { taker.values(&[…]) } }` and `impl ObjectOf<HASH> for T {}`
fn implement(
    name: &LitStr,
    ident: &Ident,
    generics: &Generics,
    fields: &Fields,
) -> syn::Result<TokenStream> {
    let (fields, span) = (read(fields), name.span());
    let (checked, values, hash) = match plan::current() {
        Ok(plan) => {
            let subject = told_at(span, Subject::object(&plan, &name.value()))?;
            let (fields, is_given) = in_order(fields, &subject.names());
            let checked = check_fields(&plan, &subject, Form::Track, span, fields)?;
            let values = all_values(&checked, &is_given);
            (checked, values, subject.object_hash())
        }
        Err(message) => {
            let mistakes = Mistakes::of_plan(message, span);
            let checked = unplanned_fields(Form::Track, fields, mistakes);
            let values = values(&checked.values, |_| true);
            (checked, values, 0)
        }
    };
    let (impl_generics, ty_generics, clause) = generics.split_for_impl();
    let implementation = |code: Code, what: &str, body: Code| {
        code.text("#[automatically_derived] impl")
            .tokens(impl_generics.to_token_stream())
            .text(what)
            .text("for")
            .tokens(ident)
            .tokens(ty_generics.to_token_stream())
            .tokens(clause)
            .braces(body)
    };
    let body = tracking(Code::default(), &checked)
        .text("taker.values")
        .parentheses(Code::default().text("&").brackets(values));
    let lend = Code::default()
        .text("fn lend(&self, taker: @Taker<'_>)")
        .braces(body);
    let code = implementation(Code::default(), "@Object", lend);
    let code = implementation(code, &format!("@ObjectOf<{hash}u64>"), Code::default());
    Ok(code.into_token_stream())
}

/// The fields in the order of the plan, unknown ones last, and which of the plan's there are.
fn in_order(mut fields: Vec<Argument>, names: &[&str]) -> (Vec<Argument>, Vec<bool>) {
    let (mut sorted, mut is_given) = (Vec::new(), Vec::new());
    for name in names {
        let place = fields.iter().position(|field| field.name.unraw() == name);
        is_given.push(place.is_some());
        if let Some(place) = place {
            sorted.push(fields.remove(place));
        }
    }
    sorted.append(&mut fields);
    (sorted, is_given)
}

/// A value for each field of the object; what the struct leaves out is absent.
fn all_values(checked: &Checked, is_given: &[bool]) -> Code {
    let mut values = checked.values.iter();
    let mut code = Code::default();
    for is_given in is_given {
        let value = if *is_given { values.next() } else { None };
        code = match value {
            Some(value) => lent(code, value),
            None => code.text("@Value::Absent,"),
        };
    }
    code
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn a_field_may_have_the_name_of_a_keyword() {
        let cropped = quote! {
            #[plan_object("image_cropped.crop_area")]
            struct CropArea { r#type: u8 }
        };
        // The plan of this workspace has no object, which is all that is wrong with it.
        let output = derive(cropped).to_string();
        assert!(
            output.contains("the tracking plan has no object"),
            "{output}"
        );
    }
}
