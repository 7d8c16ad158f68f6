//! What the loader asks of every file, before anything can be said about its content.

super::checks! {
    YAML_SYNTAX: "yaml-syntax", Error fixed,
        "A plan file is YAML, with single words as keys and at most 64 levels deep.",
        why: "Nothing can be said about a file that does not parse. The other files are checked all the same.",
        wrong: "
events:
  invoice_paid: [
",
        right: "
events:
  invoice_paid: { scope: team }
groups:
  team: { key: team_slug }
";

    YAML_ALIAS: "yaml-alias", Error fixed,
        "A plan has no YAML aliases.",
        why: "An alias hides what an event is made of and can blow a small file up to gigabytes. \
              What several events use is declared once, under `shared:` or `enums:`, and referred to by name.",
        wrong: "
events:
  invoice_paid: &paid { tags: [money] }
  invoice_sent: *paid
",
        right: "
events:
  invoice_paid: { tags: [money] }
  invoice_sent: { tags: [money] }
";

    YAML_DOCUMENTS: "yaml-documents", Error fixed,
        "A plan file holds one YAML document.",
        why: "A second document would be easy to miss. A plan may have as many files as you like: put it in one of its own.",
        wrong: "
plan: shop
---
events: {}
",
        right: "
plan: shop
events: {}
";

    NO_PLAN: "no-plan", Error fixed,
        "The schema folder holds a plan.",
        why: "A folder without a plan, or one whose files are all empty, is most likely the wrong folder.",
        wrong: "
# nothing yet
",
        right: "
plan: shop
";

    UNKNOWN_KEY: "unknown-key", Error fixed,
        "Every key is one of the plan language.",
        why: "A misspelt key that is quietly ignored is a rule that quietly does not hold. Keys depend on the type: \
              `min` belongs to numbers, `max_length` to strings, `set` to properties of a person or group.",
        wrong: "
events:
  invoice_paid: { ownr: growth }
",
        right: "
events:
  invoice_paid: { owner: growth }
owners:
  growth: { contact: '#growth' }
";

    INVALID_VALUE: "invalid-value", Error fixed,
        "Every value has the form that its key asks for.",
        why: "A day is written `2026-12-31`, a window `14d`, a share as a number above 0 and up to 1; \
              a word comes from the list that the finding shows.",
        wrong: "
events:
  invoice_paid: { expires: next summer }
",
        right: "
events:
  invoice_paid: { expires: 2999-12-31 }
";

    MISSING_KEY: "missing-key", Error fixed,
        "What an item can't do without is there.",
        why: "A property needs a `type`, an enum its `values`, an array its `items`, an object its `fields`, a group its `key`.",
        wrong: "
events:
  report_exported:
    properties:
      format: { description: The format of the file. }
",
        right: "
events:
  report_exported:
    properties:
      format: { type: enum, values: [csv, json] }
";

    DUPLICATE: "duplicate", Error fixed,
        "Everything is defined once.",
        why: "With two definitions, one of them is wrong, and nobody can tell which. This holds over all files of the plan, \
              and for keys, members of an enum, tags and variants.",
        wrong: "
events:
  invoice_paid: { tags: [money] }
  invoice_paid: { tags: [billing] }
",
        right: "
events:
  invoice_paid: { tags: [money, billing] }
";

    EMPTY_ENUM: "empty-enum", Error fixed,
        "An enum has members.",
        why: "A property of an enum without members can never be given a value.",
        wrong: "
events:
  report_exported:
    properties:
      format: { type: enum, values: [] }
",
        right: "
events:
  report_exported:
    properties:
      format: { type: enum, values: [csv, json] }
";

    FLAG_TYPE: "flag-type", Error fixed,
        "A feature flag is boolean or has variants.",
        why: "Code asks a boolean flag whether it is on and any other which variant it has; one flag can't be both.",
        wrong: "
flags:
  new_checkout: { expires: 2999-12-31 }
",
        right: "
flags:
  new_checkout: { type: boolean, expires: 2999-12-31 }
";
}
