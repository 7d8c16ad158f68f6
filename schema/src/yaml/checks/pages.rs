//! What `check` asks of the pages and scripts that the plan's `scan` names. Each example is a page of a plan.

super::checks! {
    TEMPLATE_EVENT: "template-event", Error fixed,
        "What a page sends by name is an event of the plan that pages may send.",
        why: "`data-track` and `track_attrs!(` in the templates that `scan` names, and `posthog.capture(` in its scripts, too, \
              are read with the plan: a misspelt event would be sent all the same, and be missing from every report. \
              Names that a template computes are left to run time, its comments alone. What the plan does not \
              know goes through `track.raw`.",
        page: "
events:
  theme_switched:
    source: frontend
    properties: { theme: { type: enum, values: [light, dark] } }
",
        wrong: "
<button data-track=\"theme_swiched\" data-track-theme=\"dark\">Dark</button>
",
        right: "
<button data-track=\"theme_switched\" data-track-theme=\"dark\">Dark</button>
";

    TEMPLATE_PROPERTY: "template-property", Error fixed,
        "An element gives its event the properties that the plan asks for, and no others.",
        why: "An attribute of another name becomes a property that nobody looks for, and the one that was meant is missing. \
              Hyphens stand for underscores: `data-track-days-count` is `days_count`.",
        page: "
events:
  theme_switched:
    source: frontend
    properties: { theme: { type: enum, values: [light, dark] } }
",
        wrong: "
<button data-track=\"theme_switched\">Dark</button>
",
        right: "
<button data-track=\"theme_switched\" data-track-theme=\"dark\">Dark</button>
";

    TEMPLATE_VALUE: "template-value", Error fixed,
        "An attribute's value is one that the plan allows.",
        why: "A member off the list splits what it counts in two. An attribute is a text: numbers and booleans are written \
              in `data-track-props`, as JSON, which is read, too.",
        page: "
events:
  theme_switched:
    source: frontend
    properties: { theme: { type: enum, values: [light, dark] } }
",
        wrong: "
<button data-track=\"theme_switched\" data-track-theme=\"drak\">Dark</button>
",
        right: "
<button data-track=\"theme_switched\" data-track-theme=\"dark\">Dark</button>
";
}
