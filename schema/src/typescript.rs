//! The plan for frontends: types and a client over posthog-js's own `capture`, as `regenerate` writes them.
//!
//! | file | holds |
//! |---|---|
//! | `events.ts` | types only: an interface per event of the frontend, enums, person and group properties |
//! | `client.ts` | the client; its size does not grow with the plan, unless functions are asked for |
//! | `inspect.ts` | the plan as data, for findings in the console; for development alone |
//! | `analytics.js`, `analytics.d.ts` | types and client for pages without a bundler |

mod client;
mod inspect;
mod names;
mod types;

use std::collections::BTreeMap;

pub(crate) use types::group_key;

use crate::plan::{Event, Origin, Plan};

const HEADER: &str =
    "// Written by `cargo xtask regenerate` from the tracking plan; edit the plan instead.\n";

/// Every file that the plan's `outputs` ask for: its path below the folder that holds the schema folder, and its text.
///
/// `schema` is the name of the schema folder; places in the YAML begin with it.
#[must_use]
pub fn generate(plan: &Plan, schema: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut add = |folder: &str, name: &str, text: String| {
        files.insert(format!("{folder}/{name}"), format!("{HEADER}{text}"));
    };
    let types = types::Types::of(plan);
    let style = plan.outputs.style;
    if let Some(folder) = &plan.outputs.typescript {
        add(&folder.value, "events.ts", types.module(plan));
        add(
            &folder.value,
            "client.ts",
            client::typescript(&types, style),
        );
        add(&folder.value, "inspect.ts", inspect::module(plan, schema));
    }
    if let Some(folder) = &plan.outputs.javascript {
        let declarations = types.module(plan) + &client::declarations(&types, style);
        add(&folder.value, "analytics.d.ts", declarations);
        add(
            &folder.value,
            "analytics.js",
            client::javascript(&types, style),
        );
    }
    files
}

/// The events that a browser may send, by name.
fn of_the_frontend(plan: &Plan) -> Vec<&Event> {
    let events = plan.events.iter();
    let mut events: Vec<&Event> = events
        .filter(|event| event.source != Origin::Backend)
        .collect();
    events.sort_by(|one, other| one.name.value.cmp(&other.name.value));
    events
}

#[cfg(test)]
mod tests;
