use std::borrow::Cow;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration as StdDuration, SystemTime, UNIX_EPOCH};

use super::{
    Boolean, Datetime, Duration, Integer, Item, List, Member, Nullable, Number, Object, Optional,
    Personal, PlanEnum, PlanEnumOf, Private, Property, Structure, Text, ToText, Value,
};
use crate::record::{ObjectOf, Taker};

/// The value as a property of kind `K`, written out.
#[expect(
    clippy::needless_pass_by_value,
    reason = "every type is tried as it is"
)]
fn sent<K: ?Sized>(value: impl Property<K>) -> String {
    written(value.value())
}

fn written(value: Value<'_>) -> String {
    match value {
        Value::Absent => "absent".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) | Value::Time(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(value) => value.to_owned(),
        Value::Items(items) => {
            let mut all = Vec::new();
            items.each_item(&mut |item| all.push(written(item)));
            format!("[{}]", all.join(","))
        }
        Value::Object(object) => {
            let mut all = Vec::new();
            object.lend(Taker(&mut |values| {
                all.extend(values.iter().copied().map(written));
            }));
            format!("{{{}}}", all.join(","))
        }
        Value::Texts(texts) => {
            let mut all = Vec::new();
            texts.each_text(&mut |text| all.push(text.to_owned()));
            format!("[{}]", all.join(","))
        }
    }
}

struct Size(u8);

impl Object for Size {
    fn lend(&self, taker: Taker<'_>) {
        taker.values(&[Value::Uint(self.0.into()), Value::Absent]);
    }
}

impl ObjectOf<7> for Size {}

#[test]
fn objects_are_structs_or_options_of_them() {
    assert_eq!(sent::<Structure<7>>(Size(3)), "{3,absent}");
    assert_eq!(sent::<Structure<7>>(&Size(3)), "{3,absent}");
    assert_eq!(sent::<Optional<Structure<7>>>(Some(Size(3))), "{3,absent}");
    assert_eq!(sent::<Optional<Structure<7>>>(None::<Size>), "absent");
    assert_eq!(sent::<Nullable<Structure<7>>>(None::<Size>), "null");
    assert_eq!(
        sent::<Private<Structure<7>>>(Personal(Size(3))),
        "{3,absent}"
    );
}

struct TeamSlug(String);

impl ToText for TeamSlug {
    fn to_text(&self) -> &str {
        &self.0
    }
}

fn acme() -> TeamSlug {
    TeamSlug("acme".to_owned())
}

const FORMAT: u64 = 7;

/// With what `#[derive(PlanEnum)]` writes.
#[derive(Debug, PartialEq)]
enum Format {
    Csv,
    Json,
}

impl PlanEnum for Format {
    const ALL: &'static [Self] = &[Self::Csv, Self::Json];

    fn as_str(&self) -> &'static str {
        match *self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

impl PlanEnumOf<FORMAT> for Format {}

impl Item for Format {
    fn item(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

#[test]
fn text_is_whatever_reads_as_text() {
    let texts = [
        sent::<Text>("acme"),
        sent::<Text>(&&"acme"),
        sent::<Text>("acme".to_owned()),
        sent::<Text>(Cow::Borrowed("acme")),
        sent::<Text>(Box::<str>::from("acme")),
        sent::<Text>(Rc::<str>::from("acme")),
        sent::<Text>(Arc::new(acme())),
        sent::<Text>(&acme()),
        sent::<Optional<Text>>(Some(&acme())),
        sent::<Nullable<Text>>(acme()),
    ];
    assert_eq!(texts, ["acme"; 10]);
}

#[test]
fn numbers_keep_their_value() {
    assert_eq!(sent::<Integer>(i64::MIN), i64::MIN.to_string());
    assert_eq!(sent::<Integer>(u64::MAX), u64::MAX.to_string());
    assert_eq!(sent::<Integer>(-3_isize), "-3");
    assert_eq!(sent::<Integer>(&&mut 3_usize), "3");
    assert_eq!(sent::<Integer>(NonZero::<u32>::MIN), "1");
    assert_eq!(sent::<Number>(Box::new(7_u8)), "7");
    assert_eq!(sent::<Number>(0.1_f32), "0.1");
    assert_eq!(sent::<Number>(f32::INFINITY), "inf");
    assert_eq!(sent::<Number>(0.1_f64), "0.1");
    assert_eq!(sent::<Boolean>(&true), "true");
}

#[test]
fn times_are_whole_milliseconds() {
    let moment = UNIX_EPOCH + StdDuration::from_micros(1_500_999);
    let before = UNIX_EPOCH - StdDuration::from_secs(1);
    assert_eq!(sent::<Datetime>(moment), "1500");
    assert_eq!(sent::<Datetime>(before), "-1000");
    assert_eq!(sent::<Duration>(StdDuration::from_micros(2_999)), "2");
    assert_eq!(sent::<Duration>(StdDuration::MAX), u64::MAX.to_string());
    assert_eq!(sent::<Optional<Datetime>>(None::<SystemTime>), "absent");
}

#[test]
fn members_are_what_the_plan_calls_them() {
    assert_eq!(sent::<Member<FORMAT>>(Format::Csv), "csv");
    assert_eq!(sent::<Member<FORMAT>>(&Format::Json), "json");
    assert_eq!(sent::<Member<FORMAT>>(&&Box::new(Format::Json)), "json");
    assert_eq!(sent::<Optional<Member<FORMAT>>>(Some(&Format::Csv)), "csv");
    assert_eq!(sent::<Nullable<Member<FORMAT>>>(None::<Format>), "null");
    assert_eq!(Format::parse("json"), Some(&Format::Json));
    assert_eq!(Format::parse("JSON"), None);
}

#[test]
fn what_may_be_none_takes_the_plain_type_and_an_option() {
    assert_eq!(sent::<Optional<Integer>>(3), "3");
    assert_eq!(sent::<Optional<Integer>>(Some(3)), "3");
    assert_eq!(sent::<Optional<Integer>>(&Some(3)), "3");
    assert_eq!(sent::<Optional<Integer>>(None::<u8>), "absent");
    assert_eq!(sent::<Nullable<Boolean>>(false), "false");
    assert_eq!(sent::<Nullable<Boolean>>(None::<bool>), "null");
    assert_eq!(sent::<Nullable<Text>>(None::<&str>), "null");
    assert_eq!(sent::<Optional<Nullable<Number>>>(None::<f64>), "null");
    assert_eq!(sent::<Optional<Nullable<Number>>>(1.5), "1.5");
    assert_eq!(sent::<Optional<List<Integer>>>(None::<Vec<u8>>), "absent");
    assert_eq!(sent::<Optional<List<Integer>>>(Some(vec![1])), "[1]");
}

#[test]
fn lists_take_every_container_and_item() {
    assert_eq!(sent::<List<Integer>>(vec![1, 2]), "[1,2]");
    assert_eq!(sent::<List<Integer>>(&vec![&1, &2]), "[1,2]");
    assert_eq!(sent::<List<Number>>([1.5, 2.0]), "[1.5,2]");
    assert_eq!(sent::<List<Number>>(&[1_u8][..]), "[1]");
    assert_eq!(sent::<List<Text>>(["a", "b"]), "[a,b]");
    assert_eq!(sent::<List<Text>>(vec![acme()]), "[acme]");
    assert_eq!(sent::<List<Text>>(&["a".to_owned()][..]), "[a]");
    assert_eq!(sent::<List<Member<FORMAT>>>(Format::ALL), "[csv,json]");
    assert_eq!(sent::<List<Member<FORMAT>>>(vec![&Format::Csv]), "[csv]");
}
