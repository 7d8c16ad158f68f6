//! The formats of texts: what the examples of a plan and the values of a sender are both held against.

use crate::plan::Format;
use crate::yaml::reader::date;

/// What a format stands for, as "a UUID".
#[must_use]
pub const fn describe(format: Format) -> &'static str {
    match format {
        Format::Url => "an absolute URL",
        Format::Uuid => "a UUID",
        Format::Email => "an e-mail address",
        Format::Semver => "a semantic version",
        Format::Date => "a day such as 2026-12-31",
        Format::Slug => "a slug (lower-case words joined by hyphens)",
        Format::Currency => "a currency code such as EUR",
    }
}

/// Whether a text has a format.
#[must_use]
pub fn is_of(format: Format, text: &str) -> bool {
    let is_dense = !text.contains(char::is_whitespace);
    match format {
        Format::Url => text.split_once("://").is_some_and(|(scheme, rest)| {
            is_dense
                && !rest.is_empty()
                && !rest.starts_with(['/', '?', '#'])
                && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
        }),
        Format::Uuid => {
            let lengths: Vec<usize> = text.split('-').map(str::len).collect();
            lengths == [8, 4, 4, 4, 12]
                && text
                    .chars()
                    .all(|char| char == '-' || char.is_ascii_hexdigit())
        }
        Format::Email => text.split_once('@').is_some_and(|(local, domain)| {
            is_dense
                && !local.is_empty()
                && !domain.contains('@')
                && domain.split('.').all(|label| !label.is_empty())
        }),
        Format::Semver => is_semver(text),
        Format::Date => date(text).is_some(),
        Format::Slug => text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
        }),
        Format::Currency => text.len() == 3 && text.chars().all(|char| char.is_ascii_uppercase()),
    }
}

/// As semver.org gives it.
fn is_semver(text: &str) -> bool {
    let (version, build) = halves(text, '+');
    let (core, pre_release) = halves(version, '-');
    let is_plain = |number: &str| number.len() == 1 || !number.starts_with('0');
    let is_digits = |word: &str| word.chars().all(|char| char.is_ascii_digit());
    let is_word = |word: &str| {
        let mut chars = word.chars();
        !word.is_empty() && chars.all(|char| char == '-' || char.is_ascii_alphanumeric())
    };
    let is_number = |word: &str| is_word(word) && is_digits(word) && is_plain(word);
    let is_identifier = |word: &str| is_word(word) && (!is_digits(word) || is_plain(word));
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre_release.is_none_or(|words| words.split('.').all(is_identifier))
        && build.is_none_or(|words| words.split('.').all(is_word))
}

fn halves(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator)
        .map_or((text, None), |(first, second)| (first, Some(second)))
}

#[cfg(test)]
mod tests {
    use super::{Format, is_of};

    #[test]
    fn formats_tell_their_own_from_others() {
        const CASES: &[(Format, &[&str], &[&str])] = &[
            (
                Format::Url,
                &["https://example.com/a", "posthog+x://a?b#c"],
                &["example.com", "https://", "https:///a", "1a://b", "a://b c"],
            ),
            (
                Format::Uuid,
                &["01890a5d-ac96-774b-bcce-b302099a8057"],
                &["01890a5d", "01890a5d-ac96-774b-bcce-b302099a805g"],
            ),
            (
                Format::Email,
                &["ada@example.com", "ada@localhost"],
                &["ada@", "@example.com", "a@b@c", "a b@c", "a@b..c"],
            ),
            (
                Format::Semver,
                &["1.20.3-rc.1+build", "0.0.0", "1.0.0--", "1.0.0+001"],
                &[
                    "1.02.3",
                    "1.2",
                    "1.2.3-",
                    "1.2.3-01",
                    "1.2.3+",
                    "1.2.3-a..b",
                    "+1.2.3",
                ],
            ),
            (Format::Date, &["2026-02-28"], &["2026-02-30", "2026-2-3"]),
            (Format::Slug, &["acme-inc"], &["Acme Inc", "acme--inc", ""]),
            (Format::Currency, &["EUR"], &["eur", "EURO"]),
        ];
        for (format, own, others) in CASES {
            for text in *own {
                assert!(is_of(*format, text), "{text}");
            }
            for text in *others {
                assert!(!is_of(*format, text), "{text}");
            }
        }
    }
}
