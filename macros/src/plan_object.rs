//! `#[derive(PlanObject)]`: a struct whose fields are those of an object of the plan.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Generics, Ident, LitStr};

use crate::check::{Checked, Subject, check_fields, unplanned_fields};
use crate::code::Code;
use crate::expand::{compile_errors, tracking, values as values_of};
use crate::parse::{Argument, Form};
use crate::plan;
use crate::structs::{argument, read};

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let outcome = syn::parse2(item)
        .map_err(|error| vec![error])
        .and_then(|input| expand(&input));
    outcome.unwrap_or_else(|errors| compile_errors(&errors))
}

fn expand(input: &DeriveInput) -> Result<TokenStream, Vec<syn::Error>> {
    let one = |span: Span, message: &str| vec![syn::Error::new(span, message)];
    let Data::Struct(data) = &input.data else {
        return Err(one(
            input.ident.span(),
            "`PlanObject` is derived for a struct",
        ));
    };
    if let Fields::Unnamed(fields) = &data.fields {
        let message = "`PlanObject` needs a struct whose fields are named as those of the object";
        return Err(one(fields.span(), message));
    }
    let name = argument("plan_object", &input.attrs).map_err(|error| vec![error])?;
    let name = name.ok_or_else(|| {
        let message =
            "say which object of the plan it is: #[plan_object(\"image_cropped.crop_area\")]";
        one(input.ident.span(), message)
    })?;
    let fields = data.fields.iter().filter_map(read);
    implement(&name, &input.ident, &input.generics, fields.collect())
}

/// Expands to: `impl Object for T { fn lend(&self, taker) { taker.values(&[…]) } }` and `impl ObjectOf<HASH> for T {}`
fn implement(
    name: &LitStr,
    ident: &Ident,
    generics: &Generics,
    mut fields: Vec<Argument>,
) -> Result<TokenStream, Vec<syn::Error>> {
    let span = name.span();
    let (checked, values, hash) = match plan::current() {
        Ok(plan) => {
            let subject = Subject::object(&plan, &name.value())
                .map_err(|message| vec![syn::Error::new(span, message)])?;
            let order: Vec<&str> = subject.properties().map(|field| field.name()).collect();
            let place = |field: &Argument| {
                let name = field.name.unraw();
                order.iter().position(|known| name == known)
            };
            fields.sort_by_key(|field| place(field).unwrap_or(usize::MAX));
            let given: Vec<Option<usize>> = fields.iter().map(place).collect();
            let checked = check_fields(&plan, &subject, Form::Track, span, fields)?;
            let is_given = (0..order.len()).map(|index| given.contains(&Some(index)));
            let values = in_order(&checked, is_given);
            (checked, values, subject.object_hash())
        }
        Err(message) => {
            let checked = unplanned_fields(Form::Track, fields, plan::unusable(message, span));
            let values = in_order(&checked, std::iter::repeat_n(true, checked.values.len()));
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

/// The values in the order of the plan; what the struct leaves out is absent.
fn in_order(checked: &Checked, is_given: impl Iterator<Item = bool>) -> Code {
    let mut values = checked.values.iter();
    is_given.fold(Code::default(), |code, is_given| {
        match is_given.then(|| values.next()).flatten() {
            Some(value) => code.tokens(values_of([value])),
            None => code.text("@Value::Absent,"),
        }
    })
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
