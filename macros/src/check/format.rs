//! The well-known forms of text. `pattern` is not checked here: a macro crate is no place for a regex engine.

/// Whether a text has the form of this name; a form that is not known accepts all.
pub(super) fn accepts(format: &str, text: &str) -> bool {
    match format {
        "url" => is_url(text),
        "uuid" => is_uuid(text),
        "email" => is_email(text),
        "semver" => is_semver(text),
        "date" => is_date(text),
        "slug" => is_slug(text),
        "currency" => text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        _ => true,
    }
}

/// A text of this form.
pub(super) fn example(format: &str) -> &'static str {
    match format {
        "url" => "https://example.org/path",
        "uuid" => "0190f6a2-5b7c-7d3e-8f00-123456789abc",
        "email" => "ada@example.org",
        "semver" => "1.4.0-beta.1",
        "date" => "2026-01-31",
        "slug" => "pull-requests",
        "currency" => "EUR",
        _ => "",
    }
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_scheme
        && !host.is_empty()
        && !text.contains(|char: char| char.is_whitespace() || char.is_control())
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    !name.is_empty()
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && !text.contains(|char: char| char.is_whitespace() || char.is_control())
}

fn is_semver(text: &str) -> bool {
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre) = text
        .split_once('-')
        .map_or((text, None), |(core, pre)| (core, Some(pre)));
    let is_number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let is_label = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre
            .into_iter()
            .chain(build)
            .all(|labels| labels.split('.').all(is_label))
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
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::{accepts, example};

    const FORMATS: [&str; 7] = ["url", "uuid", "email", "semver", "date", "slug", "currency"];

    #[test]
    fn every_example_has_its_form_and_no_other_text_does() {
        for format in FORMATS {
            assert!(accepts(format, example(format)), "{format}");
            for other in ["", " ", "-", "a b", "a\n"] {
                assert!(!accepts(format, other), "{format}: {other:?}");
            }
        }
    }

    #[test]
    fn near_misses_are_refused() {
        let refused = [
            ("url", "example.org"),
            ("url", "https://"),
            ("url", "https:///path"),
            ("url", "1http://x"),
            ("uuid", "0190f6a25b7c7d3e8f00123456789abc"),
            ("uuid", "0190f6a2-5b7c-7d3e-8f00-123456789abg"),
            ("email", "ada"),
            ("email", "ada@host"),
            ("email", "@example.org"),
            ("email", "ada@example..org"),
            ("semver", "1.4"),
            ("semver", "1.04.0"),
            ("semver", "v1.4.0"),
            ("semver", "1.4.0-"),
            ("date", "2026-02-29"),
            ("date", "2026-13-01"),
            ("date", "26-01-01"),
            ("date", "2026-1-1"),
            ("date", "2026-01-31-1"),
            ("slug", "Pull-requests"),
            ("slug", "pull--requests"),
            ("currency", "eur"),
            ("currency", "EURO"),
        ];
        for (format, text) in refused {
            assert!(!accepts(format, text), "{format}: {text}");
        }
        for (format, text) in [
            ("date", "2028-02-29"),
            ("semver", "1.0.0+build.7"),
            ("url", "file+x://h"),
        ] {
            assert!(accepts(format, text), "{format}: {text}");
        }
    }
}
