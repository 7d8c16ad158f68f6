//! The plan and the crates of the workspace.

pub(crate) const PLAN: &str = "\
plan: shop
enums:
  carrier: [post, courier]
groups:
  team: { key: team_slug, properties: { seats_count: integer } }
person:
  properties:
    email: { type: string, pii: personal }
    role: { type: enum, values: [admin, member] }
    visits_count: integer
tiers:
  ux: { sample: allowed }
events:
  order_placed:
    scope: team
    properties:
      carrier: carrier
      size: { type: enum, values: [small, large] }
      item_count: { type: integer, min: 1 }
      note: { type: string, optional: true }
      customer_hash: { type: string, optional: true, pii: pseudonymous }
  image_cropped:
    properties:
      crop_area:
        type: object
        fields:
          caption: { type: string, max_length: 5, optional: true }
          edge: { type: enum, values: [round, sharp] }
          width: { type: integer, min: 1 }
  link_opened:
    properties: { code: { type: string, pattern: '^[a-z]+/\\d+$' } }
  page_viewing:
    state: ongoing
    tier: ux
    sample: 0.5
  bill_paid:
    deprecated: { reason: The word is order. }
flags:
  new_shop: { type: boolean, description: The new shop., expires: 2030-01-01 }
  shop_copy:
    variants: [short, long]
    payload:
      headline: string
      type: { type: enum, values: [plain, loud], optional: true }
      columns_count: { type: integer, nullable: true }
      tags: { type: array, items: string, optional: true }
      wait_ms: { type: duration, optional: true }
";

/// The lints under which what the macros expand to must stay silent, in crates that forbid and deny what they can.
pub(crate) const LINTS: &str = "\
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, unused, clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(missing_debug_implementations, unreachable_pub, unused_qualifications, elided_lifetimes_in_paths)]
#![allow(missing_debug_implementations, reason = \"structs of a plan derive what they need\")]
";

/// The whole plan, for crates that want types.
pub(crate) const TYPES: &str = "//! The events of the shop.\ntrackplan::plan!();\n";

/// Only attributes, in a crate that depends on no generated type.
pub(crate) const HANDLERS: &str = "
//! Handlers.

/// Places an order.
///
/// # Errors
///
/// There is nothing to order.
#[trackplan::tracked(
    \"order_placed\",
    on = Ok(count),
    when = *count != 3,
    groups(team = &team),
    carrier = \"post\",
    size = \"small\",
    item_count = count,
    note = note.as_deref(),
)]
pub async fn place(team: String, count: u64, note: Option<String>) -> Result<u64, String> {
    if count == 0 {
        return Err(\"nothing to order\".to_owned());
    }
    Ok(count)
}

/// Looks at a page.
#[trackplan::tracked(\"page_viewing\")]
#[trackplan::tracked(\"page_viewing\", on = 7, actor = \"seven\")]
#[must_use]
pub fn look(page: u32) -> u32 {
    page
}

/// Looks at the page of a borrowed number.
#[trackplan::tracked(\"page_viewing\")]
pub async fn look_at(page: &u32) -> u32 {
    *page
}

/// On one line, as rustc asks about its braces there, with an argument that it does not use.
#[trackplan::tracked(\"page_viewing\")]
#[rustfmt::skip]
pub async fn number(_page: String, number: u32) -> u32 { number }

/// On one line, borrowed.
#[trackplan::tracked(\"page_viewing\")]
#[rustfmt::skip]
pub async fn same(page: &u32) -> &u32 { page }

/// Says who somebody is.
pub fn introduce(email: &str) {
    trackplan::identify!(actor = \"user_1\", email = trackplan::Personal(email));
    trackplan::identify!(actor = \"user_1\", unset(email, visits_count));
    trackplan::group!(\"team\", key = \"acme\", seats_count = 3);
    trackplan::track!(
        \"order_placed\",
        carrier = \"courier\",
        size = \"large\",
        item_count = 1,
        customer_hash = trackplan::Hashed(\"5f4d\"),
    );
}

/// What the shop says first.
pub async fn headline() -> Option<String> {
    if trackplan::flag!(\"new_shop\", default = false).await {
        return None;
    }
    let copy = trackplan::flag!(\"shop_copy\", payload).await?;
    Some(copy.r#type.unwrap_or(copy.headline))
}

/// An order that is given as a struct.
#[trackplan::event(\"page_viewing\")]
pub struct PageViewing;

/// A part of an image, its fields in another order than the plan's, and one less.
#[derive(Clone, Copy, trackplan::PlanObject)]
#[plan_object(\"image_cropped.crop_area\")]
pub struct CropArea {
    /// From left to right.
    pub width: u16,
    /// Its corners.
    pub edge: Edge,
}

/// Corners.
#[derive(Clone, Copy, trackplan::PlanEnum)]
#[plan_enum(\"image_cropped.crop_area.edge\")]
pub enum Edge {
    /// Without.
    Round,
    /// With.
    Sharp,
}

/// Crops.
pub fn crop(width: u16) {
    let crop_area = CropArea { width, edge: Edge::Sharp };
    trackplan::track!(\"image_cropped\", crop_area = crop_area);
}

/// An order that is given as a struct of this crate.
#[derive(trackplan::GroupProperties)]
#[group(\"team\")]
pub struct Seats {
    /// How many.
    pub seats_count: i32,
}
";

/// No prelude, every name that an expansion could lean on means something else, and trackplan has another name.
pub(crate) const HOSTILE: &str = "
#![no_implicit_prelude]
#![allow(dead_code, unused_macros, non_camel_case_types, clippy::all)]
//! Other meanings.
extern crate analytics as trackplan;

mod std {}
mod core {}
mod alloc {}
struct Option;
struct Result;
struct String;
struct Vec;
struct Some;
struct None;
struct Ok;
struct Future;
struct Sized;
struct str;
struct bool;
fn drop() {}
macro_rules! vec { () => {} }
macro_rules! include_bytes { () => {} }

#[trackplan::tracked(
    \"order_placed\",
    groups(team = &team),
    carrier = \"post\",
    size = \"small\",
    item_count = actor + values + output,
)]
/// Names of the macros' own.
pub async fn place(team: ::std::string::String, actor: u64, values: u64, output: u64) -> ::core::result::Result<u64, ()> {
    let pending0 = actor;
    ::core::result::Result::Ok(pending0)
}

/// Borrows.
#[trackplan::tracked(\"page_viewing\", on = output, when = **output != 2)]
pub fn look(output: &u32) -> &u32 {
    output
}

/// Calls.
pub fn call() {
    trackplan::track!(\"page_viewing\", actor = \"user_1\");
    trackplan::identify!(email = trackplan::Personal(\"a\"));
    trackplan::group!(\"team\", key = \"acme\", seats_count = 4);
    trackplan::track!(PageViewing {});
}

/// Reads.
pub async fn read() -> ::std::string::String {
    trackplan::identify!(unset(email));
    match trackplan::flag!(\"shop_copy\", payload).await {
        ::core::option::Option::Some(copy) => copy.headline,
        ::core::option::Option::None => ::std::string::String::new(),
    }
}

/// A struct.
#[trackplan::event(\"page_viewing\")]
pub struct PageViewing;

/// An enum.
#[derive(trackplan::PlanEnum)]
#[plan_enum(\"carrier\")]
pub enum Carrier {
    /// By post.
    Post,
}

/// A plan.
pub mod plan {
    ::trackplan::plan!();
}
";

/// An older edition, and functions that this repo's own lints forbid.
pub(crate) const OLDER: &str = "
//! Edition 2021.
use std::future::Future;

#[trackplan::tracked(\"page_viewing\")]
/// # Safety
///
/// None needed.
pub unsafe fn dangerous(pointer: *const u32) -> u32 {
    *pointer
}

#[trackplan::tracked(\"page_viewing\")]
/// Borrows in edition 2021.
pub async fn look<'a>(page: &'a u32, _: &str) -> &'a u32 {
    page
}

#[trackplan::tracked(\"page_viewing\")]
/// Borrows without names in edition 2021.
pub async fn compare(page: &u32, others: &mut Vec<u32>) -> Option<u32> {
    others.retain(|other| other != page);
    others.pop()
}

#[trackplan::tracked(\"page_viewing\")]
/// Owns in edition 2021.
pub async fn own(page: String, f: impl Fn(&str) -> bool) -> bool {
    f(&page)
}

/// Deprecated, and silenced as anything deprecated is.
#[allow(deprecated)]
pub fn pay() {
    trackplan::track!(\"bill_paid\");
}

/// Futures of owned arguments are `'static`.
pub fn accepts(page: String) -> impl Future<Output = bool> + 'static {
    own(page, |page| page.is_empty())
}
";

pub(crate) const APP: &str = "
use trackplan::testing::Sink;

fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!(\"the future waits\"),
    }
}

fn main() {
    let sink = Sink::new();
    ready(handlers::place(\"acme\".into(), 2, None)).unwrap();
    ready(handlers::place(\"acme\".into(), 3, None)).unwrap();
    ready(handlers::place(\"acme\".into(), 0, None)).unwrap_err();
    handlers::look(7);
    ready(handlers::look_at(&1));
    handlers::introduce(\"ada@example.org\");
    ready(hostile::place(\"acme\".into(), 1, 2, 3)).unwrap();
    hostile::look(&1);
    hostile::call();
    let number = 4;
    // SAFETY: it points at a number.
    assert_eq!(unsafe { older::dangerous(&number) }, 4);
    ready(older::look(&number, \"\"));
    assert_eq!(ready(older::compare(&1, &mut vec![1, 2, 1])), Some(2));
    ready(older::accepts(String::new()));
    older::pay();
    trackplan::track!(types::OrderPlaced {
        carrier: types::Carrier::Courier,
        size: types::OrderPlacedSize::Large,
        item_count: 9,
        note: None,
        customer_hash: Some(trackplan::Hashed(\"5f4d\")),
    });
    handlers::crop(7);
    trackplan::track!(types::ImageCropped {
        crop_area: types::ImageCroppedCropArea {
            caption: Some(\"sky\"),
            edge: types::ImageCroppedCropAreaEdge::Round,
            width: 1,
        },
    });
    for event in sink.events() {
        let note = [\"item_count\", \"customer_hash\", \"$set\", \"$group_set\", \"crop_area\"].map(|name| event[name].to_string());
        println!(\"{} {}\", event.name, note.join(\" \"));
    }
    // A literal is held against its pattern by the macro, and what is computed by the client.
    trackplan::track!(\"link_opened\", code = \"home/7\");
    let panic = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sink.events().len()));
    panic().unwrap();
    trackplan::track!(\"link_opened\", code = String::from(\"Home\"));
    println!(\"{}\", panic().unwrap_err().downcast::<String>().unwrap());
}
";
