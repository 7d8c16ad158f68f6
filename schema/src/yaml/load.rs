//! From trees to the model. Every mistake is reported, and loading goes on behind it.

mod acknowledged;
mod item;
mod outputs;
mod property;
mod types;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::checks::{self, Loaded, structure};
use super::diagnostic::Diagnostic;
use super::keys;
use super::levels;
use super::reader::Findings;
use super::tree::{self, Content, Node};
use crate::plan::{Date, Enum, Plan, Property, Source, Span, Spanned};
use property::Properties;

/// Reads the YAML files of a schema folder, sorted by name.
///
/// # Errors
///
/// The folder or one of its files can't be read, or there is none; the finding says what to do.
pub fn read_sources(folder: &Path) -> Result<Vec<Source>, Box<Diagnostic>> {
    let unreadable = |path: &Path, error: std::io::Error| {
        let help = match error.kind() {
            std::io::ErrorKind::InvalidData => "save it as UTF-8",
            _ => "look whether it is there and may be read",
        };
        let message = format!("can't read {}: {error}", path.display());
        Diagnostic::folder("unreadable", message).help(help).boxed()
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
        return Err(Diagnostic::folder(structure::NO_PLAN.code, message)
            .help("write the first one, for example plan.yaml with `plan:` and `events:`")
            .boxed());
    }
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(sources)
}

/// Loads and checks a plan, with expiries held against the current day in UTC.
///
/// The findings are sorted by place; the plan is fit for use if none is an error.
#[must_use]
pub fn load(sources: Vec<Source>) -> (Plan, Vec<Diagnostic>) {
    load_on(sources, today())
}

/// The current day in UTC.
#[must_use]
pub fn today() -> Date {
    jiff::tz::TimeZone::UTC
        .to_datetime(jiff::Timestamp::now())
        .date()
}

/// Loads and checks a plan as on a given day. See [`load`].
#[must_use]
pub fn load_on(sources: Vec<Source>, today: Date) -> (Plan, Vec<Diagnostic>) {
    let Loader {
        mut findings,
        plan,
        declared,
        is_whole,
        ..
    } = Loader::read(sources);
    let loaded = Loaded {
        plan: &plan,
        declared: &declared,
        damaged: std::mem::take(&mut findings.damaged),
        is_whole,
        today,
    };
    let is_understood = checks::run(&loaded, &mut findings);
    let mut found = levels::settle(findings.found, &plan, is_understood);
    found.sort_by_key(|finding| finding.span);
    (plan, found)
}

/// Loads a plan and judges nothing in it; `None` if a part of it is not of this version's language.
#[must_use]
pub fn read(sources: Vec<Source>) -> Option<Plan> {
    let Loader { findings, plan, .. } = Loader::read(sources);
    findings.found.is_empty().then_some(plan)
}

/// The names of a plan's items by kind, including those whose content could not be read.
pub(super) type Declared = HashMap<&'static str, HashSet<String>>;

struct Loader {
    findings: Findings,
    plan: Plan,
    enums: HashMap<String, Arc<Enum>>,
    declared: Declared,
    /// Whether no file and no section was lost. On part of a plan, what is missing proves nothing.
    is_whole: bool,
    /// Whether a file has keys beside its sections that belong to none.
    has_strays: bool,
}

/// An item of a section.
#[derive(Clone, Copy)]
struct Item<'a> {
    name: &'a Spanned<String>,
    node: &'a Node,
}

impl Item<'_> {
    /// From its name to its end.
    fn span(&self) -> Span {
        self.name.span.to(self.node.span)
    }
}

impl Loader {
    fn read(sources: Vec<Source>) -> Self {
        let mut loader = Self {
            findings: Findings::default(),
            plan: Plan::default(),
            enums: HashMap::new(),
            declared: HashMap::new(),
            is_whole: true,
            has_strays: false,
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
        if trees.is_empty() && loader.is_whole {
            loader.findings.add(
                Diagnostic::folder(
                    structure::NO_PLAN.code,
                    "there is no plan: its files are empty",
                )
                .help("write `plan:` and `events:`"),
            );
        }
        loader.plan.sources = sources;
        loader.plan(&trees);
        loader
    }

    fn plan(&mut self, trees: &[Node]) {
        let mut sections: HashMap<&str, Vec<&Node>> = HashMap::new();
        for tree in trees {
            let Some(mut file) = self.findings.map("a plan file", tree) else {
                self.is_whole = false;
                continue;
            };
            for section in keys::PLAN.keys() {
                sections
                    .entry(section.name)
                    .or_default()
                    .extend(file.take(section.name));
            }
            self.has_strays |= !file.entries.is_empty();
            file.finish(&keys::PLAN, &mut self.findings);
        }
        self.is_whole &= !self.has_strays;
        let mut section = |name: &str| sections.remove(name).unwrap_or_default();

        self.name(&section("plan"));
        for node in section("conventions") {
            self.conventions(node);
        }
        for node in section("lints") {
            self.lints(node);
        }
        self.plan.tiers = self.items("tier", &section("tiers"), Self::tier);
        self.plan.owners = self.items("owner", &section("owners"), Self::owner);
        self.plan.enums = self.items("enum", &section("enums"), Self::enumeration);
        self.enums = (self.plan.enums.iter())
            .map(|shared| (shared.name.value.clone(), Arc::clone(shared)))
            .collect();
        self.plan.groups = self.items("group", &section("groups"), Self::group);
        for node in section("person") {
            self.person(node);
        }
        self.plan.shared = self.items("shared property", &section("shared"), Self::shared);
        let shared: HashMap<String, Property> = (self.plan.shared.iter())
            .map(|property| (property.name.value.clone(), property.clone()))
            .collect();
        self.plan.events = self.items("event", &section("events"), |loader, item| {
            loader.event(item, &shared)
        });
        self.plan.funnels = self.items("funnel", &section("funnels"), Self::funnel);
        self.plan.flags = self.items("flag", &section("flags"), Self::flag);
        for node in section("outputs") {
            outputs::outputs(&mut self.findings, node, &mut self.plan.outputs);
        }
        for node in section("scan") {
            self.plan
                .scan
                .extend(outputs::folders(&mut self.findings, "scan", node));
        }
        self.plan.acknowledged = self.items(
            "acknowledgement",
            &section("acknowledged"),
            Self::acknowledged,
        );
        self.plan.allows = std::mem::take(&mut self.findings.allows);
    }

    fn name(&mut self, nodes: &[&Node]) {
        let mut first: Option<Spanned<String>> = None;
        for node in nodes {
            let Some(name) = self.findings.text("plan", node) else {
                continue;
            };
            match &first {
                Some(first) => self
                    .findings
                    .duplicate("key", "plan", name.span, first.span),
                None => first = Some(name),
            }
        }
        self.plan.name = first.map(|name| name.value).unwrap_or_default();
    }

    /// Loads the named items of a section, over all files that have it.
    fn items<T>(
        &mut self,
        kind: &'static str,
        sections: &[&Node],
        mut load: impl FnMut(&mut Self, Item<'_>) -> Option<T>,
    ) -> Vec<T> {
        let mut items = Vec::new();
        let mut first: HashMap<&str, Span> = HashMap::new();
        for section in sections {
            let Content::Map(entries) = &section.content else {
                self.is_whole = false;
                if self.has_strays && section.content.is_nothing() {
                    // What is missing here most likely stands beside it, and is reported there.
                    continue;
                }
                let all = format!("the section of {kind}s");
                self.findings.no_mapping(&all, section);
                continue;
            };
            for (name, node) in entries {
                if let Some(&before) = first.get(name.value.as_str()) {
                    self.findings
                        .duplicate(kind, &name.value, name.span, before);
                    continue;
                }
                first.insert(&name.value, name.span);
                let before = self.findings.found.len();
                items.extend(load(self, Item { name, node }));
                if self.findings.found.len() > before {
                    self.findings.damaged.insert(name.span);
                }
            }
        }
        self.declared
            .insert(kind, first.into_keys().map(str::to_owned).collect());
        items
    }

    fn properties(&mut self) -> Properties<'_> {
        Properties {
            enums: &self.enums,
            is_whole: self.is_whole,
            findings: &mut self.findings,
        }
    }
}
