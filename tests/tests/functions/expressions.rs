//! When the expressions of `#[tracked]` are evaluated: those that use a binding of `on` after the body, all others before
//! it.

use trackplan::testing::Sink;
use trackplan::tracked;

use crate::{ready, rows};

#[tracked("pr_list_exported", when = filter.is_some(), format = "csv", has_filters = true, row_count = 1)]
fn guarded(filter: Option<String>) -> Option<String> {
    filter
}

#[tracked("pr_list_exported", on = Some(_), when = filter.is_some(), format = "csv", has_filters = true, row_count = 2)]
async fn guarded_in_time(filter: Option<String>) -> Option<String> {
    filter
}

#[test]
fn a_guard_without_a_binding_may_use_what_the_body_moves() {
    let sink = Sink::new();
    assert!(guarded(None).is_none());
    assert!(guarded(Some(String::new())).is_some());
    assert!(ready(guarded_in_time(None)).is_none());
    assert!(ready(guarded_in_time(Some(String::new()))).is_some());
    assert_eq!(rows(&sink), [1, 2]);
}

#[tracked("pr_list_exported", on = Ok(end), format = "csv", has_filters = true, row_count = (3..end.pow(2)).count())]
fn range(text: &str) -> Result<usize, std::num::ParseIntError> {
    text.parse()
}

#[test]
fn a_binding_may_be_the_end_of_a_range() {
    let sink = Sink::new();
    assert_eq!(range("3"), Ok(3));
    assert_eq!(rows(&sink), [6]);
}

#[tracked("pr_list_exported", on = Some(row), format = "csv", has_filters = row.is_empty(), row_count = format!("{rows}!").len())]
fn text(rows: String) -> Option<String> {
    let row = rows;
    Some(row)
}

#[test]
fn a_name_in_a_format_string_is_more_than_its_beginning() {
    let sink = Sink::new();
    assert_eq!(text("ten".to_owned()).as_deref(), Some("ten"));
    assert_eq!(rows(&sink), [4]);
}

macro_rules! parsers {
    ($($name:ident($value:expr) -> $ty:ty;)*) => { $(
        #[tracked("pr_list_exported", format = $value, has_filters = $value == "csv", row_count = 3)]
        fn $name(rows: &str) -> $ty {
            rows.parse()
        }
    )* };
}

parsers! { of_a_macro("csv") -> Result<u8, std::num::ParseIntError>; }

#[test]
fn types_and_literals_that_a_macro_hands_on_are_what_they_are() {
    let sink = Sink::new();
    assert!(of_a_macro("x").is_err());
    assert_eq!(of_a_macro("7"), Ok(7));
    assert_eq!(rows(&sink), [3]);
}

async fn length(text: &str) -> usize {
    text.len()
}

#[tracked("pr_list_exported", format = "csv", has_filters = true, row_count = length(&text).await)]
#[tracked("pr_list_exported", on = Ok(rows), format = "csv", has_filters = true, row_count = length(rows).await)]
async fn awaited(text: String) -> Result<String, ()> {
    Ok(text + "!")
}

#[tracked("pr_list_exported", format = "csv", has_filters = true, row_count = rows.parse::<u8>()?)]
async fn parsed(rows: String) -> Result<(), std::num::ParseIntError> {
    Ok(())
}

#[test]
fn an_expression_may_await_and_return_where_the_function_may() {
    let sink = Sink::new();
    assert_eq!(ready(awaited("1234".to_owned())).as_deref(), Ok("1234!"));
    assert!(ready(parsed("many".to_owned())).is_err());
    assert!(ready(parsed("7".to_owned())).is_ok());
    assert_eq!(rows(&sink), [4, 5, 7]);
}

#[tracked("pr_list_exported", on = Ok(more), format = "csv", has_filters = true, row_count = names.len() + more)]
fn lent(names: Vec<String>) -> Result<usize, ()> {
    Ok(names.concat().len())
}

#[tracked("pr_list_exported", on = Ok(team), actor = &user, groups(team = team), format = "csv", has_filters = true, row_count = 1)]
async fn lent_in_time(user: String, team: String) -> Result<String, ()> {
    length(&user).await;
    Ok(team)
}

#[test]
fn an_argument_that_the_body_only_borrows_may_be_used_beside_a_binding() {
    let sink = Sink::new();
    assert_eq!(lent(vec!["one".to_owned()]), Ok(3));
    assert!(ready(lent_in_time("user_1".to_owned(), "acme".to_owned())).is_ok());
    assert_eq!(rows(&sink), [4, 1]);
    assert_eq!(sink.events()[1].distinct_id, "user_1");
}
