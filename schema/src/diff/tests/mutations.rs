//! Every fact of a plan, changed.

use crate::diff::Action::{Added, Changed, Removed, Reordered};
use crate::diff::Class::{Breaking, Risky, Safe};
use crate::diff::{Action, Class};

/// A plan in which every fact that the language knows stands somewhere.
pub(super) const PLAN: &str = "\
plan: shop
tiers:
  critical: { requires: [description, owner] }
  ux: { sample: allowed }
owners:
  growth: { contact: '#growth' }
  money: { contact: '#money' }
enums:
  currency: [eur, { value: usd, description: Dollars. }]
  region: { description: Where., values: [north, south] }
lints: { unused-owner: note }
groups:
  team: { key: team_slug, properties: { plan: string } }
  org: { key: org_slug }
person:
  properties:
    role: { type: enum, values: [admin, member], set: once }
events:
  invoice_paid:
    description: Money arrived.
    trigger: The bank told us.
    tier: critical
    source: both
    scope: team
    owner: money
    tags: [money]
    links: [https://example.com/a]
    sample: 0.5
    expires: 2027-05-01
    properties:
      currency: { type: currency, description: The currency. }
      region: region
      amount: { type: number, min: 0, max: 100, unit: eur, pii: none }
      lines: { type: array, items: string, max_items: 3, optional: true }
      note: { type: string, max_length: 40, pattern: '^a', format: slug, nullable: true }
      form: { type: enum, values: [csv, json] }
      size: { type: object, fields: { width: integer, unit: { type: enum, values: [cm, inch], optional: true } } }
      counts: { type: array, items: { type: integer, min: 1 }, examples: [2], since: 2026-01-01 }
  bill_paid:
    state: completed
    deprecated: { reason: The word is invoice., since: 2026-01-01, remove_after: 2026-06-01 }
    properties:
      total: { type: number, deprecated: { reason: Gross. } }
  page_viewing: { state: ongoing }
funnels:
  revenue:
    description: To money.
    steps: [page_viewing, bill_paid, invoice_paid]
    within: 14d
    by: person
flags:
  copy: { description: Words., variants: [long, short], expires: 2027-01-01, payload: { headline: string } }
  wide: { type: boolean }
";

/// What is replaced by what, and the change that it makes: its class, what happened, its name.
#[rustfmt::skip]
pub(super) const MUTATIONS: &[(&str, &str, Class, Action, &str)] = &[
    ("plan: shop", "plan: store", Safe, Changed, "plan.plan"),
    ("plan: shop", "plan: shop\nconventions: { event_case: kebab-case }", Safe, Changed, "plan.event_case"),
    ("plan: shop", "plan: shop\nconventions: { property_case: camelCase }", Safe, Changed, "plan.property_case"),
    ("plan: shop", "plan: shop\nconventions: { event_grammar: any }", Safe, Changed, "plan.event_grammar"),
    ("plan: shop", "plan: shop\nconventions: { tense: { completed: any } }", Safe, Changed, "plan.completed"),
    ("plan: shop", "plan: shop\nconventions: { tense: { ongoing: any } }", Safe, Changed, "plan.ongoing"),
    ("  ux: {", "  low: {}\n  ux: {", Safe, Added, "tier/low"),
    ("  critical: { requires: [description, owner] }\n  ux: { sample: allowed }", "  ux: { sample: allowed }\n  critical: { requires: [description, owner] }", Safe, Reordered, "plan.tier"),
    ("[description, owner]", "[description]", Safe, Removed, "tier/critical.requires.owner"),
    ("[description, owner]", "[description, owner, trigger]", Safe, Added, "tier/critical.requires.trigger"),
    ("sample: allowed", "sample: never", Safe, Changed, "tier/ux.sample"),
    ("'#money'", "'#cash'", Safe, Changed, "owner/money.contact"),
    ("  growth: { contact: '#growth' }\n", "", Safe, Removed, "owner/growth"),
    ("description: Dollars.", "description: US dollars.", Safe, Changed, "enum/currency.member.usd"),
    ("currency: [eur,", "currency: [gbp, eur,", Safe, Added, "enum/currency.member.gbp"),
    ("currency: [eur,", "currency: [", Breaking, Removed, "enum/currency.member.eur"),
    ("[north, south]", "[south, north]", Safe, Reordered, "enum/region.member"),
    ("  region: {", "  spare: [a]\n  region: {", Safe, Added, "enum/spare"),
    ("key: team_slug", "key: team_id", Breaking, Changed, "group/team.key"),
    ("  org: { key: org_slug }\n", "", Breaking, Removed, "group/org"),
    ("  org: {", "  site: { key: site_slug }\n  org: {", Safe, Added, "group/site"),
    ("plan: string", "plan: integer", Breaking, Changed, "group/team/plan.type"),
    ("plan: string", "plan: string, size: integer", Safe, Added, "group/team/size"),
    (", properties: { plan: string }", "", Breaking, Removed, "group/team/plan"),
    (", set: once", "", Risky, Removed, "person/role.set_once"),
    ("[admin, member]", "[admin]", Breaking, Removed, "person/role.member.member"),
    ("set: once }", "set: once }\n    seats: integer", Safe, Added, "person/seats"),
    ("  page_viewing: {", "  cart_filled: {}\n  page_viewing: {", Safe, Added, "event/cart_filled"),
    ("Money arrived.", "Money came.", Safe, Changed, "event/invoice_paid.description"),
    ("The bank told us.", "The card was charged.", Risky, Changed, "event/invoice_paid.trigger"),
    ("tier: critical", "tier: ux", Safe, Changed, "event/invoice_paid.tier"),
    ("    state: completed\n", "    tier: ux\n", Risky, Added, "event/bill_paid.tier"),
    ("source: both", "source: backend", Risky, Changed, "event/invoice_paid.source"),
    ("    state: completed\n", "    source: both\n", Safe, Changed, "event/bill_paid.source"),
    ("scope: team", "scope: org", Breaking, Changed, "event/invoice_paid.scope"),
    ("    scope: team\n", "", Breaking, Removed, "event/invoice_paid.scope"),
    ("    state: completed\n", "    scope: team\n", Breaking, Added, "event/bill_paid.scope"),
    ("owner: money\n", "owner: growth\n", Safe, Changed, "event/invoice_paid.owner"),
    ("tags: [money]", "tags: [money, cash]", Safe, Added, "event/invoice_paid.tag.cash"),
    ("tags: [money]", "tags: []", Safe, Removed, "event/invoice_paid.tag.money"),
    ("The currency.", "Which one.", Safe, Changed, "event/invoice_paid/currency.description"),
    ("type: currency,", "type: string,", Breaking, Changed, "event/invoice_paid/currency.type"),
    ("type: currency,", "type: enum, values: [eur, { value: usd, description: Dollars. }],", Safe, Removed, "event/invoice_paid/currency.enum"),
    ("type: number, min: 0, max: 100, unit", "type: string, unit", Breaking, Changed, "event/invoice_paid/amount.type"),
    ("type: number, min", "type: integer, min", Breaking, Changed, "event/invoice_paid/amount.type"),
    ("min: 0", "min: 1", Risky, Changed, "event/invoice_paid/amount.min"),
    ("min: 0", "min: -0.5", Safe, Changed, "event/invoice_paid/amount.min"),
    ("min: 0, ", "", Safe, Removed, "event/invoice_paid/amount.min"),
    ("max: 100", "max: 99.5", Risky, Changed, "event/invoice_paid/amount.max"),
    ("max: 100", "max: 1000", Safe, Changed, "event/invoice_paid/amount.max"),
    ("unit: eur", "unit: cent", Breaking, Changed, "event/invoice_paid/amount.unit"),
    ("unit: eur, ", "", Safe, Removed, "event/invoice_paid/amount.unit"),
    ("pii: none", "pii: pseudonymous", Risky, Changed, "event/invoice_paid/amount.pii"),
    ("items: string", "items: integer", Breaking, Changed, "event/invoice_paid/lines.items"),
    ("max_items: 3", "max_items: 2", Risky, Changed, "event/invoice_paid/lines.max_items"),
    ("max_items: 3", "max_items: 4", Safe, Changed, "event/invoice_paid/lines.max_items"),
    (", optional: true", "", Breaking, Removed, "event/invoice_paid/lines.optional"),
    ("pii: none", "pii: none, optional: true", Risky, Added, "event/invoice_paid/amount.optional"),
    ("max_length: 40", "max_length: 39", Risky, Changed, "event/invoice_paid/note.max_length"),
    ("max_length: 40, ", "", Safe, Removed, "event/invoice_paid/note.max_length"),
    ("pattern: '^a'", "pattern: '^b'", Risky, Changed, "event/invoice_paid/note.pattern"),
    ("pattern: '^a', ", "", Safe, Removed, "event/invoice_paid/note.pattern"),
    ("format: slug", "format: uuid", Risky, Changed, "event/invoice_paid/note.format"),
    (", nullable: true", "", Risky, Removed, "event/invoice_paid/note.nullable"),
    ("pii: none", "pii: none, nullable: true", Risky, Added, "event/invoice_paid/amount.nullable"),
    ("[csv, json]", "[csv]", Breaking, Removed, "event/invoice_paid/form.member.json"),
    ("[csv, json]", "[csv, json, xml]", Safe, Added, "event/invoice_paid/form.member.xml"),
    ("      region: region\n", "", Breaking, Removed, "event/invoice_paid/region"),
    ("      region: region", "      region: region\n      rooms: integer", Breaking, Added, "event/invoice_paid/rooms"),
    ("      region: region", "      region: region\n      rooms: { type: integer, optional: true }", Safe, Added, "event/invoice_paid/rooms"),
    ("The word is invoice.", "Say invoice.", Safe, Changed, "event/bill_paid.deprecated"),
    ("    deprecated: { reason: The word is invoice., since: 2026-01-01, remove_after: 2026-06-01 }\n", "", Safe, Removed, "event/bill_paid.deprecated"),
    ("{ state: ongoing }", "{ state: ongoing, deprecated: {} }", Risky, Added, "event/page_viewing.deprecated"),
    ("remove_after: 2026-06-01 }", "remove_after: 2026-06-01, renamed_to: invoice_paid }", Safe, Added, "event/bill_paid.renamed_to"),
    (", deprecated: { reason: Gross. }", "", Safe, Removed, "event/bill_paid/total.deprecated"),
    ("    state: completed\n", "    state: ongoing\n", Risky, Added, "event/bill_paid.state"),
    ("description: To money.", "description: To cash.", Safe, Changed, "funnel/revenue.description"),
    ("[page_viewing, bill_paid, ", "[page_viewing, ", Breaking, Removed, "funnel/revenue.step.bill_paid"),
    ("[page_viewing, bill_paid,", "[bill_paid, page_viewing,", Risky, Reordered, "funnel/revenue.step"),
    ("within: 14d", "within: 7d", Risky, Changed, "funnel/revenue.within"),
    ("by: person", "by: team", Risky, Changed, "funnel/revenue.by"),
    ("description: Words.", "description: Text.", Safe, Changed, "flag/copy.description"),
    ("[long, short]", "[long, short, none]", Safe, Added, "flag/copy.variant.none"),
    ("[long, short]", "[long]", Breaking, Removed, "flag/copy.variant.short"),
    ("2027-01-01", "2027-02-01", Safe, Changed, "flag/copy.expires"),
    ("headline: string", "headline: integer", Breaking, Changed, "flag/copy/headline.type"),
    ("headline: string", "headline: string, size: integer", Risky, Added, "flag/copy/size"),
    ("note }", "warning }", Safe, Changed, "plan.lint.unused-owner"),
    ("description: Where.", "description: Which half.", Safe, Changed, "enum/region.description"),
    ("[https://example.com/a]", "[https://example.com/a, https://example.com/b]", Safe, Added, "event/invoice_paid.link.https://example.com/b"),
    ("sample: 0.5", "sample: 0.1", Risky, Changed, "event/invoice_paid.sample"),
    ("    sample: 0.5\n", "", Risky, Removed, "event/invoice_paid.sample"),
    ("expires: 2027-05-01", "expires: 2027-06-01", Safe, Changed, "event/invoice_paid.expires"),
    ("since: 2026-01-01, remove", "since: 2026-01-02, remove", Safe, Changed, "event/bill_paid.deprecated_since"),
    ("remove_after: 2026-06-01", "remove_after: 2026-07-01", Safe, Changed, "event/bill_paid.remove_after"),
    ("Gross. }", "Gross., since: 2026-01-01 }", Safe, Added, "event/bill_paid/total.deprecated_since"),
    ("width: integer", "width: string", Breaking, Changed, "event/invoice_paid/size.width.type"),
    ("width: integer", "width: integer, depth: integer", Breaking, Added, "event/invoice_paid/size.depth"),
    ("width: integer, ", "", Breaking, Removed, "event/invoice_paid/size.width"),
    ("[cm, inch]", "[cm]", Breaking, Removed, "event/invoice_paid/size.unit.member.inch"),
    ("type: object, fields: { width: integer, unit: { type: enum, values: [cm, inch], optional: true } }", "type: string", Breaking, Changed, "event/invoice_paid/size.type"),
    ("items: { type: integer, min: 1 }", "items: { type: integer, min: 2 }", Risky, Changed, "event/invoice_paid/counts.min"),
    ("examples: [2]", "examples: [2, 3]", Safe, Added, "event/invoice_paid/counts.example.3"),
    ("since: 2026-01-01 }\n  bill", "since: 2026-02-01 }\n  bill", Safe, Changed, "event/invoice_paid/counts.since"),
    ("wide: { type: boolean }", "wide: { variants: [a] }", Breaking, Changed, "flag/wide.type"),
    ("  wide: { type: boolean }\n", "", Risky, Removed, "flag/wide"),
];
