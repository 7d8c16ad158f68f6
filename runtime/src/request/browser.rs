//! What posthog-js says of itself in a request. None of it is to be trusted.

use http::HeaderMap;
use http::header::COOKIE;
use uuid::Uuid;

const MAX_CHARS: usize = 1_000;

/// The id of a visitor, if it is one that posthog-js made up.
pub(super) fn visitor(headers: &HeaderMap) -> Option<String> {
    let id = id(headers, "x-posthog-distinct-id")?;
    Uuid::try_parse(&id).is_ok().then_some(id)
}

/// The id of the session.
pub(super) fn session(headers: &HeaderMap) -> Option<String> {
    id(headers, "x-posthog-session-id")
}

fn id(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = str::from_utf8(headers.get(name)?.as_bytes()).ok()?;
    let id: String = text
        .trim()
        .chars()
        .filter(|char| !char.is_control())
        .take(MAX_CHARS)
        .collect();
    (!id.trim().is_empty()).then_some(id)
}

/// Whether posthog-js remembers in a cookie that the visitor opted out: `__ph_opt_in_out_<token>=0`.
pub(super) fn opted_out(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).into_iter();
    cookies
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .any(|(name, value)| name.starts_with("__ph_opt_in_out_") && value == "0")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, value: &[u8]) -> HeaderMap {
        let value = HeaderValue::from_bytes(value).expect("a header");
        HeaderMap::from_iter([(http::HeaderName::from_static(name), value)])
    }

    #[test]
    fn ids_are_cleaned_and_cut() {
        let session = |value: &[u8]| session(&headers("x-posthog-session-id", value));
        assert_eq!(session(b" 0190 ").as_deref(), Some("0190"));
        assert_eq!(session("a\u{85}\u{9b}b".as_bytes()).as_deref(), Some("ab"));
        assert_eq!(session(b"a\tb").as_deref(), Some("ab"));
        assert_eq!(session(b" \t "), None);
        assert_eq!(session("\u{85} \u{85}".as_bytes()), None);
        assert_eq!(session(b"\xff\xfe"), None);
        let long = session("é".repeat(5_000).as_bytes()).expect("an id");
        assert_eq!(long, "é".repeat(1_000));
        assert_eq!(super::session(&HeaderMap::new()), None);
    }

    #[test]
    fn only_the_id_of_a_visitor_is_one() {
        let visitor = |value: &[u8]| visitor(&headers("x-posthog-distinct-id", value));
        let id = "01900000-0000-7000-8000-000000000001";
        assert_eq!(visitor(id.as_bytes()).as_deref(), Some(id));
        for forged in [&b"user_1"[..], b"", b"admin@example.com"] {
            assert_eq!(visitor(forged), None);
        }
    }

    #[test]
    fn an_opt_out_is_a_cookie_of_posthog() {
        let is_out = |value: &[u8]| opted_out(&headers("cookie", value));
        assert!(is_out(b"session=1; __ph_opt_in_out_phc_abc=0"));
        assert!(!is_out(b"session=1; __ph_opt_in_out_phc_abc=1"));
        assert!(!is_out(b"session=0"));
        assert!(!is_out(b"\xff"));
        assert!(!opted_out(&HeaderMap::new()));
    }
}
