//! Cases of names, and the words that a name in any case is made of.

use super::{Violation, vocabulary};

vocabulary! {
    /// How the words of a name are written together.
    Case {
        /// `repo_sync_completed`
        Snake = "snake_case",
        /// `repoSyncCompleted`
        Camel = "camelCase",
        /// `RepoSyncCompleted`
        Pascal = "PascalCase",
        /// `repo-sync-completed`
        Kebab = "kebab-case",
        /// `Repo Sync Completed`
        Title = "Title Case",
        /// `repo sync completed`
        Lower = "lower case",
    }
}

impl Case {
    /// Whether a name is written in this case, in ASCII letters and digits, starting with a letter.
    #[must_use]
    pub fn accepts(self, name: &str) -> bool {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || Some(char) == self.separator())
            && self.convert(name) == name
    }

    /// The name with its words written in this case.
    #[must_use]
    pub fn convert(self, name: &str) -> String {
        let mut converted = String::with_capacity(name.len());
        for (index, word) in words(name).iter().enumerate() {
            if index > 0 {
                converted.extend(self.separator());
            }
            let capital = match self {
                Self::Snake | Self::Kebab | Self::Lower => false,
                Self::Camel => index > 0,
                Self::Pascal | Self::Title => true,
            };
            let mut chars = word.chars();
            match chars.next() {
                Some(first) if capital => converted.extend(first.to_uppercase()),
                first => converted.extend(first),
            }
            converted.push_str(chars.as_str());
        }
        converted
    }

    const fn separator(self) -> Option<char> {
        match self {
            Self::Snake => Some('_'),
            Self::Kebab => Some('-'),
            Self::Title | Self::Lower => Some(' '),
            Self::Camel | Self::Pascal => None,
        }
    }

    pub(super) fn violation(self, code: &'static str, name: &str) -> Violation {
        let mended = self.convert(name);
        Violation {
            code,
            problem: format!("is not {}", self.as_str()),
            suggestion: self.accepts(&mended).then_some(mended),
        }
    }
}

/// The lower-case words of a name in any case: `PRList exported-2x` is `pr`, `list`, `exported`, `2x`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| chars.get(before));
        let after = chars.get(index + 1);
        let starts_word = char.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || (before.is_some_and(|before| before.is_uppercase())
                    && after.is_some_and(|after| after.is_lowercase())));
        if !char.is_alphanumeric() || starts_word {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if !char.is_alphanumeric() {
                continue;
            }
        }
        word.extend(char.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
