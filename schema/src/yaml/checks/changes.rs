//! What `check` and `diff` ask of a change of the plan. Each example is compared with a base.

super::checks! {
    BREAKING_CHANGE: "breaking-change", Error fixed,
        "A change that breaks what is live is meant.",
        why: "Reports, stored data and deployed senders build on the plan: what is removed, retyped or newly required stops \
              fitting, and PostHog can't re-type a property. Deprecate first, or say below `acknowledged:` that it is meant. \
              The change's name is the one that the diff prints.",
        base: "
events:
  invoice_paid:
    properties:
      attempts: number
",
        wrong: "
events:
  invoice_paid:
    properties:
      attempts: integer
",
        right: "
events:
  invoice_paid:
    properties:
      attempts: integer
acknowledged:
  event/invoice_paid/attempts.type: { on: 2026-11-23, reason: It never was anything else. }
";

    UNKNOWN_ACKNOWLEDGEMENT: "unknown-acknowledgement", Error fixed,
        "An acknowledgement names a breaking change.",
        why: "An entry that names nothing is a typo, or speaks of a change that was taken back.",
        base: "
events:
  invoice_paid:
    properties:
      attempts: number
",
        wrong: "
events:
  invoice_paid:
    properties:
      attempts: number
acknowledged:
  event/invoice_paid/attempts.type: { on: 2026-11-23, reason: It never was anything else. }
",
        right: "
events:
  invoice_paid:
    properties:
      attempts: number
";

    STALE_ACKNOWLEDGEMENT: "stale-acknowledgement", Warning fixed,
        "An acknowledgement goes once its change is merged.",
        why: "An entry speaks for one change. One that the base has too was merged with it and would only hide the next one.",
        base: "
events:
  invoice_paid:
    properties:
      attempts: integer
acknowledged:
  event/invoice_paid/attempts.type: { on: 2026-11-23, reason: It never was anything else. }
",
        wrong: "
events:
  invoice_paid:
    properties:
      attempts: integer
acknowledged:
  event/invoice_paid/attempts.type: { on: 2026-11-23, reason: It never was anything else. }
",
        right: "
events:
  invoice_paid:
    properties:
      attempts: integer
";
}
