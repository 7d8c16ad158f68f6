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
  region: [north, south]
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
    properties:
      currency: { type: currency, description: The currency. }
      region: region
      amount: { type: number, min: 0, max: 100, unit: eur, pii: none }
      lines: { type: array, items: string, max_items: 3, optional: true }
      note: { type: string, max_length: 40, pattern: '^a', format: slug, nullable: true }
      form: { type: enum, values: [csv, json] }
      kind_: { type: string, allow: { property-case: History. } }
  bill_paid:
    state: completed
    deprecated: { reason: The word is invoice. }
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
    ("  region: [north", "  spare: [a]\n  region: [north", Safe, Added, "enum/spare"),
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
    ("History.", "Old.", Safe, Changed, "event/invoice_paid/kind_.allow.property-case"),
    ("      region: region\n", "", Breaking, Removed, "event/invoice_paid/region"),
    ("      region: region", "      region: region\n      size: integer", Breaking, Added, "event/invoice_paid/size"),
    ("      region: region", "      region: region\n      size: { type: integer, optional: true }", Safe, Added, "event/invoice_paid/size"),
    ("The word is invoice.", "Say invoice.", Safe, Changed, "event/bill_paid.deprecated"),
    ("    deprecated: { reason: The word is invoice. }\n", "", Safe, Removed, "event/bill_paid.deprecated"),
    ("{ state: ongoing }", "{ state: ongoing, deprecated: {} }", Risky, Added, "event/page_viewing.deprecated"),
    ("invoice. }", "invoice., renamed_to: invoice_paid }", Safe, Added, "event/bill_paid.renamed_to"),
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
    ("wide: { type: boolean }", "wide: { variants: [a] }", Breaking, Changed, "flag/wide.type"),
    ("  wide: { type: boolean }\n", "", Risky, Removed, "flag/wide"),
];
