//! The formats of texts, known wherever a text is held against the plan: in its examples, in the compiler, in the
//! client and in the collector.

use crate::naming::vocabulary;

vocabulary! {
    /// A well-known form of text.
    Format {
        /// An absolute URL.
        Url = "url",
        /// A UUID.
        Uuid = "uuid",
        /// An e-mail address.
        Email = "email",
        /// A semantic version.
        Semver = "semver",
        /// A calendar date, `2026-01-31`.
        Date = "date",
        /// Lower-case words joined by hyphens.
        Slug = "slug",
        /// An ISO 4217 code.
        Currency = "currency",
    }
}

impl Format {
    /// What it stands for, as "a UUID".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Url => "an absolute URL",
            Self::Uuid => "a UUID",
            Self::Email => "an e-mail address",
            Self::Semver => "a semantic version",
            Self::Date => "a day such as 2026-12-31",
            Self::Slug => "a slug (lower-case words joined by hyphens)",
            Self::Currency => "a currency code such as EUR",
        }
    }

    /// A text of this format.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Url => "https://example.org/path",
            Self::Uuid => "0190f6a2-5b7c-7d3e-8f00-123456789abc",
            Self::Email => "ada@example.org",
            Self::Semver => "1.4.0-beta.1",
            Self::Date => "2026-01-31",
            Self::Slug => "pull-requests",
            Self::Currency => "EUR",
        }
    }

    /// Whether a text has this format.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Url => is_url(text),
            Self::Uuid => is_uuid(text),
            Self::Email => is_email(text),
            Self::Semver => is_semver(text),
            Self::Date => is_date(text),
            Self::Slug => is_slug(text),
            Self::Currency => text.len() == 3 && text.chars().all(|char| char.is_ascii_uppercase()),
        }
    }
}

fn is_dense(text: &str) -> bool {
    !text.contains(|char: char| char.is_whitespace() || char.is_control())
}

fn is_url(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let host = rest.strip_prefix("//").unwrap_or_default();
        is_dense(text)
            && !matches!(host.bytes().next(), None | Some(b'/' | b'?' | b'#'))
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'))
    })
}

fn is_uuid(text: &str) -> bool {
    let is_in_place = |(index, byte): (usize, u8)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_in_place)
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        is_dense(text)
            && !local.is_empty()
            && !domain.as_bytes().contains(&b'@')
            && domain.split('.').all(|label| !label.is_empty())
    })
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

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let part = parts.next()?;
        let is_number = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_number)
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}

fn is_slug(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn every_example_has_its_format_and_blank_texts_have_none() {
        for format in Format::ALL {
            assert!(format.accepts(format.example()), "{format:?}");
            for other in ["", " ", "-", "a b", "a\n"] {
                assert!(!format.accepts(other), "{format:?}: {other:?}");
            }
        }
    }

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
                &[
                    "01890a5d",
                    "0190f6a25b7c7d3e8f00123456789abc",
                    "01890a5d-ac96-774b-bcce-b302099a805g",
                ],
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
                    "v1.2.3",
                    "1.2.3-",
                    "1.2.3-01",
                    "1.2.3+",
                    "1.2.3-a..b",
                    "+1.2.3",
                ],
            ),
            (
                Format::Date,
                &["2026-02-28", "2028-02-29"],
                &[
                    "2026-02-29",
                    "2026-02-30",
                    "2026-13-01",
                    "2026-2-3",
                    "26-01-01",
                    "2026-01-31-1",
                ],
            ),
            (
                Format::Slug,
                &["acme-inc"],
                &["Acme Inc", "Acme", "acme--inc", ""],
            ),
            (Format::Currency, &["EUR"], &["eur", "EURO"]),
        ];
        for (format, own, others) in CASES {
            for text in *own {
                assert!(format.accepts(text), "{text}");
            }
            for text in *others {
                assert!(!format.accepts(text), "{text}");
            }
        }
    }
}
