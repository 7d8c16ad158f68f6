//! The generated plan, and a page that sends each of its events once, in each shape.
//!
//! Names and properties are drawn from words as real plans have them. They must not repeat in a period: gzip swallows
//! a period whole, and what is left to compare would be its noise.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use trackplan_schema::plan::Source;
use trackplan_schema::{typescript, yaml};

const OBJECTS: &[&str] = &[
    "report",
    "invoice",
    "dashboard",
    "member",
    "repository",
    "filter",
    "chart",
    "widget",
    "comment",
    "branch",
    "export",
    "project",
    "folder",
    "account",
    "release",
    "workflow",
];
const PARTS: &[&str] = &[
    "list", "detail", "menu", "form", "page", "dialog", "row", "card", "tab", "panel", "banner",
    "search", "header",
];
const ACTIONS: &[&str] = &[
    "opened",
    "closed",
    "viewed",
    "changed",
    "created",
    "deleted",
    "selected",
    "dismissed",
    "exported",
    "saved",
    "moved",
];

/// A property: its name, its type in the plan and in TypeScript, and the values that a call gives.
struct Property {
    name: &'static str,
    plan: &'static str,
    typescript: &'static str,
    values: &'static [&'static str],
}

const PROPERTIES: &[Property] = &[
    Property {
        name: "team_slug",
        plan: "{ type: string, pii: none }",
        typescript: "string",
        values: &["team"],
    },
    Property {
        name: "row_count",
        plan: "{ type: integer, min: 0 }",
        typescript: "number",
        values: &["0", "7", "25", "100", "rows"],
    },
    Property {
        name: "has_filters",
        plan: "boolean",
        typescript: "boolean",
        values: &["true", "false", "rows > 0"],
    },
    Property {
        name: "file_format",
        plan: "{ type: enum, values: [csv, json, xlsx] }",
        typescript: "\"csv\" | \"json\" | \"xlsx\"",
        values: &["\"csv\"", "\"json\"", "\"xlsx\""],
    },
    Property {
        name: "origin",
        plan: "{ type: enum, values: [sidebar, shortcut, mail, search] }",
        typescript: "\"sidebar\" | \"shortcut\" | \"mail\" | \"search\"",
        values: &["\"sidebar\"", "\"shortcut\"", "\"mail\"", "\"search\""],
    },
    Property {
        name: "elapsed_ms",
        plan: "duration",
        typescript: "number",
        values: &["elapsed", "performance.now()"],
    },
];

/// An event, and the properties that a call gives it with their values.
struct Event {
    name: String,
    properties: Vec<(&'static Property, &'static str)>,
}

/// How a page calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `posthog.capture("name", { … })`, which no plan checks.
    ByHand,
    /// `track.name({ … })`, as `regenerate` writes it.
    Object,
    /// `name({ … })`, as `regenerate` writes it with `style: functions`.
    Functions,
    /// A module with a function per event, as Segment's Typewriter writes it for production.
    Typewriter,
}

impl Shape {
    pub(super) const ALL: [Self; 4] = [
        Self::ByHand,
        Self::Object,
        Self::Functions,
        Self::Typewriter,
    ];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::ByHand => "posthog.capture by hand",
            Self::Object => "track.event(…)",
            Self::Functions => "style: functions",
            Self::Typewriter => "Typewriter's shape",
        }
    }

    /// The name of the page's file.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand.ts",
            Self::Object => "object.ts",
            Self::Functions => "functions.ts",
            Self::Typewriter => "typewriter.ts",
        }
    }
}

/// All files of the pages, by their paths. Each draw gives other events.
pub(super) fn files(events: usize, draw: u64) -> Result<BTreeMap<String, String>> {
    let events = draw_events(events, draw);
    let mut files = BTreeMap::from([("sdk.ts".to_owned(), SDK.to_owned())]);
    for style in ["object", "functions"] {
        files.extend(generated(&events, style)?);
    }
    files.insert("segment/index.ts".to_owned(), typewriter(&events));
    for shape in Shape::ALL {
        files.insert(shape.file().to_owned(), page(&events, shape));
    }
    Ok(files)
}

/// posthog-js is the same for every shape, so it stays outside.
const SDK: &str = "\
export interface Sdk {
  capture(event: string, properties?: { [name: string]: unknown }, options?: object): unknown;
}
export const posthog = (globalThis as unknown as { posthog: Sdk }).posthog;
";

/// What `regenerate` writes for a plan of the events.
fn generated(events: &[Event], style: &str) -> Result<BTreeMap<String, String>> {
    let mut text = format!(
        "plan: bench\noutputs: {{ typescript: {style}, style: {style} }}\ntiers: {{ ux: {{ requires: [] }} }}\nevents:\n"
    );
    for event in events {
        text += &format!("  {}:\n    source: frontend\n    tier: ux\n", event.name);
        let properties = event.properties.iter();
        let properties =
            properties.map(|(property, _)| format!("{}: {}", property.name, property.plan));
        let properties: Vec<String> = properties.collect();
        text += &format!("    properties: {{ {} }}\n", properties.join(", "));
    }
    let path = "plan.yaml".to_owned();
    let (plan, found) = yaml::load(vec![Source { path, text }]);
    let broken = found.iter().find(|one| one.level == yaml::Level::Error);
    ensure!(broken.is_none(), "the generated plan is broken: {broken:?}");
    Ok(typescript::generate(&plan, "schema"))
}

fn page(events: &[Event], shape: Shape) -> String {
    let names: Vec<String> = events.iter().map(|event| camel(&event.name)).collect();
    let mut text = "import { posthog } from \"./sdk.js\";\n".to_owned();
    text += &match shape {
        Shape::ByHand => String::new(),
        Shape::Object => {
            "import { connect, track } from \"./object/client.js\";\nconnect(posthog);\n".to_owned()
        }
        Shape::Functions => format!(
            "import {{ connect, {} }} from \"./functions/client.js\";\nconnect(posthog);\n",
            names.join(", ")
        ),
        Shape::Typewriter => "import typewriter from \"./segment/index.js\";\n\
             typewriter.setTypewriterOptions({ analytics: posthog });\n"
            .to_owned(),
    };
    text += "declare const team: string, rows: number, elapsed: number;\n";
    for (event, name) in events.iter().zip(&names) {
        let given = (event.properties.iter())
            .map(|(property, value)| format!("{}: {value}", property.name))
            .collect::<Vec<String>>();
        let given = given.join(", ");
        text += &match shape {
            Shape::ByHand => format!("posthog.capture(\"{}\", {{ {given} }});\n", event.name),
            Shape::Object => format!("track.{}({{ {given} }});\n", event.name),
            Shape::Functions => format!("{name}({{ {given} }});\n"),
            Shape::Typewriter => format!("typewriter.{name}({{ {given} }});\n"),
        };
    }
    text + "export {};\n"
}

/// A module in the shape of Typewriter's production build: a typed function per event that adds a context, all of
/// them in one object, behind a proxy that warns of unknown ones. Its development build adds a JSON Schema to each.
fn typewriter(events: &[Event]) -> String {
    let mut text = "\
import type { Sdk } from \"../sdk.js\";
export interface Options {
  context?: { [name: string]: unknown };
}
export type Callback = () => void;
let analytics: () => Sdk | undefined = () => undefined;
export function setTypewriterOptions(options: { analytics: Sdk }): void {
  analytics = () => options.analytics || analytics();
}
function withContext(options: Options = {}): Options {
  return {
    ...options,
    context: { ...(options.context || {}), typewriter: { language: \"typescript\", version: \"1.0.0\" } },
  };
}
"
    .to_owned();
    for event in events {
        let name = camel(&event.name);
        let interface = pascal(&event.name);
        text += &format!("export interface {interface} {{\n");
        for (property, _) in &event.properties {
            text += &format!("  {}: {};\n", property.name, property.typescript);
        }
        text += &format!(
            "}}\nexport function {name}(props: {interface}, options?: Options, callback?: Callback): void {{\n  \
             const a = analytics();\n  if (a) {{\n    \
             a.capture(\"{}\", {{ ...props }}, withContext(options));\n    if (callback) callback();\n  }}\n}}\n",
            event.name
        );
    }
    let names = events
        .iter()
        .map(|event| camel(&event.name) + ",\n  ")
        .collect::<String>();
    text += &format!("const clientAPI = {{\n  setTypewriterOptions,\n  {names}\n}};\n");
    text += "\
export default new Proxy<typeof clientAPI>(clientAPI, {
  get(target, method) {
    if (typeof target[method as keyof typeof clientAPI] === \"function\") {
      return target[method as keyof typeof clientAPI];
    }
    return () => {
      console.warn(`There is no event ${String(method)}`);
    };
  },
});
";
    text
}

fn draw_events(count: usize, draw: u64) -> Vec<Event> {
    let mut dice = Dice(draw);
    let mut taken = BTreeSet::new();
    let mut events = Vec::new();
    while events.len() < count {
        let words = [OBJECTS, PARTS, ACTIONS].map(|words| dice.one_of(words));
        let name = words.join("_");
        if !taken.insert(name.clone()) {
            continue;
        }
        let mut properties = Vec::new();
        for property in PROPERTIES {
            if dice.throw(2) == 1 {
                properties.push((property, dice.one_of(property.values)));
            }
        }
        events.push(Event { name, properties });
    }
    events
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        // Knuth's linear congruential generator; its high bits are the good ones.
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one_of(&mut self, values: &[&'static str]) -> &'static str {
        let number = self.throw(values.len());
        values.get(number).copied().unwrap_or_default()
    }
}

fn pascal(name: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capitalised).collect()
}

fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let mut letters = pascal.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{Shape, files};

    #[test]
    fn a_page_of_each_shape_sends_every_event_once() {
        let files = files(100, 0).expect("a sound plan");
        for shape in Shape::ALL {
            let page = &files[shape.file()];
            let calls = page.lines().filter(|line| line.ends_with(" });"));
            let others = usize::from(shape == Shape::Typewriter);
            assert_eq!(calls.count(), 100 + others, "{}", shape.title());
        }
    }
}
