//! The tables.

use super::{Key, Mapping, Value};
use crate::format::Format;
use crate::naming::{Case, Grammar, State, Tense};
use crate::plan::{LintLevel, Origin, Pii, Required, Style};

const fn mapping(id: &'static str, what: &'static str, keys: &'static [&'static [Key]]) -> Mapping {
    Mapping {
        id,
        what,
        keys,
        either: &[],
    }
}

fn words<T: Copy>(all: &[T], as_str: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(as_str).collect()
}

const ALLOW: Key = Key::new(
    "allow",
    Value::Reasons,
    "The checks that this item is excused from, each with the reason.",
);
const DESCRIPTION: Key = Key::new(
    "description",
    Value::Text,
    "What it means, for people who read reports.",
);
const EXPIRES: Key = Key::new(
    "expires",
    Value::Day,
    "The day on which it should be gone. After it, `check` warns.",
);
const PROPERTIES: Value = Value::Named(&Value::TypeOr(&PROPERTY));
const FIELDS: Value = Value::Named(&Value::TypeOr(&FIELD));
const SUBJECT_PROPERTIES: Value = Value::Named(&Value::TypeOr(&SUBJECT_PROPERTY));

/// A file of the plan.
pub static PLAN: Mapping = mapping(
    "plan",
    "a plan",
    &[&[
        Key::new("plan", Value::Text, "The plan's name, once in all files."),
        Key::new(
            "conventions",
            Value::Mapping(&CONVENTIONS),
            "What the plan asks of names.",
        ),
        Key::new(
            "lints",
            Value::Levels(|| words(LintLevel::ALL, LintLevel::as_str)),
            "How much findings of a check weigh in this plan. `cargo xtask explain` lists the checks.",
        ),
        Key::new(
            "tiers",
            Value::Named(&Value::Mapping(&TIER)),
            "How important events are, the most important first, and what each of them must say.",
        ),
        Key::new(
            "owners",
            Value::Named(&Value::Mapping(&OWNER)),
            "Who answers for events.",
        ),
        Key::new(
            "enums",
            Value::Named(&Value::MembersOr(&ENUM)),
            "Lists of values that several properties use, by name.",
        ),
        Key::new(
            "groups",
            Value::Named(&Value::Mapping(&GROUP)),
            "PostHog's group types, such as a team.",
        ),
        Key::new(
            "person",
            Value::Mapping(&PERSON),
            "What is known of a person.",
        ),
        Key::new(
            "shared",
            PROPERTIES,
            "Properties that several events take with `use`.",
        ),
        Key::new(
            "events",
            Value::Named(&Value::Mapping(&EVENT)),
            "What users do or what happens to them.",
        ),
        Key::new(
            "funnels",
            Value::Named(&Value::Mapping(&FUNNEL)),
            "Steps that users are expected to take in order.",
        ),
        Key::new(
            "flags",
            Value::Named(&Value::Mapping(&FLAG)),
            "Feature flags.",
        ),
        Key::new(
            "outputs",
            Value::Mapping(&OUTPUTS),
            "What `regenerate` writes for frontends. Folders are relative to the one that holds the schema folder.",
        ),
        Key::new(
            "scan",
            Value::Texts,
            "Folders whose templates and scripts `check` looks through, relative to the one that holds the schema folder.",
        ),
        Key::new(
            "acknowledged",
            Value::Named(&Value::Mapping(&ACKNOWLEDGED)),
            "Breaking changes that are meant, by the names that `cargo xtask diff` prints. Remove them once merged.",
        ),
    ]],
);

/// What a plan asks of names.
pub static CONVENTIONS: Mapping = mapping(
    "conventions",
    "`conventions`",
    &[&[
        Key::new(
            "event_case",
            Value::Word(|| words(Case::ALL, Case::as_str)),
            "The case of event names. Default: snake_case.",
        ),
        Key::new(
            "property_case",
            Value::Word(|| words(Case::ALL, Case::as_str)),
            "The case of property names. Default: snake_case.",
        ),
        Key::new(
            "event_grammar",
            Value::Word(|| words(Grammar::ALL, Grammar::as_str)),
            "The order of the words in an event's name. Default: object_action, as in `invoice_paid`.",
        ),
        Key::new(
            "tense",
            Value::Mapping(&TENSE),
            "The tense of the action in an event's name.",
        ),
    ]],
);

/// The tenses of actions.
pub static TENSE: Mapping = mapping(
    "tense",
    "`tense`",
    &[&[
        Key::new(
            "completed",
            Value::Word(|| words(Tense::ALL, Tense::as_str)),
            "Of events that tell of something completed. Default: past, as in `paid`.",
        ),
        Key::new(
            "ongoing",
            Value::Word(|| words(Tense::ALL, Tense::as_str)),
            "Of events that tell of something going on. Default: present_participle, as in `paying`.",
        ),
    ]],
);

/// An importance class of events.
pub static TIER: Mapping = mapping(
    "tier",
    "a tier",
    &[&[
        Key::new(
            "requires",
            Value::Words(|| words(Required::ALL, Required::as_str)),
            "What each event of the tier must say.",
        ),
        Key::new(
            "sample",
            Value::Word(|| vec!["allowed", "never"]),
            "Whether events of the tier may be sampled. Default: never.",
        ),
        ALLOW,
    ]],
);

/// Who answers for events.
pub static OWNER: Mapping = mapping(
    "owner",
    "an owner",
    &[&[
        Key::new(
            "contact",
            Value::Text,
            "Where to reach them: a channel, an address.",
        ),
        ALLOW,
    ]],
);

/// A shared enum with a description.
pub static ENUM: Mapping = mapping(
    "enum",
    "an enum",
    &[&[
        DESCRIPTION,
        Key::new(
            "values",
            Value::Members(&MEMBER),
            "Its values, in an order of your choice.",
        )
        .required(),
        ALLOW,
    ]],
);

/// A value of an enum.
pub static MEMBER: Mapping = mapping(
    "member",
    "a member",
    &[&[
        Key::new("value", Value::Text, "The value that is sent.").required(),
        DESCRIPTION,
    ]],
);

/// A group type.
pub static GROUP: Mapping = mapping(
    "group",
    "a group",
    &[&[
        Key::new(
            "key",
            Value::Text,
            "The property that carries the group's key. Every event of this scope gets it.",
        )
        .required(),
        Key::new(
            "properties",
            SUBJECT_PROPERTIES,
            "What is known of a group.",
        ),
        ALLOW,
    ]],
);

/// The person.
pub static PERSON: Mapping = mapping(
    "person",
    "`person`",
    &[&[Key::new(
        "properties",
        SUBJECT_PROPERTIES,
        "What is known of a person.",
    )]],
);

/// An event.
pub static EVENT: Mapping = mapping(
    "event",
    "an event",
    &[&[
        DESCRIPTION,
        Key::new("trigger", Value::Text, "When exactly it is sent."),
        Key::new(
            "tier",
            Value::Text,
            "How important it is: a name from `tiers`.",
        ),
        Key::new(
            "source",
            Value::Word(|| words(Origin::ALL, Origin::as_str)),
            "Where it is sent from. Default: backend.",
        ),
        Key::new(
            "scope",
            Value::Text,
            "The group that it belongs to, a name from `groups`. Adds the group's key to its properties.",
        ),
        Key::new(
            "owner",
            Value::Text,
            "Who answers for it: a name from `owners`.",
        ),
        Key::new("tags", Value::Texts, "Free labels."),
        Key::new(
            "links",
            Value::Links,
            "Where to read more: designs, tickets, dashboards.",
        ),
        Key::new("properties", PROPERTIES, "What it tells."),
        Key::new(
            "use",
            Value::Texts,
            "Properties that it takes from `shared`.",
        ),
        Key::new(
            "state",
            Value::Word(|| words(State::ALL, State::as_str)),
            "Whether it tells of something completed or going on. Default: completed.",
        ),
        Key::new(
            "sample",
            Value::Share,
            "The share of occurrences that is sent, above 0 and up to 1, where its tier allows it.",
        ),
        Key::new(
            "deprecated",
            Value::Mapping(&DEPRECATED),
            "Why it should not be used any more.",
        ),
        EXPIRES,
        ALLOW,
    ]],
);

/// A deprecation.
pub static DEPRECATED: Mapping = mapping(
    "deprecated",
    "`deprecated`",
    &[&[
        Key::new("reason", Value::Text, "Why, for those who still use it."),
        Key::new("renamed_to", Value::Text, "The name that takes its place."),
        Key::new(
            "since",
            Value::Day,
            "The day from which it should not be used.",
        ),
        Key::new(
            "remove_after",
            Value::Day,
            "The last day on which it has to stay. Before, removing it is a breaking change.",
        ),
    ]],
);

const COMMON: &[Key] = &[
    Key::new("type", Value::Type, "Its type, or the name of an enum.").required(),
    DESCRIPTION,
    Key::new(
        "optional",
        Value::Boolean,
        "Whether it may be left out. Default: false.",
    ),
    Key::new(
        "nullable",
        Value::Boolean,
        "Whether it may be null. Default: false.",
    ),
    Key::new(
        "examples",
        Value::Texts,
        "Values that it may have, checked against the type.",
    ),
    Key::new(
        "pii",
        Value::Word(|| words(Pii::ALL, Pii::as_str)),
        "How personal it is. A name that sounds personal has to say it.",
    ),
    Key::new("unit", Value::Text, "The unit of a quantity."),
    Key::new(
        "deprecated",
        Value::Mapping(&DEPRECATED),
        "Why it should not be used any more.",
    ),
    Key::new("since", Value::Day, "The day from which it is sent."),
    ALLOW,
];

const CONSTRAINTS: &[Key] = &[
    Key::new(
        "max_length",
        Value::Count,
        "The most characters it may have.",
    )
    .of(&["string"]),
    Key::new(
        "pattern",
        Value::Text,
        "A regular expression that is found in it.",
    )
    .of(&["string"]),
    Key::new(
        "format",
        Value::Word(|| words(Format::ALL, Format::as_str)),
        "A well-known form.",
    )
    .of(&["string"]),
    Key::new("min", Value::Number, "The least value.").of(&["integer", "number"]),
    Key::new("max", Value::Number, "The greatest value.").of(&["integer", "number"]),
    Key::new(
        "values",
        Value::Members(&MEMBER),
        "The values of an enum that only this property has.",
    )
    .of(&["enum"])
    .required(),
];

const ARRAY: &[Key] = &[
    Key::new(
        "items",
        Value::TypeOr(&ITEM),
        "The type of its items: a scalar or an enum.",
    )
    .of(&["array"])
    .required(),
    Key::new("max_items", Value::Count, "The most items it may have.").of(&["array"]),
];

/// A property of an event, a payload or `shared`.
pub static PROPERTY: Mapping = mapping(
    "property",
    "a property",
    &[COMMON, CONSTRAINTS, ARRAY, OBJECT],
);

const OBJECT: &[Key] = &[Key::new("fields", FIELDS, "Its fields.")
    .of(&["object"])
    .required()];

/// A property of the person or a group.
pub static SUBJECT_PROPERTY: Mapping = mapping(
    "subject_property",
    "a property",
    &[COMMON, SET, CONSTRAINTS, ARRAY, OBJECT],
);

const SET: &[Key] = &[Key::new(
    "set",
    Value::Word(|| vec!["once"]),
    "`once`: the first value stays.",
)];

/// A field of an object, which holds no objects.
pub static FIELD: Mapping = mapping("field", "a property", &[COMMON, CONSTRAINTS, ARRAY]);

/// The items of an array.
pub static ITEM: Mapping = mapping(
    "item",
    "an item",
    &[
        &[Key::new(
            "type",
            Value::Type,
            "The type of the items, or the name of an enum.",
        )
        .required()],
        CONSTRAINTS,
    ],
);

/// Steps that users are expected to take.
pub static FUNNEL: Mapping = mapping(
    "funnel",
    "a funnel",
    &[&[
        DESCRIPTION,
        Key::new("steps", Value::Texts, "The events, in order."),
        Key::new(
            "within",
            Value::Window,
            "The time in which all steps are taken: `14d`.",
        ),
        Key::new(
            "by",
            Value::Text,
            "Who takes the steps: `person`, or a name from `groups`. Default: person.",
        ),
        ALLOW,
    ]],
);

/// A feature flag.
pub static FLAG: Mapping = Mapping {
    id: "flag",
    what: "a flag",
    keys: &[&[
        Key::new(
            "type",
            Value::Word(|| vec!["boolean"]),
            "`boolean` for a flag that is on or off.",
        ),
        Key::new(
            "variants",
            Value::Texts,
            "The variants of a flag that has more than on and off.",
        ),
        DESCRIPTION,
        EXPIRES,
        Key::new("payload", PROPERTIES, "The fields of its payload."),
        ALLOW,
    ]],
    either: &["type", "variants"],
};

/// What is written for frontends.
pub static OUTPUTS: Mapping = mapping(
    "outputs",
    "`outputs`",
    &[&[
        Key::new(
            "typescript",
            Value::Text,
            "A folder for events.ts, client.ts and inspect.ts, for pages that are built by a bundler.",
        ),
        Key::new(
            "javascript",
            Value::Text,
            "A folder for analytics.js and analytics.d.ts, for pages without a bundler.",
        ),
        Key::new(
            "style",
            Value::Word(|| words(Style::ALL, Style::as_str)),
            "How the client is called: `object` as track.event(…), `functions` as one function per event.",
        ),
    ]],
);

/// A breaking change that is meant.
pub static ACKNOWLEDGED: Mapping = mapping(
    "acknowledged",
    "an acknowledgement",
    &[&[
        Key::new("on", Value::Day, "The day of the decision.").required(),
        Key::new("reason", Value::Text, "Why it is meant.").required(),
    ]],
);
