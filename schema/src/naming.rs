//! Names: their case, their grammar (object, then action) and the tense of the action.

mod case;
mod nearest;
mod verbs;

pub use case::Case;
pub(crate) use case::words;
pub use nearest::nearest;

/// What a plan asks of its names. The defaults are those of the plan language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conventions {
    /// The case of event names.
    pub event_case: Case,
    /// The case of property names.
    pub property_case: Case,
    /// The order of the words in an event's name.
    pub event_grammar: Grammar,
    /// The tense of the action of a completed event.
    pub completed: Tense,
    /// The tense of the action of an ongoing event.
    pub ongoing: Tense,
}

impl Default for Conventions {
    fn default() -> Self {
        Self {
            event_case: Case::Snake,
            property_case: Case::Snake,
            event_grammar: Grammar::ObjectAction,
            completed: Tense::Past,
            ongoing: Tense::PresentParticiple,
        }
    }
}

/// A closed set of words in the plan language, such as the cases or the tenses.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word of the plan language for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the word of the plan language.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// The order of the words in an event's name.
    Grammar {
        /// The object first, the action last: `repo_sync_completed`.
        ObjectAction = "object_action",
        /// The action first: `completed_repo_sync`.
        ActionObject = "action_object",
        /// Any order.
        Any = "any",
    }
}

vocabulary! {
    /// The tense of an event's action.
    Tense {
        /// `connected`, `sent`.
        Past = "past",
        /// `viewing`, `filtering`.
        PresentParticiple = "present_participle",
        /// The verb as a dictionary has it: `connect`, `send`.
        Present = "present",
        /// Any form.
        Any = "any",
    }
}

vocabulary! {
    /// Whether an event tells of something completed or of something going on.
    State {
        /// It happened: `chart_interacted`.
        Completed = "completed",
        /// It goes on: `dashboard_viewing`.
        Ongoing = "ongoing",
    }
}

/// A name that breaks a convention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The code of the check: `event-case`, `event-grammar`, `event-tense` or `property-case`.
    pub code: &'static str,
    /// What is wrong, as a clause: "is not snake_case".
    pub problem: String,
    /// A name that keeps the convention, where one can be told.
    pub suggestion: Option<String>,
}

impl Conventions {
    /// The first convention that an event's name breaks: its case, then its grammar, then its tense.
    ///
    /// One mistake gives one violation: a name in the wrong case is judged no further.
    #[must_use]
    pub fn check_event(&self, name: &str, state: State) -> Option<Violation> {
        if !self.event_case.accepts(name) {
            let snake = snake(name);
            let mended = self
                .check_words(&snake, state)
                .and_then(|violation| violation.suggestion)
                .unwrap_or(snake);
            return Some(self.event_case.violation("event-case", &mended));
        }
        self.check_words(&snake(name), state)
            .map(|violation| Violation {
                suggestion: violation
                    .suggestion
                    .map(|snake| self.event_case.convert(&snake)),
                ..violation
            })
    }

    /// The convention that a property's name breaks.
    #[must_use]
    pub fn check_property(&self, name: &str) -> Option<Violation> {
        (!self.property_case.accepts(name))
            .then(|| self.property_case.violation("property-case", name))
    }

    fn check_words(&self, snake: &str, state: State) -> Option<Violation> {
        let words: Vec<&str> = snake.split('_').collect();
        let tense = match state {
            State::Completed => self.completed,
            State::Ongoing => self.ongoing,
        };
        let (position, order) = match self.event_grammar {
            Grammar::Any => return None,
            Grammar::ObjectAction => (action_position(&words)?, "object, then action"),
            Grammar::ActionObject => (0, "action, then object"),
        };
        let action = *words.get(position)?;
        let grammar = |problem: String, suggestion: Option<String>| {
            Some(Violation {
                code: "event-grammar",
                problem,
                suggestion,
            })
        };

        if tense.accepts(action) {
            let has_object = match self.event_grammar {
                Grammar::ObjectAction => position > 0,
                _ => words.len() > 1,
            };
            if has_object {
                return None;
            }
            return grammar(
                format!("names no object (event names are {order}: `user_signed_up`)"),
                None,
            );
        }
        if self.event_grammar == Grammar::ObjectAction
            && let Some(elsewhere) = words
                .iter()
                .take(position)
                .position(|word| tense.accepts(word) && words.len() > 1)
        {
            return grammar(
                format!(
                    "has its action `{}` before its object (event names are {order})",
                    words.get(elsewhere)?
                ),
                Some(moved_to_end(&words, elsewhere)),
            );
        }
        let Some(mended) = verbs::base_of(action).and_then(|base| tense.form(&base)) else {
            return grammar(
                format!(
                    "does not end in an action: `{action}` is no verb in the {} (event names are {order})",
                    tense.words()
                ),
                None,
            );
        };
        let mut renamed: Vec<&str> = words.clone();
        if let Some(slot) = renamed.get_mut(position) {
            *slot = &mended;
        }
        Some(Violation {
            code: "event-tense",
            problem: format!("has its action `{action}` not in the {}", tense.words()),
            suggestion: Some(joined(&renamed)),
        })
    }
}

impl Tense {
    fn accepts(self, word: &str) -> bool {
        match self {
            Self::Past => verbs::is_past(word),
            Self::PresentParticiple => verbs::is_participle(word),
            Self::Present => verbs::is_base(word),
            Self::Any => true,
        }
    }

    fn form(self, base: &str) -> Option<String> {
        match self {
            Self::Past => Some(verbs::past(base)),
            Self::PresentParticiple => Some(verbs::participle(base)),
            Self::Present => Some(base.to_owned()),
            Self::Any => None,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Past => "past tense",
            Self::PresentParticiple => "present participle",
            Self::Present => "present tense",
            Self::Any => "any tense",
        }
    }
}

/// Where the action stands: last, or before a particle as in `user_signed_up`.
fn action_position(words: &[&str]) -> Option<usize> {
    let last = words.len().checked_sub(1)?;
    let is_particle = words
        .get(last)
        .is_some_and(|word| verbs::PARTICLES.contains(word));
    Some(if is_particle && last > 0 {
        last - 1
    } else {
        last
    })
}

fn moved_to_end(words: &[&str], action: usize) -> String {
    let mut rest: Vec<&str> = words.to_vec();
    let takes_particle = words
        .get(action + 1)
        .is_some_and(|word| verbs::PARTICLES.contains(word));
    let end = if takes_particle {
        action + 2
    } else {
        action + 1
    };
    rest.drain(action..end);
    rest.extend(words.get(action..end).unwrap_or_default());
    joined(&rest)
}

fn joined(words: &[&str]) -> String {
    let mut name = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            name.push('_');
        }
        name.push_str(word);
    }
    name
}

/// The lower-case words of a name in any case, joined by `_`.
pub(crate) fn snake(name: &str) -> String {
    Case::Snake.convert(name)
}

#[cfg(test)]
mod tests;
