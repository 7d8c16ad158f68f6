//! What a call is about: an event, the person, or a group, as the compiled plan has it.

use proc_macro2::Span;
use trackplan_schema::lock::{self, Kind, Property};
use trackplan_schema::naming::{State, nearest};

use super::{Entry, json_string, line, list, object_hash};
use crate::parse::{Call, Form, Head};
use crate::plan::{File, Plan};

/// An item of the plan that has properties.
pub(crate) struct Subject {
    /// ``event `user_signed_up` ``, `person`, ``group `team` ``.
    pub(crate) noun: String,
    /// Its key among the places.
    pub(crate) key: String,
    /// The group type that is updated.
    pub(crate) group: Option<String>,
    /// The file that the build has to track.
    pub(crate) path: String,
    kind: Form,
    name: String,
    text: String,
}

/// The item that a call names.
pub(crate) fn find(plan: &Plan, call: &Call) -> Result<Subject, syn::Error> {
    let name = match &call.head {
        Head::Name(name) => name.value(),
        _ => String::new(),
    };
    let found = match call.form {
        Form::Track | Form::Tracked | Form::Attributes => Subject::event(plan, &name),
        Form::Group => Subject::of_group(plan, &name),
        Form::Identify => Subject::person(plan),
    };
    told_at(call.head.span(), found)
}

/// A mistake at its place.
pub(crate) fn told_at<T>(span: Span, outcome: Result<T, String>) -> syn::Result<T> {
    outcome.map_err(|message| syn::Error::new(span, message))
}

impl Subject {
    pub(crate) fn event(plan: &Plan, name: &str) -> Result<Self, String> {
        let file = match plan.file(Kind::Event, name) {
            Some(file) if lock::Event::parse(&file.text).is_ok() => file,
            _ => return Err(unknown_event(plan, name)),
        };
        let noun = format!("event `{name}`");
        Ok(Self::new(
            Form::Track,
            noun,
            format!("event/{name}"),
            name,
            file,
        ))
    }

    pub(crate) fn of_group(plan: &Plan, name: &str) -> Result<Self, String> {
        let Some(file) = plan.file(Kind::Group, name) else {
            let broken = plan.broken(Kind::Group, name);
            return Err(broken.unwrap_or_else(|| unknown_group(name, &plan.names(Kind::Group))));
        };
        let noun = format!("group `{name}`");
        let mut subject = Self::new(Form::Group, noun, format!("group/{name}"), name, file);
        subject.group = Some(name.to_owned());
        Ok(subject)
    }

    pub(crate) fn person(plan: &Plan) -> Result<Self, String> {
        let Some(file) = plan.read("person") else {
            let message = "the tracking plan has no properties of a person\n  help: declare them below `person:`, \
                           then run: cargo xtask regenerate";
            return Err(message.to_owned());
        };
        let noun = "person".to_owned();
        Ok(Self::new(
            Form::Identify,
            noun,
            "person".to_owned(),
            "",
            file,
        ))
    }

    /// The object that a property is: `image_cropped.crop_area`, `team.address`, `person.address`.
    pub(crate) fn object(plan: &Plan, name: &str) -> Result<Self, String> {
        if let Some((owner, property)) = name.split_once('.')
            && let Some((key, file)) = owner_file(plan, owner)
            && let Some(found) = lock::property(&file.text, property)
            && found.type_name() == "object"
        {
            let mut object = Self::of_object(found, name, &file.path);
            object.key = format!("{key}/{property}");
            return Ok(object);
        }
        Err(format!(
            "the tracking plan has no object `{name}`\n  help: name an event, a group or `person`, and its property of the type `object`"
        ))
    }

    /// The object that a property is.
    pub(crate) fn of_object(property: Property<'_>, name: &str, path: &str) -> Self {
        let file = File {
            path: path.to_owned(),
            text: property.fields(),
        };
        let noun = format!("object `{name}`");
        Self::new(Form::Track, noun, String::new(), name, file)
    }

    /// By which a struct is tied to the object, if it is one.
    pub(crate) fn object_hash(&self) -> u64 {
        object_hash(&self.text)
    }

    fn new(kind: Form, noun: String, key: String, name: &str, file: File) -> Self {
        Self {
            noun,
            key,
            group: None,
            path: file.path,
            kind,
            name: name.to_owned(),
            text: file.text,
        }
    }

    /// Whether it is updated, rather than something that happened.
    pub(crate) fn is_update(&self) -> bool {
        matches!(self.kind, Form::Identify | Form::Group)
    }

    fn as_event(&self) -> Option<lock::Event<'_>> {
        lock::Event::parse(&self.text).ok()
    }

    /// The value of one of an event's own lines.
    pub(crate) fn field(&self, key: &str) -> Option<&str> {
        self.as_event()?.field(key)
    }

    /// Why it is deprecated, and what replaces it.
    pub(super) fn deprecation(&self) -> Option<(&str, Option<&str>)> {
        Some((self.field("deprecated")?, self.field("renamed_to")))
    }

    /// The group type that an event belongs to, and the property that carries the group's key.
    pub(crate) fn scope(&self) -> Option<(&str, &str)> {
        self.as_event()?.scope()
    }

    /// Its properties, sorted by name.
    pub(crate) fn properties(&self) -> Vec<Property<'_>> {
        lock::properties(&self.text)
    }

    /// Those that may leave the program at all.
    pub(crate) fn sendable(&self) -> Vec<Property<'_>> {
        let mut sendable = Vec::new();
        for property in self.properties() {
            if property.pii() != Some("secret") {
                sendable.push(property);
            }
        }
        sendable
    }

    /// The names of its properties.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for property in self.properties() {
            names.push(property.name());
        }
        names
    }

    /// The description of all these properties, and them in the order of their values.
    pub(crate) fn whole<'a>(&self, properties: Vec<Property<'a>>) -> (String, Vec<Property<'a>>) {
        let (mut order, mut once, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for property in properties {
            let is_once = property.is_set_once();
            entries.push(Entry {
                line: line(property),
                value: None,
                is_once,
            });
            if is_once && self.kind == Form::Identify {
                once.push(property);
            } else {
                order.push(property);
            }
        }
        order.append(&mut once);
        (self.description(entries).0, order)
    }

    /// What the runtime has to know, and the entries in the order of their values: those that wait for the body last.
    pub(super) fn description(&self, entries: Vec<Entry>) -> (String, Vec<Entry>) {
        let mut text = String::new();
        let (mut entries, mut late) = apart(entries, Entry::is_late);
        entries.append(&mut late);
        // The client looks for constraints where there are some.
        let is_constrained = entries.iter().any(Entry::is_constrained);
        let mark = if is_constrained { "?" } else { "" };
        match self.kind {
            Form::Track | Form::Tracked | Form::Attributes => {
                match (self.field("tier"), self.field("sample")) {
                    // Settings from afar don't switch it off.
                    (Some("critical"), _) => text.push('!'),
                    (_, share) => text.push_str(share.unwrap_or_default()),
                }
                text.push_str(mark);
                text.push_str(&json_string(&self.name));
                text.push('\n');
                if let Some((group, key)) = self.scope() {
                    text.push_str(&format!("{}:{}:", json_string(group), json_string(key)));
                }
                lines(&mut text, &entries);
            }
            Form::Identify => {
                let (always, mut once) = apart(entries, |entry| entry.is_once);
                text.push_str(&format!("{mark}\"$set\"\n"));
                object(&mut text, "$set", &always);
                object(&mut text, "$set_once", &once);
                entries = always;
                entries.append(&mut once);
            }
            Form::Group => {
                text.push_str(&format!("{mark}\"$groupidentify\"\n\n=\"$group_type\":"));
                text.push_str(&json_string(&self.name));
                text.push_str("\n\"$group_key\":");
                object(&mut text, "$group_set", &entries);
            }
        }
        (text, entries)
    }
}

/// Those that are not, and those that are.
fn apart(entries: Vec<Entry>, is: fn(&Entry) -> bool) -> (Vec<Entry>, Vec<Entry>) {
    let (mut others, mut these) = (Vec::new(), Vec::new());
    for entry in entries {
        if is(&entry) {
            these.push(entry);
        } else {
            others.push(entry);
        }
    }
    (others, these)
}

fn lines(text: &mut String, entries: &[Entry]) {
    for entry in entries {
        text.push('\n');
        text.push_str(&entry.line);
    }
}

fn object(text: &mut String, name: &str, entries: &[Entry]) {
    if !entries.is_empty() {
        text.push_str(&format!("\n\"{name}\":{{"));
        lines(text, entries);
        text.push_str("\n}");
    }
}

/// An event, a group or the person: its key among the places, and its file.
pub(crate) fn owner_file(plan: &Plan, owner: &str) -> Option<(String, File)> {
    for kind in [Kind::Event, Kind::Group] {
        if let Some(file) = plan.file(kind, owner) {
            return Some((format!("{}/{owner}", kind.as_str()), file));
        }
    }
    let file = (owner == "person").then(|| plan.read("person"))?;
    Some((owner.to_owned(), file?))
}

pub(super) fn unknown_group(wanted: &str, known: &[&str]) -> String {
    let message = format!("the tracking plan has no group `{wanted}`");
    match nearest(wanted, known.iter().copied()) {
        Some(found) => format!("{message}\n  help: did you mean `{found}`?"),
        None if known.is_empty() => format!("{message}\n  help: declare it below `groups:`"),
        None => format!("{message}\n  help: the groups are: {}", list(known)),
    }
}

/// A typo gets the event that was meant; a name that no event is close to is held against the conventions.
fn unknown_event(plan: &Plan, name: &str) -> String {
    if let Some(message) = plan.broken(Kind::Event, name) {
        return message;
    }
    let message = format!("the tracking plan has no event `{name}`");
    let Some(index) = plan.index() else {
        return message;
    };
    let declare = "in the plan, then run: cargo xtask regenerate";
    let known = index.names(Kind::Event);
    let close = nearest(name, known.iter().copied());
    let Some(violation) = index.conventions().check_event(name, State::Completed) else {
        return match close {
            Some(found) => format!("{message}\n  help: did you mean `{found}`?"),
            None => format!("{message}\n  help: declare it {declare}"),
        };
    };
    let problem = &violation.problem;
    match (violation.suggestion, close) {
        (Some(better), _) if known.contains(&better.as_str()) => {
            format!("{message}; the name {problem}\n  help: did you mean `{better}`?")
        }
        (_, Some(found)) => format!("{message}\n  help: did you mean `{found}`?"),
        (Some(better), None) => {
            format!("{message}; the name {problem}\n  help: declare it as `{better}` {declare}")
        }
        (None, None) => {
            format!("{message}; the name {problem}\n  help: rename it and declare it {declare}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_says_which_share_is_sent() {
        for (facts, expected) in [
            ("tier ux\n", "\"page_seen\"\n"),
            ("tier ux\nsample 0.25\n", "0.25\"page_seen\"\n"),
            ("tier critical\n", "!\"page_seen\"\n"),
            // A property of that name is none of the event's own lines.
            ("property sample\n  type number\n", "\"page_seen\"\n"),
        ] {
            let file = File {
                path: String::new(),
                text: format!("event page_seen\n{facts}"),
            };
            let subject =
                Subject::new(Form::Track, String::new(), String::new(), "page_seen", file);
            assert_eq!(subject.description(Vec::new()).0, expected);
        }
    }
}
