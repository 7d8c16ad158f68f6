//! The payload of a flag as the plan has it: its fields, typed.

use std::time::Duration;

use serde_json::{Map, Value as Json};

/// The fields of a payload that is an object.
#[derive(Debug)]
pub struct Fields(Map<String, Json>);

/// What a field of a payload can be. What is left out counts as null.
pub trait Field: Sized {
    /// What it must be, in the plan's words.
    const EXPECTED: &'static str;

    /// The value, if the JSON is one.
    fn read(json: &Json) -> Option<Self>;
}

impl Fields {
    pub(super) fn parse(payload: &str) -> Result<Self, String> {
        match serde_json::from_str(payload) {
            Ok(Json::Object(fields)) => Ok(Self(fields)),
            _ => Err("it is no JSON object".to_owned()),
        }
    }

    fn json(&self, name: &str) -> &Json {
        self.0.get(name).unwrap_or(&Json::Null)
    }

    /// A field's value.
    ///
    /// # Errors
    ///
    /// It is missing or of another type.
    pub fn get<T: Field>(&self, name: &str) -> Result<T, String> {
        let json = self.json(name);
        T::read(json).ok_or_else(|| match json {
            Json::Null => format!("its field `{name}` is missing, {} by the plan", T::EXPECTED),
            _ => format!("its field `{name}` must be {}", T::EXPECTED),
        })
    }

    /// Holds the text in a field, or each text of its list, against the members of its enum.
    ///
    /// # Errors
    ///
    /// It is none of them.
    pub fn one_of(&self, name: &str, members: &[&str]) -> Result<(), String> {
        let json = self.json(name);
        let texts = json
            .as_array()
            .map_or(std::slice::from_ref(json), |items| items);
        let is_known = |text: &Json| text.as_str().is_none_or(|text| members.contains(&text));
        if texts.iter().all(is_known) {
            return Ok(());
        }
        Err(format!(
            "its field `{name}` must be one of {}",
            members.join(", ")
        ))
    }
}

impl Field for String {
    const EXPECTED: &'static str = "a string";

    fn read(json: &Json) -> Option<Self> {
        json.as_str().map(str::to_owned)
    }
}

impl Field for bool {
    const EXPECTED: &'static str = "a boolean";

    fn read(json: &Json) -> Option<Self> {
        json.as_bool()
    }
}

impl Field for i64 {
    const EXPECTED: &'static str = "an integer";

    fn read(json: &Json) -> Option<Self> {
        json.as_i64()
    }
}

impl Field for f64 {
    const EXPECTED: &'static str = "a number";

    fn read(json: &Json) -> Option<Self> {
        json.as_f64()
    }
}

impl Field for Duration {
    const EXPECTED: &'static str = "whole milliseconds";

    fn read(json: &Json) -> Option<Self> {
        json.as_u64().map(Self::from_millis)
    }
}

impl<T: Field> Field for Vec<T> {
    const EXPECTED: &'static str = "a list of the type that the plan says";

    fn read(json: &Json) -> Option<Self> {
        json.as_array()?.iter().map(T::read).collect()
    }
}

impl<T: Field> Field for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(json: &Json) -> Option<Self> {
        match json {
            Json::Null => Some(None),
            json => T::read(json).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(payload: &str) -> Fields {
        Fields::parse(payload).expect("an object")
    }

    #[test]
    fn fields_are_what_the_plan_says() {
        let fields = fields(
            r#"{"text":"Hi","on":true,"count":-2,"share":1,"wait_ms":1500,"tags":["a","b"],"none":null}"#,
        );
        assert_eq!(fields.get("text"), Ok("Hi".to_owned()));
        assert_eq!(fields.get("on"), Ok(true));
        assert_eq!(fields.get("count"), Ok(-2_i64));
        assert_eq!(fields.get("share"), Ok(1.0));
        assert_eq!(fields.get("wait_ms"), Ok(Duration::from_millis(1_500)));
        assert_eq!(fields.get("tags"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        for name in ["none", "left_out"] {
            assert_eq!(fields.get(name), Ok(None::<bool>));
        }
        assert_eq!(fields.get("on"), Ok(Some(true)));
        assert_eq!(fields.one_of("text", &["Ho", "Hi"]), Ok(()));
        assert_eq!(fields.one_of("tags", &["a", "b"]), Ok(()));
        assert_eq!(fields.one_of("none", &["a"]), Ok(()));
    }

    #[test]
    fn another_shape_says_what_is_wrong() {
        let fields = fields(r#"{"text":1,"count":1.5,"tags":["a",2],"wait_ms":-1}"#);
        let error = |outcome: Result<(), String>| outcome.expect_err("another shape");
        let says = |outcome, expected: &str| {
            let error = error(outcome);
            assert!(error.contains(expected), "{error}");
        };
        says(
            fields.get::<String>("text").map(drop),
            "`text` must be a string",
        );
        says(
            fields.get::<Option<String>>("text").map(drop),
            "`text` must be a string",
        );
        says(
            fields.get::<i64>("count").map(drop),
            "`count` must be an integer",
        );
        says(
            fields.get::<Vec<String>>("tags").map(drop),
            "`tags` must be a list",
        );
        says(
            fields.get::<Duration>("wait_ms").map(drop),
            "whole milliseconds",
        );
        says(
            fields.get::<bool>("left_out").map(drop),
            "`left_out` is missing, a boolean",
        );
        says(fields.one_of("tags", &["b"]), "one of b");
        for payload in ["", "[1]", "\"text\"", "null", "{"] {
            assert!(Fields::parse(payload).is_err(), "{payload}");
        }
    }
}
