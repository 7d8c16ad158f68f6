//! The macros of trackplan: tracking calls checked against the compiled tracking plan.
//!
//! parse → check → expand, a file each: checks accumulate, expansion can't fail.

mod check;
mod expand;
mod function;
mod parse;
mod plan;
mod plan_enum;

use proc_macro::TokenStream;

/// Captures an event of the tracking plan and returns its id.
///
/// ```text
/// track!("pr_detail_viewed", actor = &user, groups(team = &team.slug), pr_state = pr.state);
/// ```
#[proc_macro]
pub fn track(input: TokenStream) -> TokenStream {
    expand::track(input.into()).into()
}

/// Captures an event of the tracking plan when the annotated function has returned.
///
/// ```text
/// #[tracked("integration_connected", on = Ok(outcome), actor = &user, integration = "github")]
/// async fn connect_github(user: User) -> Result<Redirect, AppError> { … }
/// ```
///
/// `on` is a pattern on the returned value (default: `Ok(_)` where the return type's name ends in `Result`,
/// anything otherwise), `when` a guard. Expressions that use a binding of `on` are evaluated after the body,
/// all others before it; `actor` and `groups` wait together if one of them does. A panic or a cancelled future captures
/// nothing.
#[proc_macro_attribute]
pub fn tracked(arguments: TokenStream, item: TokenStream) -> TokenStream {
    function::tracked(arguments.into(), &item.into()).into()
}

/// Ties a Rust enum to an enum of the plan, so that its values fit properties of that type.
///
/// `#[plan_enum("integration")]` names a shared enum, `#[plan_enum("pr_list_exported.format")]` an inline one.
/// A variant stands for the member with its name in snake_case, or for the one in `#[plan_enum("7d")]` on it.
#[proc_macro_derive(PlanEnum, attributes(plan_enum))]
pub fn plan_enum(item: TokenStream) -> TokenStream {
    plan_enum::derive(item.into()).into()
}

/// Starts the client: `init!()` from the environment, `init!(client)` from a client or builder.
///
/// It ties the build to the plan's sources, so that a plan that changed since it was compiled is noticed.
#[proc_macro]
pub fn init(input: TokenStream) -> TokenStream {
    expand::init(input.into()).into()
}
