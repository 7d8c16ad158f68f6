//! Names that refer to other items, and items that nothing refers to.

use std::collections::{HashMap, HashSet};

use super::Loaded;
use crate::plan::{Event, Plan, Property, Spanned, Type};
use crate::yaml::diagnostic::Diagnostic;
use crate::yaml::reader::Findings;

super::checks! {
    UNKNOWN_REFERENCE: "unknown-reference", Error fixed,
        "Every tier, owner, group, event and shared property that is named exists.",
        why: "A name that refers to nothing is a rule that holds for nobody. The finding shows the nearest name that exists.",
        wrong: "
owners:
  growth: { contact: '#growth' }
events:
  invoice_paid: { owner: grwth }
",
        right: "
owners:
  growth: { contact: '#growth' }
events:
  invoice_paid: { owner: growth }
";

    SCOPE_KEY: "scope-key", Error fixed,
        "The key of a group comes with `scope`.",
        why: "`scope: team` adds the key and PostHog's group. A key that is declared by hand is a text that nobody ties to \
              the group.",
        wrong: "
groups:
  team: { key: team_slug }
events:
  invoice_paid:
    scope: team
    properties: { team_slug: { type: string, max_length: 40 } }
",
        right: "
groups:
  team: { key: team_slug }
events:
  invoice_paid: { scope: team }
";

    UNUSED_ITEM: "unused-item", Warning,
        "Tiers, owners, enums, groups and shared properties are used.",
        why: "What nothing refers to is left over, or its users are misspelt. It is looked for once every reference of the plan is right.",
        wrong: "
enums:
  report_format: [csv, json]
events:
  invoice_paid: {}
",
        right: "
enums:
  report_format: [csv, json]
events:
  report_exported: { properties: { format: report_format } }
";

    OWNER_CONTACT: "owner-contact", Warning,
        "An owner can be reached.",
        why: "When an event breaks, somebody looks up its owner. A channel, an address or a page is what they need.",
        wrong: "
owners:
  growth: {}
events:
  invoice_paid: { owner: growth }
",
        right: "
owners:
  growth: { contact: '#growth' }
events:
  invoice_paid: { owner: growth }
";

    TOO_MANY_GROUPS: "too-many-groups", Error,
        "A plan has at most five groups.",
        why: "PostHog takes five group types a project and drops the others without a word.",
        wrong: "
groups:
  team: { key: team_slug, properties: { is_paying: boolean } }
  project: { key: project_slug, properties: { is_paying: boolean } }
  company: { key: company_slug, properties: { is_paying: boolean } }
  site: { key: site_slug, properties: { is_paying: boolean } }
  region: { key: region_slug, properties: { is_paying: boolean } }
  brand: { key: brand_slug, properties: { is_paying: boolean } }
",
        right: "
groups:
  team: { key: team_slug, properties: { is_paying: boolean } }
  project: { key: project_slug, properties: { is_paying: boolean } }
";
}

/// PostHog's own limit.
const MOST_GROUPS: usize = 5;

pub(super) fn run(loaded: &Loaded<'_>, findings: &mut Findings) {
    let plan = loaded.plan;
    let keys: HashMap<&str, &str> = (plan.groups.iter())
        .map(|group| (group.key.value.as_str(), group.name.value.as_str()))
        .collect();
    for event in &plan.events {
        resolve(loaded, "tier", event.tier.as_ref(), findings);
        resolve(loaded, "owner", event.owner.as_ref(), findings);
        resolve(loaded, "group", event.scope.as_ref(), findings);
        let replaced = event.deprecated.as_ref();
        let renamed_to = replaced.and_then(|deprecated| deprecated.renamed_to.as_ref());
        resolve(loaded, "event", renamed_to, findings);
        scope_key(&keys, event, findings);
    }
    for funnel in &plan.funnels {
        for step in &funnel.steps {
            resolve(loaded, "event", Some(step), findings);
        }
        resolve_or(loaded, "group", &["person"], &funnel.by, findings);
    }
    for owner in &plan.owners {
        if owner.contact.is_none() && loaded.is_intact(&owner.name) {
            let message = format!("the owner `{}` has no contact", owner.name.value);
            findings.add(
                Diagnostic::new(&OWNER_CONTACT, message, owner.name.span)
                    .label("how to reach them?")
                    .help("add `contact:`, for example a channel"),
            );
        }
    }
    if let Some(group) = plan.groups.get(MOST_GROUPS) {
        let message = format!("the plan has {} groups", plan.groups.len());
        findings.add(
            Diagnostic::new(&TOO_MANY_GROUPS, message, group.name.span)
                .label("the sixth")
                .help("PostHog drops what goes beyond five"),
        );
    }
}

/// Reports a name that refers to nothing.
fn resolve(
    loaded: &Loaded<'_>,
    kind: &'static str,
    name: Option<&Spanned<String>>,
    findings: &mut Findings,
) {
    if let Some(name) = name {
        resolve_or(loaded, kind, &[], name, findings);
    }
}

/// Looks a name up that may also be one of some `others`.
fn resolve_or(
    loaded: &Loaded<'_>,
    kind: &'static str,
    others: &[&str],
    name: &Spanned<String>,
    findings: &mut Findings,
) {
    let Some(declared) = loaded.declared.get(kind) else {
        return;
    };
    let known = || {
        let declared = declared.iter().map(String::as_str);
        declared.chain(others.iter().copied())
    };
    let is_known = declared.contains(&name.value) || others.contains(&name.value.as_str());
    if !loaded.is_whole || is_known {
        return;
    }
    let message = format!("there is no {kind} `{}`", name.value);
    let finding =
        Diagnostic::new(&UNKNOWN_REFERENCE, message, name.span).label(format!("no such {kind}"));
    let finding = match findings.nearest(&name.value, known()) {
        Some(found) => finding.suggest("", Some(found)),
        None if known().next().is_none() => {
            finding.help(format!("the plan declares no {kind} yet"))
        }
        None if declared.len() <= MOST_LISTED => {
            finding.help(format!("the plan has: {}", sorted(known())))
        }
        None => finding,
    };
    findings.add(finding);
}

/// Longer lists are no help.
const MOST_LISTED: usize = 20;

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.join(", ")
}

/// `keys` has the group of each key.
fn scope_key(keys: &HashMap<&str, &str>, event: &Event, findings: &mut Findings) {
    for property in &event.properties {
        let name = &property.name;
        let Some(&group) = keys.get(name.value.as_str()) else {
            continue;
        };
        let finding = match event.scope.as_ref().filter(|scope| scope.value == group) {
            Some(scope) => {
                let message = format!("`{}` is declared although the scope adds it", name.value);
                Diagnostic::new(&SCOPE_KEY, message, name.span)
                    .label("declared by hand")
                    .note(scope.span, "this scope adds it")
                    .help("remove it")
            }
            None => {
                let message = format!("`{}` is the key of the group `{group}`", name.value);
                Diagnostic::new(&SCOPE_KEY, message, name.span)
                    .label("declared by hand")
                    .help(format!(
                        "write `scope: {group}` on the event instead; it adds the property and the group"
                    ))
            }
        };
        findings.add(finding);
    }
}

/// Reports what nothing refers to.
pub(super) fn unused(plan: &Plan, findings: &mut Findings) {
    let used = Used::by(plan);
    let mut report = |kind: &'static str, name: &Spanned<String>| {
        if !used.0.contains(&(kind, name.value.as_str())) {
            let message = format!("nothing uses the {kind} `{}`", name.value);
            findings.add(
                Diagnostic::new(&UNUSED_ITEM, message, name.span)
                    .label("not used")
                    .help("remove it"),
            );
        }
    };
    plan.tiers
        .iter()
        .for_each(|item| report("tier", &item.name));
    plan.owners
        .iter()
        .for_each(|item| report("owner", &item.name));
    plan.enums
        .iter()
        .for_each(|item| report("enum", &item.name));
    for item in &plan.shared {
        report("shared property", &item.name);
    }
    // A group with properties is used by calls of `group!`.
    for group in plan
        .groups
        .iter()
        .filter(|group| group.properties.is_empty())
    {
        report("group", &group.name);
    }
}

/// What is referred to, with its kind.
struct Used<'a>(HashSet<(&'static str, &'a str)>);

impl<'a> Used<'a> {
    fn by(plan: &'a Plan) -> Self {
        let mut used = Self(HashSet::new());
        for event in &plan.events {
            used.name("tier", event.tier.as_ref());
            used.name("owner", event.owner.as_ref());
            used.name("group", event.scope.as_ref());
            let shared = event
                .properties
                .iter()
                .filter(|property| property.is_shared);
            shared.for_each(|property| used.name("shared property", Some(&property.name)));
            used.types(&event.properties);
        }
        for funnel in &plan.funnels {
            used.name("group", Some(&funnel.by));
        }
        for group in &plan.groups {
            used.types(&group.properties);
        }
        for flag in &plan.flags {
            used.types(&flag.payload);
        }
        used.types(&plan.person);
        used.types(&plan.shared);
        used
    }

    fn name(&mut self, kind: &'static str, name: Option<&'a Spanned<String>>) {
        self.0.extend(name.map(|name| (kind, name.value.as_str())));
    }

    fn types(&mut self, properties: &'a [Property]) {
        for property in properties {
            match &property.ty {
                Type::Array { items, .. } => self.ty(items),
                Type::Object { fields } => self.types(fields),
                ty => self.ty(ty),
            }
        }
    }

    fn ty(&mut self, ty: &'a Type) {
        if let Type::Enum(members) = ty {
            self.name("enum", Some(&members.name));
        }
    }
}
