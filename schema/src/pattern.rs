//! The regular expressions of texts: one dialect for the plan's checks, the client and the collector.

use regex_lite::{Regex, RegexBuilder};

/// A property's `pattern`. It is looked for anywhere in a text; `^` and `$` tie it to the ends.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

/// Large enough for any sensible pattern; a nested repetition could ask for gigabytes.
const MOST_BYTES: usize = 1 << 20;

impl Pattern {
    /// Reads a pattern as the plan has it.
    ///
    /// # Errors
    ///
    /// It is no regular expression, or too large; says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let regex = RegexBuilder::new(text).size_limit(MOST_BYTES).build();
        regex.map(Self).map_err(|error| error.to_string())
    }

    /// Whether it occurs in a text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_pattern_is_found_anywhere() {
        let pattern = Pattern::parse("^[A-Z]{2}-\\d+$|x").expect("a pattern");
        assert!(pattern.matches("AB-12"));
        assert!(pattern.matches("axa"));
        assert!(!pattern.matches("AB-12 "));
    }

    #[test]
    fn what_can_not_be_a_pattern_says_why() {
        for text in ["(", "a{1000}{1000}{1000}", r"(a)\1", "(?=a)", r"\p{Lu}"] {
            let problem = Pattern::parse(text).expect_err(text);
            assert!(!problem.is_empty(), "{text}");
        }
    }
}
