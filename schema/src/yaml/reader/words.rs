//! Values of the plan language below a key that may be absent.

use super::{Findings, Map};
use crate::plan::{Date, Span, Spanned};
use crate::yaml::tree::{Content, Node};

impl Findings {
    pub(in crate::yaml) fn text_at(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
    ) -> Option<Spanned<String>> {
        map.take(key).and_then(|node| self.text(key, node))
    }

    pub(in crate::yaml) fn distinct_texts_at(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
    ) -> Vec<String> {
        let texts = map.take(key).map(|node| self.distinct_texts(key, node));
        let texts = texts.unwrap_or_default().into_iter();
        texts.map(|text| text.value).collect()
    }

    pub(in crate::yaml) fn word_at<T: Copy>(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Option<Spanned<T>> {
        let node = map.take(key)?;
        self.word(key, node, all, as_str)
    }

    pub(in crate::yaml) fn number_at<T: std::str::FromStr>(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
        what: &str,
    ) -> Option<T> {
        let node = map.take(key)?;
        self.number(key, what, node)
    }

    pub(in crate::yaml) fn boolean_at(&mut self, map: &mut Map<'_>, key: &str) -> bool {
        let Some(node) = map.take(key) else {
            return false;
        };
        match &node.content {
            Content::Scalar {
                text,
                quoted: false,
            } if text == "true" => true,
            Content::Scalar {
                text,
                quoted: false,
            } if text == "false" => false,
            _ => {
                self.expected("true or false", key, node);
                false
            }
        }
    }

    pub(in crate::yaml) fn date_at(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
    ) -> Option<Spanned<Date>> {
        self.read_at(map, key, "a day such as 2026-12-31", date)
    }

    /// The share of occurrences that is sent.
    pub(in crate::yaml) fn sample_at(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
    ) -> Option<Spanned<f64>> {
        self.read_at(
            map,
            key,
            "a share above 0 and up to 1, such as 0.1",
            |text| {
                text.parse()
                    .ok()
                    .filter(|&share| share > 0.0 && share <= 1.0)
            },
        )
    }

    /// A length of time such as `14d`.
    pub(in crate::yaml) fn window_at(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
    ) -> Option<Spanned<String>> {
        let what = "a number of minutes, hours, days or weeks, such as 14d";
        self.read_at(map, key, what, |text| {
            let count: u32 = text.strip_suffix(['m', 'h', 'd', 'w'])?.parse().ok()?;
            (count > 0).then(|| text.to_owned())
        })
    }

    /// Addresses of pages.
    pub(in crate::yaml) fn links_at(&mut self, map: &mut Map<'_>, key: &str) -> Vec<String> {
        let Some(node) = map.take(key) else {
            return Vec::new();
        };
        let links = self.distinct_texts(key, node);
        let is_link = |text: &str| {
            let rest = text
                .strip_prefix("https://")
                .or(text.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        };
        for link in links.iter().filter(|link| !is_link(&link.value)) {
            self.unfit(
                "an address such as https://example.com/design",
                key,
                link.span,
                &link.value,
            );
        }
        links.into_iter().map(|link| link.value).collect()
    }

    fn read_at<T>(
        &mut self,
        map: &mut Map<'_>,
        key: &str,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let node: &Node = map.take(key)?;
        let Spanned { value, span } = self.text(key, node)?;
        let read = read(&value);
        if read.is_none() {
            self.unfit(what, key, span, &value);
        }
        read.map(|value| Spanned { value, span })
    }

    fn unfit(&mut self, what: &str, key: &str, span: Span, text: &str) {
        let content = Content::Scalar {
            text: text.to_owned(),
            quoted: false,
        };
        self.expected(what, key, &Node { span, content });
    }
}

/// Reads a day as the plan language writes it, with all its digits: `2026-01-31`.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    (text.len() == "2026-12-31".len())
        .then(|| text.parse().ok())
        .flatten()
}
