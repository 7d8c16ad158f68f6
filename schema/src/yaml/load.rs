//! From trees to the model. Every mistake is reported, and loading goes on behind it.

mod outputs;
mod property;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::checks;
use super::diagnostic::Diagnostic;
use super::reader::{Findings, Map};
use super::tree::{self, Content, Node};
use crate::naming::{Case, Conventions, Grammar, State, Tense};
use crate::plan::{
    Allow, Deprecation, Enum, Event, Flag, Funnel, Group, Member, Origin, Owner, Plan, Required,
    Source, Spanned, Tier,
};
use property::Types;

/// Reads the YAML files of a schema folder, sorted by name.
///
/// # Errors
///
/// The folder or one of its files can't be read, or there is none; the finding says what to do.
pub fn read_sources(folder: &Path) -> Result<Vec<Source>, Box<Diagnostic>> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Diagnostic::folder(
            "unreadable",
            format!("can't read {}: {error}", path.display()),
        )
        .boxed()
    };
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        sources.push(Source { path: name, text });
    }
    if sources.is_empty() {
        let message = format!(
            "there is no plan: {} holds no *.yaml file",
            folder.display()
        );
        return Err(Diagnostic::folder("no-plan", message)
            .help("write the first one, for example plan.yaml with `plan:` and `events:`")
            .boxed());
    }
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(sources)
}

/// Loads and checks a plan. The findings are sorted by place; the plan is fit for use if none is an error.
#[must_use]
pub fn load(sources: Vec<Source>) -> (Plan, Vec<Diagnostic>) {
    let mut loader = Loader {
        findings: Findings::default(),
        plan: Plan::default(),
        is_whole: true,
    };
    let mut trees = Vec::new();
    for (file, source) in sources.iter().enumerate() {
        match tree::parse(file, &source.text) {
            Ok(tree) => trees.extend(tree),
            Err(finding) => {
                loader.is_whole = false;
                loader.findings.add(*finding);
            }
        }
    }
    loader.plan.sources = sources;
    loader.plan(&trees);
    let Loader {
        mut findings,
        plan,
        is_whole,
    } = loader;
    if is_whole {
        checks::run(&plan, &mut findings);
    }
    findings.0.sort_by_key(|finding| finding.span);
    (plan, findings.0)
}

struct Loader {
    findings: Findings,
    plan: Plan,
    /// Whether no file, section or item was lost on the way. The checks look at the plan as a whole, so on part of
    /// it they would blame what is right.
    is_whole: bool,
}

const SECTIONS: &[&str] = &[
    "plan",
    "conventions",
    "tiers",
    "owners",
    "enums",
    "groups",
    "person",
    "shared",
    "events",
    "funnels",
    "flags",
    "outputs",
];

impl Loader {
    fn plan(&mut self, trees: &[Node]) {
        let mut sections: HashMap<&str, Vec<&Node>> = HashMap::new();
        for tree in trees {
            let Some(mut file) = self.findings.map("a plan file", tree) else {
                self.is_whole = false;
                continue;
            };
            for section in SECTIONS {
                sections
                    .entry(section)
                    .or_default()
                    .extend(file.take(section));
            }
            self.is_whole &= file.entries.is_empty();
            file.finish("a plan", SECTIONS, &mut self.findings);
        }
        let mut section = |name: &str| sections.remove(name).unwrap_or_default();

        let names = section("plan");
        if let Some(name) = names
            .first()
            .and_then(|node| self.findings.text("plan", node))
        {
            self.plan.name = name.value;
        }
        for node in section("conventions") {
            self.conventions(node);
        }
        let items = self.items("tier", &section("tiers"));
        self.plan.tiers = items
            .iter()
            .filter_map(|(name, node)| self.tier(name, node))
            .collect();
        self.is_whole &= self.plan.tiers.len() == items.len();
        let items = self.items("owner", &section("owners"));
        self.plan.owners = items
            .iter()
            .filter_map(|(name, node)| self.owner(name, node))
            .collect();
        self.is_whole &= self.plan.owners.len() == items.len();
        let items = self.items("enum", &section("enums"));
        self.plan.enums = items
            .iter()
            .map(|(name, node)| self.enumeration((*name).clone(), node))
            .collect();

        let items = self.items("group", &section("groups"));
        self.plan.groups = items
            .iter()
            .filter_map(|(name, node)| self.group(name, node))
            .collect();
        self.is_whole &= self.plan.groups.len() == items.len();
        for node in section("person") {
            let Some(mut map) = self.findings.map("person", node) else {
                continue;
            };
            if let Some(node) = map.take("properties") {
                let properties = self.types().properties("person", node);
                self.plan.person.extend(properties);
            }
            map.finish("person", &["properties"], &mut self.findings);
        }
        let mut shared = HashMap::new();
        for (name, node) in self.items("shared property", &section("shared")) {
            shared.insert(name.value.clone(), (name.clone(), node.clone()));
        }
        let items = self.items("event", &section("events"));
        self.plan.events = items
            .iter()
            .filter_map(|(name, node)| self.event(name, node, &shared))
            .collect();
        self.is_whole &= self.plan.events.len() == items.len();
        let items = self.items("funnel", &section("funnels"));
        self.plan.funnels = items
            .iter()
            .filter_map(|(name, node)| self.funnel(name, node))
            .collect();
        self.is_whole &= self.plan.funnels.len() == items.len();
        let items = self.items("flag", &section("flags"));
        self.plan.flags = items
            .iter()
            .filter_map(|(name, node)| self.flag(name, node))
            .collect();
        self.is_whole &= self.plan.flags.len() == items.len();
        for node in section("outputs") {
            outputs::outputs(&mut self.findings, node, &mut self.plan.outputs);
        }
    }

    fn types(&mut self) -> Types<'_> {
        Types {
            enums: &self.plan.enums,
            findings: &mut self.findings,
        }
    }

    /// The named items of a section, over all files that have it.
    fn items<'a>(
        &mut self,
        kind: &str,
        sections: &[&'a Node],
    ) -> Vec<(&'a Spanned<String>, &'a Node)> {
        let mut items: Vec<(&Spanned<String>, &Node)> = Vec::new();
        let mut first = HashMap::new();
        for node in sections {
            let Content::Map(entries) = &node.content else {
                self.findings
                    .expected("a mapping", &format!("{kind}s"), node);
                continue;
            };
            for (name, node) in entries {
                if let Some(&before) = first.get(name.value.as_str()) {
                    self.findings.duplicate(kind, name, before);
                } else {
                    first.insert(name.value.as_str(), name.span);
                    items.push((name, node));
                }
            }
        }
        items
    }

    fn conventions(&mut self, node: &Node) {
        const KEYS: &[&str] = &["event_case", "property_case", "event_grammar", "tense"];
        let Some(mut map) = self.findings.map("conventions", node) else {
            return;
        };
        let mut conventions = Conventions::default();
        let case = |findings: &mut Findings, key: &str, node: Option<&Node>, slot: &mut Case| {
            if let Some(word) =
                node.and_then(|node| findings.word(key, node, Case::ALL, Case::as_str))
            {
                *slot = word.value;
            }
        };
        case(
            &mut self.findings,
            "event_case",
            map.take("event_case"),
            &mut conventions.event_case,
        );
        case(
            &mut self.findings,
            "property_case",
            map.take("property_case"),
            &mut conventions.property_case,
        );
        if let Some(node) = map.take("event_grammar")
            && let Some(word) =
                self.findings
                    .word("event_grammar", node, Grammar::ALL, Grammar::as_str)
        {
            conventions.event_grammar = word.value;
        }
        if let Some(node) = map.take("tense")
            && let Some(mut tenses) = self.findings.map("tense", node)
        {
            for (key, slot) in [
                ("completed", &mut conventions.completed),
                ("ongoing", &mut conventions.ongoing),
            ] {
                let word = tenses
                    .take(key)
                    .and_then(|node| self.findings.word(key, node, Tense::ALL, Tense::as_str));
                if let Some(word) = word {
                    *slot = word.value;
                }
            }
            tenses.finish("`tense`", &["completed", "ongoing"], &mut self.findings);
        }
        map.finish("`conventions`", KEYS, &mut self.findings);
        self.plan.conventions = conventions;
    }

    fn tier(&mut self, name: &Spanned<String>, node: &Node) -> Option<Tier> {
        let mut map = self.findings.map(&name.value, node)?;
        let requires = match map.take("requires").map(|node| &node.content) {
            Some(Content::List(items)) => items
                .iter()
                .filter_map(|item| {
                    self.findings
                        .word("requires", item, Required::ALL, Required::as_str)
                })
                .collect(),
            Some(_) => {
                self.findings.expected("a list", "requires", node);
                Vec::new()
            }
            None => Vec::new(),
        };
        let sample = map.take("sample").and_then(|node| {
            self.findings
                .word("sample", node, &[true, false], |allowed| {
                    if allowed { "allowed" } else { "never" }
                })
        });
        map.finish("a tier", &["requires", "sample"], &mut self.findings);
        let sample_allowed = sample.is_some_and(|sample| sample.value);
        Some(Tier {
            name: name.clone(),
            requires,
            sample_allowed,
        })
    }

    fn owner(&mut self, name: &Spanned<String>, node: &Node) -> Option<Owner> {
        let mut map = self.findings.map(&name.value, node)?;
        let contact = self.text_at(&mut map, "contact");
        map.finish("an owner", &["contact"], &mut self.findings);
        Some(Owner {
            name: name.clone(),
            contact,
        })
    }

    fn enumeration(&mut self, name: Spanned<String>, node: &Node) -> Enum {
        let members = members(&mut self.findings, &name.value, node);
        Enum { name, members }
    }

    fn group(&mut self, name: &Spanned<String>, node: &Node) -> Option<Group> {
        let mut map = self.findings.map(&name.value, node)?;
        let key = map
            .take("key")
            .and_then(|node| self.findings.text("key", node));
        if key.is_none() {
            let finding = Diagnostic::error(
                "missing-key",
                format!("the group `{}` has no `key`", name.value),
                name.span,
            );
            self.findings.add(
                finding
                    .label("this group")
                    .help("name the property that carries it: `key: team_slug`"),
            );
        }
        let properties = map
            .take("properties")
            .map(|node| self.types().properties(&name.value, node));
        map.finish("a group", &["key", "properties"], &mut self.findings);
        Some(Group {
            name: name.clone(),
            key: key?,
            properties: properties.unwrap_or_default(),
        })
    }

    fn event(
        &mut self,
        name: &Spanned<String>,
        node: &Node,
        shared: &HashMap<String, (Spanned<String>, Node)>,
    ) -> Option<Event> {
        const KEYS: &[&str] = &[
            "description",
            "trigger",
            "tier",
            "source",
            "scope",
            "owner",
            "tags",
            "properties",
            "use",
            "state",
            "deprecated",
            "allow",
        ];
        let mut map = self.findings.map(&name.value, node)?;
        let mut properties = Vec::new();
        if let Some(node) = map.take("properties") {
            properties = self.types().properties(&name.value, node);
        }
        if let Some(node) = map.take("use") {
            for used in self.findings.texts("use", node) {
                if let Some((_, node)) = shared.get(&used.value) {
                    properties.extend(self.types().property(&name.value, &used, node));
                } else {
                    let finding = Diagnostic::error(
                        "unknown-reference",
                        format!("there is no shared property `{}`", used.value),
                        used.span,
                    );
                    let nearest =
                        crate::naming::nearest(&used.value, shared.keys().map(String::as_str));
                    self.findings
                        .add(finding.label("used here").suggest("", nearest));
                }
            }
        }
        let source = map.take("source").and_then(|node| {
            self.findings
                .word("source", node, Origin::ALL, Origin::as_str)
        });
        let state = map
            .take("state")
            .and_then(|node| self.findings.word("state", node, State::ALL, State::as_str));
        let mut named = |key: &str| map.take(key).and_then(|node| self.findings.text(key, node));
        let (tier, scope, owner) = (named("tier"), named("scope"), named("owner"));
        let (description, trigger) = (named("description"), named("trigger"));
        let tags = map
            .take("tags")
            .map(|node| self.findings.texts("tags", node))
            .unwrap_or_default();
        let deprecated = map
            .take("deprecated")
            .and_then(|node| deprecation(&mut self.findings, node));
        let allow = map
            .take("allow")
            .map(|node| allows(&mut self.findings, node))
            .unwrap_or_default();
        map.finish("an event", KEYS, &mut self.findings);
        Some(Event {
            name: name.clone(),
            description: description.map(|text| text.value),
            trigger: trigger.map(|text| text.value),
            tier,
            source: source.map_or(Origin::Backend, |source| source.value),
            scope,
            owner,
            tags: tags.into_iter().map(|tag| tag.value).collect(),
            properties,
            state: state.map_or(State::Completed, |state| state.value),
            deprecated,
            allow,
        })
    }

    fn funnel(&mut self, name: &Spanned<String>, node: &Node) -> Option<Funnel> {
        let mut map = self.findings.map(&name.value, node)?;
        let steps = map
            .take("steps")
            .map(|node| self.findings.texts("steps", node))
            .unwrap_or_default();
        let by = map
            .take("by")
            .and_then(|node| self.findings.text("by", node));
        let description = self.text_at(&mut map, "description");
        let within = self.text_at(&mut map, "within");
        map.finish(
            "a funnel",
            &["description", "steps", "within", "by"],
            &mut self.findings,
        );
        let by = by.unwrap_or_else(|| Spanned {
            value: "person".to_owned(),
            span: name.span,
        });
        Some(Funnel {
            name: name.clone(),
            description,
            steps,
            within,
            by,
        })
    }

    fn flag(&mut self, name: &Spanned<String>, node: &Node) -> Option<Flag> {
        let mut map = self.findings.map(&name.value, node)?;
        let kind = map
            .take("type")
            .and_then(|node| self.findings.word("type", node, &["boolean"], |word| word));
        let variants = map
            .take("variants")
            .map(|node| self.findings.texts("variants", node))
            .unwrap_or_default();
        if kind.is_some() != variants.is_empty() {
            let finding = Diagnostic::error(
                "flag-type",
                format!(
                    "the flag `{}` is neither boolean nor has variants",
                    name.value
                ),
                name.span,
            );
            self.findings
                .add(finding.help("write either `type: boolean` or `variants: [control, …]`"));
        }
        let description = self.text_at(&mut map, "description");
        let expires = self.text_at(&mut map, "expires");
        let payload = map
            .take("payload")
            .map(|node| self.types().properties(&name.value, node))
            .unwrap_or_default();
        map.finish(
            "a flag",
            &["type", "variants", "description", "expires", "payload"],
            &mut self.findings,
        );
        Some(Flag {
            name: name.clone(),
            description,
            variants,
            expires,
            payload,
        })
    }

    fn text_at(&mut self, map: &mut Map<'_>, key: &str) -> Option<String> {
        map.take(key)
            .and_then(|node| self.findings.text(key, node))
            .map(|text| text.value)
    }
}

/// The members of an enum, each a word or a mapping with `value` and `description`.
fn members(findings: &mut Findings, name: &str, node: &Node) -> Vec<Member> {
    let Content::List(items) = &node.content else {
        findings.expected("a list of values", name, node);
        return Vec::new();
    };
    let mut members: Vec<Member> = Vec::new();
    for item in items {
        let member = match &item.content {
            Content::Map(_) => {
                let Some(mut map) = findings.map(name, item) else {
                    continue;
                };
                let value = map
                    .take("value")
                    .and_then(|node| findings.text("value", node));
                let description = map
                    .take("description")
                    .and_then(|node| findings.text("description", node));
                map.finish("a member", &["value", "description"], findings);
                value.map(|value| Member {
                    value,
                    description: description.map(|text| text.value),
                })
            }
            _ => findings.text(name, item).map(|value| Member {
                value,
                description: None,
            }),
        };
        let Some(member) = member else { continue };
        match members
            .iter()
            .find(|before| before.value.value == member.value.value)
        {
            Some(before) => findings.duplicate("member", &member.value, before.value.span),
            None => members.push(member),
        }
    }
    if items.is_empty() {
        findings.add(
            Diagnostic::error(
                "empty-enum",
                format!("the enum `{name}` has no members"),
                node.span,
            )
            .label("nothing here"),
        );
    }
    members
}

fn deprecation(findings: &mut Findings, node: &Node) -> Option<Deprecation> {
    let mut map = findings.map("deprecated", node)?;
    let reason = map
        .take("reason")
        .and_then(|node| findings.text("reason", node))
        .map(|text| text.value);
    let renamed_to = map
        .take("renamed_to")
        .and_then(|node| findings.text("renamed_to", node));
    map.finish("`deprecated`", &["reason", "renamed_to"], findings);
    Some(Deprecation { reason, renamed_to })
}

fn allows(findings: &mut Findings, node: &Node) -> Vec<Allow> {
    let Some(map) = findings.map("allow", node) else {
        return Vec::new();
    };
    map.entries
        .into_iter()
        .filter_map(|(code, node)| {
            let reason = findings.text(&code.value, node)?.value;
            Some(Allow {
                code: code.clone(),
                reason,
            })
        })
        .collect()
}
