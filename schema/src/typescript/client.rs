//! `client.ts`, and the same for pages without a bundler.

use super::names::{Names, doc, quoted};
use super::types::{Named, Types};
use crate::naming::Case;
use crate::plan::Style;

/// Names that the client's own text uses, and `then`, which would make a promise of a module that is imported late.
const TAKEN: &[&str] = &[
    "connect", "group", "identify", "raw", "sdk", "send", "then", "track",
];

/// Events that can't be members of `track`: the one is its own, the other would make it a promise.
const RESERVED: &[&str] = &["raw", "then"];

const SDK: &str = "
/** What posthog-js takes beside the properties. */
export interface Options {
  readonly transport?: \"XHR\" | \"fetch\" | \"sendBeacon\";
  readonly send_instantly?: boolean;
  readonly timestamp?: Date;
}

/** What the client needs of posthog-js; anything with the same methods fits. */
export interface Sdk {
  capture(event: string, properties?: object, options?: Options): unknown;
  identify?(id: string, set?: { [name: string]: unknown }, once?: { [name: string]: unknown }): unknown;
  group?(type: string, key: string, properties?: { [name: string]: unknown }): unknown;
}
";

const CALLS: &str = "
type Call<P> = {} extends P
  ? (properties?: P, options?: Options) => void
  : (properties: P, options?: Options) => void;
";

/// Functions that both styles have: their documentation, and their signature in TypeScript.
const CONNECT: (&str, &str) = (
    "/** Sends to this SDK from now on. Without one (it is blocked, or there was no consent), nothing is sent or kept. */",
    "connect(to: Sdk | undefined): void",
);
const IDENTIFY: (&str, &str) = (
    "/** Says who the person is. */",
    "identify(id: string, set?: PersonProperties, once?: PersonOnceProperties): void",
);
const GROUP: (&str, &str) = (
    "/** Says which group the page is about. */",
    "group<G extends keyof GroupMap>(type: G, key: string, properties?: GroupMap[G]): void",
);
const RAW: (&str, &str) = (
    "/** Captures what the plan does not know. */",
    "raw(name: string, properties?: object, options?: Options): void",
);

const WHY: &str = "  // A third argument, even an empty one, would bypass posthog-js's batch and its beacon on unload.\n";

/// `client.ts`.
pub(super) fn typescript(types: &Types<'_>, style: Style) -> String {
    let imports = match style {
        Style::Object => "EventMap, GroupMap, PersonOnceProperties, PersonProperties".to_owned(),
        Style::Functions => {
            let mut names: Vec<&str> = types
                .events
                .iter()
                .map(|named| named.interface.as_str())
                .collect();
            names.extend(["GroupMap", "PersonOnceProperties", "PersonProperties"]);
            names.sort_unstable();
            names.join(", ")
        }
    };
    let mut text = format!("import type {{ {imports} }} from \"./events.js\";\n{SDK}");
    text += "\nlet sdk: Sdk | undefined;\n";
    text += &format!(
        "\n{}\nexport function {} {{\n  sdk = to;\n}}\n",
        CONNECT.0, CONNECT.1
    );
    text += &format!(
        "\n{}\nexport function {} {{\n  sdk?.identify?.(id, {{ ...set }}, {{ ...once }});\n}}\n",
        IDENTIFY.0, IDENTIFY.1
    );
    text += &format!(
        "\n{}\nexport function {} {{\n  sdk?.group?.(type, key, {{ ...(properties as object | undefined) }});\n}}\n",
        GROUP.0, GROUP.1
    );
    text += "\nfunction send(name: string, properties?: object, options?: Options): void {\n";
    text += WHY;
    text += "  if (options) sdk?.capture(name, properties, options);\n  else sdk?.capture(name, properties);\n}\n";
    match style {
        Style::Object => {
            text += CALLS;
            text += &track_type(types);
            text += "\n/** The events of the tracking plan, a method each. */\n";
            text += "export const track = new Proxy({} as Track, {\n  get: (_, name) =>\n";
            text += "    name === \"then\" || typeof name === \"symbol\" ? undefined :\n";
            text += "    name === \"raw\" ? send :\n";
            text += "    (properties?: object, options?: Options) => send(name, properties, options),\n});\n";
        }
        Style::Functions => {
            text += &format!(
                "\n{}\nexport const raw: (name: string, properties?: object, options?: Options) => void = send;\n",
                RAW.0
            );
            for (function, named) in functions(types) {
                let optional = if named.needs_nothing() { "?" } else { "" };
                text += &format!("\n{}", doc("", &named.about));
                text += &format!(
                    "export const {function} = (properties{optional}: {}, options?: Options): void => send({}, properties, options);\n",
                    named.interface,
                    quoted(&named.event.name.value)
                );
            }
        }
    }
    text
}

/// The client's part of `analytics.d.ts`.
pub(super) fn declarations(types: &Types<'_>, style: Style) -> String {
    let mut text = SDK.to_owned();
    for (about, signature) in [CONNECT, IDENTIFY, GROUP] {
        text += &format!("\n{about}\nexport function {signature};\n");
    }
    match style {
        Style::Object => {
            text += CALLS;
            text += &track_type(types);
            text += "\n/** The events of the tracking plan, a method each. */\nexport const track: Track;\n";
        }
        Style::Functions => {
            text += &format!("\n{}\nexport function {};\n", RAW.0, RAW.1);
            for (function, named) in functions(types) {
                let optional = if named.needs_nothing() { "?" } else { "" };
                text += &format!("\n{}", doc("", &named.about));
                text += &format!(
                    "export function {function}(properties{optional}: {}, options?: Options): void;\n",
                    named.interface
                );
            }
        }
    }
    text + "export {};\n"
}

/// `analytics.js`.
pub(super) fn javascript(types: &Types<'_>, style: Style) -> String {
    let mut text = format!(
        "
let sdk;

export const connect = (to) => {{
  sdk = to;
}};

export const identify = (id, set, once) => {{
  sdk?.identify?.(id, {{ ...set }}, {{ ...once }});
}};

export const group = (type, key, properties) => {{
  sdk?.group?.(type, key, {{ ...properties }});
}};

const send = (name, properties, options) => {{
{WHY}  if (options) sdk?.capture(name, properties, options);
  else sdk?.capture(name, properties);
}};
"
    );
    match style {
        Style::Object => {
            text += "
export const track = new Proxy({}, {
  get: (_, name) =>
    name === \"then\" || typeof name === \"symbol\" ? undefined :
    name === \"raw\" ? send :
    (properties, options) => send(name, properties, options),
});
";
        }
        Style::Functions => {
            text += "\nexport const raw = send;\n";
            for (function, named) in functions(types) {
                let name = quoted(&named.event.name.value);
                text += &format!(
                    "export const {function} = (properties, options) => send({name}, properties, options);\n"
                );
            }
        }
    }
    text
}

fn track_type(types: &Types<'_>) -> String {
    let hidden: Vec<String> = types
        .events
        .iter()
        .map(|named| named.event.name.value.as_str())
        .filter(|name| RESERVED.contains(name))
        .map(quoted)
        .collect();
    let (events, note) = match hidden.as_slice() {
        [] => ("EventMap".to_owned(), String::new()),
        _ => (
            format!("Omit<EventMap, {}>", hidden.join(" | ")),
            format!(" Captured by `raw`: {}.", hidden.join(", ")),
        ),
    };
    format!(
        "\n/** A method for each event.{note} */\nexport type Track = {{\n  \
         readonly [E in keyof {events}]: Call<EventMap[E]>;\n}} & {{\n  {}\n  {};\n}};\n",
        RAW.0, RAW.1
    )
}

/// The events with the names of their functions.
fn functions<'a, 'b>(types: &'b Types<'a>) -> Vec<(String, &'b Named<'a>)> {
    let mut names = Names::without(TAKEN);
    types
        .events
        .iter()
        .map(|named| (names.give(&named.event.name.value, Case::Camel, ""), named))
        .collect()
}
