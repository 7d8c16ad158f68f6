//! What a change means for the data on record, the reports on it and the code that sends it.

use super::facts::Sheet;
use super::{Action, Class, Kind, YES};
use Class::{Breaking, Risky, Safe};

/// A class, and the reason for it in one sentence.
pub(super) type Verdict = (Class, &'static str);

/// A change of one fact, or of one element of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit<'a> {
    pub(super) kind: Kind,
    pub(super) field: &'a str,
    pub(super) action: Action,
    pub(super) old: Option<&'a str>,
    pub(super) new: Option<&'a str>,
}

/// The verdict on an item that is new.
pub(super) fn item_added(kind: Kind) -> Verdict {
    match kind {
        Kind::Tier | Kind::Owner | Kind::Enum => (Safe, NOT_SENT),
        _ => (Safe, "Nothing that is on record changes."),
    }
}

/// The verdict on an item that is gone.
pub(super) fn item_removed(kind: Kind) -> Verdict {
    match kind {
        Kind::Event => (
            Breaking,
            "Reports on it end here. If it got another name, keep it for a while with \
             `deprecated: { renamed_to: … }`.",
        ),
        Kind::Group => (Breaking, "Reports by this group end here."),
        Kind::Funnel => (Breaking, "Its numbers end here."),
        Kind::Flag => (
            Risky,
            "Deployed code that still asks for it gets its fallback.",
        ),
        Kind::Plan | Kind::Tier | Kind::Owner | Kind::Enum | Kind::Person => (Safe, NOT_SENT),
    }
}

/// The verdict on a new property of an item that was there before.
pub(super) fn property_added(kind: Kind, property: &Sheet) -> Verdict {
    let is_required = property.get("optional").is_none();
    match kind {
        Kind::Event if is_required => (
            Breaking,
            "The event is live, and senders that are not yet updated leave it out: make it optional first.",
        ),
        Kind::Flag if is_required => (Risky, "The payloads that PostHog serves today lack it."),
        _ => (Safe, "Nothing that is on record changes."),
    }
}

/// The verdict on a property that is gone.
pub(super) fn property_removed(kind: Kind) -> Verdict {
    match kind {
        Kind::Flag => (Breaking, "Deployed code that reads it finds nothing."),
        _ => (
            Breaking,
            "Reports that filter or group by it lose it from here on. If it got another name, keep it for a while \
             with `deprecated: { renamed_to: … }`.",
        ),
    }
}

/// The verdict on a changed fact; `now` is the sheet that it stands on, `tiers` the tiers, the most important first.
pub(super) fn fact(edit: Edit<'_>, now: &Sheet, tiers: &[&str]) -> Verdict {
    let Edit {
        kind,
        field,
        action,
        old,
        new,
    } = edit;
    match field {
        "description" | "owner" | "tag" | "link" | "example" | "contact" | "since" => {
            (Safe, FOR_READERS)
        }
        "plan" | "event_case" | "property_case" | "event_grammar" | "completed" | "ongoing" => {
            (Safe, NOT_SENT)
        }
        "lint" => (Safe, NOT_SENT),
        "requires" | "sample" if kind == Kind::Tier => (Safe, NOT_SENT),
        "tier" if kind == Kind::Plan => (Safe, NOT_SENT),
        "tier" => tier(old, new, tiers),
        "trigger" => (
            Risky,
            "The event counts something else from here on, under the same name.",
        ),
        "state" => (
            Risky,
            "What was a completed action is now one that goes on, or the reverse.",
        ),
        "source" if new == Some("both") => (Safe, "It is sent from one more place."),
        "source" => (
            Risky,
            "It is no longer sent from where it was; browsers and servers lose different events.",
        ),
        "scope" => (
            Breaking,
            "The event's group and the group's key are not those that reports by group expect.",
        ),
        "key" => (
            Breaking,
            "Every event of this scope carries its group under another property.",
        ),
        "deprecated" => deprecated(old, new, now),
        "renamed_to" => match new {
            Some(_) => (Safe, "It says what takes its place."),
            None => (Risky, "Nothing takes its place any more."),
        },
        "type" | "items" => (Breaking, retyped(kind, old, new)),
        "enum" => (
            Safe,
            "The list got another name; its values compare by themselves.",
        ),
        "member" | "variant" => element(kind, action),
        "optional" if new == Some(YES) => (Risky, "Reports that rely on it will miss it at times."),
        "optional" if kind == Kind::Event => (
            Breaking,
            "The event is live, and senders that are not yet updated leave it out.",
        ),
        "optional" => (Risky, "Code that is not yet updated leaves it out."),
        "nullable" if new == Some(YES) => (Risky, "Reports that rely on it will meet nulls."),
        "nullable" => (
            Risky,
            "Senders that are not yet updated may still send null.",
        ),
        "min" => limit(old, new, |old, new| new > old),
        "max" | "max_length" | "max_items" => limit(old, new, |old, new| new < old),
        "pattern" | "format" if new.is_some() => (Risky, TIGHTER),
        "pattern" | "format" => (Safe, LOOSER),
        "pii" => (
            Risky,
            "How personal the data is decides who may see it; let somebody look who knows the rules.",
        ),
        "unit" if old.is_some() && new.is_some() => (
            Breaking,
            "Numbers from before and after can't be compared: give it a new name.",
        ),
        "unit" => (Safe, "It is for readers; the numbers stay."),
        "set_once" => (
            Risky,
            "The first value stays, or no longer does; values on record were set by the other rule.",
        ),
        "step" => step(action),
        "within" | "by" => (
            Risky,
            "The funnel counts differently from here on; its old numbers can't be compared.",
        ),
        "expires" | "deprecated_since" | "remove_after" => {
            (Safe, "It moves a day, nothing that is sent.")
        }
        "sample" => (
            Risky,
            "Another share of the occurrences is sent; plain counts can't be compared with those before.",
        ),
        _ => (Risky, UNKNOWN),
    }
}

/// What a fact without a rule says; no fact of this version's language has none.
pub(super) const UNKNOWN: &str =
    "This version of trackplan does not know what the fact means; compare by eye.";
const FOR_READERS: &str = "It is for readers; nothing that is sent changes.";
const NOT_SENT: &str = "It is the plan's own business; nothing that is sent changes.";
const TIGHTER: &str = "Values that were fine are no longer.";
const LOOSER: &str = "Every value that was fine still is.";

fn tier(old: Option<&str>, new: Option<&str>, tiers: &[&str]) -> Verdict {
    // The least important, below the last tier, is to have none.
    let rank = |name: Option<&str>| {
        name.map_or(Some(tiers.len()), |name| {
            tiers.iter().position(|tier| *tier == name)
        })
    };
    match (rank(old), rank(new)) {
        (Some(old), Some(new)) if new > old => (Safe, "Less is demanded of it."),
        _ => (
            Risky,
            "More is demanded of it, of its senders and of its tests.",
        ),
    }
}

fn deprecated(old: Option<&str>, new: Option<&str>, now: &Sheet) -> Verdict {
    if old.is_some() && new.is_some() {
        return (Safe, FOR_READERS);
    }
    match (new, now.get("renamed_to")) {
        (None, _) => (Safe, "It stays."),
        (Some(_), Some(_)) => (
            Safe,
            "It is on its way out, and what takes its place is named.",
        ),
        (Some(_), None) => (
            Risky,
            "It is on its way out and nothing takes its place; look after the reports on it.",
        ),
    }
}

fn retyped(kind: Kind, old: Option<&str>, new: Option<&str>) -> &'static str {
    if kind == Kind::Flag {
        return "Deployed code still expects what it was.";
    }
    if old.map(posthog_type) == new.map(posthog_type) {
        return "Code and queries still expect what it was: give it a new name.";
    }
    "PostHog freezes a property's type at the first value it sees, in the whole project: give it a new name."
}

/// What PostHog takes a value of the type for.
fn posthog_type(word: &str) -> &str {
    match word {
        "enum" | "string" => "String",
        "integer" | "number" | "duration" => "Numeric",
        other => other,
    }
}

fn element(kind: Kind, action: Action) -> Verdict {
    match action {
        Action::Removed if kind == Kind::Flag => {
            (Breaking, "Persons who have this variant lose it.")
        }
        Action::Removed => (
            Breaking,
            "Reports that filter by it find nothing new, and senders that are not yet updated still send it.",
        ),
        Action::Added => (Safe, "Values on record keep their meaning."),
        Action::Changed => (Safe, FOR_READERS),
        Action::Reordered | Action::Renamed => (Safe, "The order is for readers."),
    }
}

fn step(action: Action) -> Verdict {
    match action {
        Action::Removed => (
            Breaking,
            "The funnel converts differently without it; its old numbers can't be compared.",
        ),
        _ => (
            Risky,
            "The funnel converts differently from here on; its old numbers can't be compared.",
        ),
    }
}

/// A limit that came, went or moved; `tightens` tells of the old and new value.
fn limit(old: Option<&str>, new: Option<&str>, tightens: fn(Number, Number) -> bool) -> Verdict {
    let is_tighter = match (old.and_then(Number::parse), new.and_then(Number::parse)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => tightens(old, new),
    };
    if is_tighter {
        (Risky, TIGHTER)
    } else {
        (Safe, LOOSER)
    }
}

/// A limit as the plan writes it; whole numbers compare exactly.
#[derive(PartialEq, Clone, Copy)]
enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        let whole = text.parse().map(Self::Whole);
        whole.or_else(|_| text.parse().map(Self::Real)).ok()
    }

    fn real(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => left.partial_cmp(right),
            _ => self.real().partial_cmp(&other.real()),
        }
    }
}
