//! Events that a page's elements declare.

use std::fmt::{self, Display, Formatter};

use serde_json::{Map, Value as Json};

use crate::description;
use crate::payload::{Payload, Reader};
use crate::render;
use crate::value::Value;

/// HTML attributes that declare an event, as [`track_attrs!`](crate::track_attrs) gives them: `data-track="…" …`.
///
/// They are escaped already, so print them into a tag as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes(String);

impl Display for Attributes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Attributes {
    fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(name);
        self.0.push_str("=\"");
        for letter in value.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
    }
}

/// The attributes of an event, described as for a capture. Texts have an attribute each; what else there is shares the
/// JSON in `data-track-props`, for an attribute can only be a text.
pub fn attributes(
    event: &'static str,
    groups: &[(&'static str, &str)],
    values: &[Value<'_>],
) -> Attributes {
    let name: String = serde_json::from_str(description::name(event)).unwrap_or_default();
    let scope = description::scope(event);
    let mut json = b"{".to_vec();
    for (group, key) in groups {
        let group = format!("{}:", Json::from(*group));
        if let Some(property) = scope.strip_prefix(&group) {
            json.extend_from_slice(property.as_bytes());
            render::string(&mut json, key);
        }
    }
    Payload::lend(|payload| {
        payload.values(values);
        render::properties(&mut json, event, &mut Reader(payload.as_bytes()));
    });
    json.push(b'}');
    let properties: Map<String, Json> = serde_json::from_slice(&json).unwrap_or_default();

    let mut attributes = Attributes::default();
    attributes.push("data-track", &name);
    let mut rest = Map::new();
    for (property, value) in properties {
        match value {
            Json::String(text) if fits_attribute(&property) => {
                attributes.push(&format!("data-track-{}", property.replace('_', "-")), &text);
            }
            value => _ = rest.insert(property, value),
        }
    }
    if !rest.is_empty() {
        attributes.push("data-track-props", &Json::Object(rest).to_string());
    }
    attributes
}

/// Whether the listener reads the property's name back from an attribute's: HTML knows no capitals, and some names are
/// the listener's own.
fn fits_attribute(property: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    property.bytes().all(is_plain) && !matches!(property, "props" | "on" | "once")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(event: &'static str, values: &[Value<'_>]) -> String {
        attributes(event, &[("team", "<R&D>")], values).to_string()
    }

    #[test]
    fn nothing_ends_the_attribute_or_the_tag() {
        let hostile = Value::Text("\"><script>alert('&quot;')</script>");
        assert_eq!(
            rendered("\"e\"\n\n\"a_b\":", &[hostile]),
            "data-track=\"e\" data-track-a-b=\"&quot;&gt;&lt;script&gt;alert(&#39;&amp;quot;&#39;)&lt;/script&gt;\""
        );
        assert_eq!(
            rendered("\"e\"\n\n\"a\":", &[Value::Texts(&["'\"<"])]),
            r#"data-track="e" data-track-props="{&quot;a&quot;:[&quot;&#39;\&quot;&lt;&quot;]}""#
        );
    }

    #[test]
    fn what_is_no_text_keeps_its_type() {
        let event = "!\"e\"\n\n=\"a\":7\n\"b\":\n\"c\":\n\"d\":\n\"f\":\n=\"g\":\"x\"";
        let values = [
            Value::Bool(true),
            Value::Null,
            Value::Absent,
            Value::Time(0),
        ];
        assert_eq!(
            rendered(event, &values),
            "data-track=\"e\" data-track-f=\"1970-01-01T00:00:00.000Z\" data-track-g=\"x\" \
             data-track-props=\"{&quot;a&quot;:7,&quot;b&quot;:true,&quot;c&quot;:null}\""
        );
    }

    #[test]
    fn the_key_of_the_scope_is_a_property() {
        assert_eq!(
            rendered("\"e\"\n\"team\":\"team_slug\":\n=\"z\":\"x\"", &[]),
            r#"data-track="e" data-track-team-slug="&lt;R&amp;D&gt;" data-track-z="x""#
        );
    }

    #[test]
    fn names_that_an_attribute_can_not_carry_are_in_the_json() {
        assert_eq!(
            rendered("\"e\"\n\n=\"aB\":\"y\"\n=\"on\":\"x\"", &[]),
            r#"data-track="e" data-track-props="{&quot;aB&quot;:&quot;y&quot;,&quot;on&quot;:&quot;x&quot;}""#
        );
    }
}
