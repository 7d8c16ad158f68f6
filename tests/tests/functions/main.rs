//! `#[tracked]` on functions of every shape: the function behaves as without it, and its event has its values.

mod drops;
mod expressions;

use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Debug};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use trackplan::testing::Sink;
use trackplan::tracked;

/// The numbers of rows that were exported, in order.
fn rows(sink: &Sink) -> Vec<u64> {
    let rows = |event: &trackplan::testing::CapturedEvent| event["row_count"].as_u64();
    sink.events().iter().filter_map(rows).collect()
}

/// Runs a future that is always ready.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the future waits"),
    }
}

struct Service {
    name: String,
}

impl Service {
    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
    fn by_reference(&self) -> &str {
        &self.name
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 2)]
    fn by_mutable_reference(&mut self) -> &mut String {
        &mut self.name
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = self.name.len())]
    fn by_value(self) -> String {
        self.name
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 4)]
    fn boxed(self: Box<Self>) -> String {
        self.name
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 5)]
    fn shared(self: Rc<Self>) -> Rc<Self> {
        self
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 6)]
    async fn across_threads(self: Arc<Self>) -> usize {
        self.name.len()
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 7)]
    fn pinned(self: Pin<&mut Self>) -> Pin<&mut Self> {
        self
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 8)]
    async fn pinned_in_time(self: Pin<&mut Self>) -> usize {
        self.name.len()
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 9)]
    fn new() -> Self {
        let name = "name".to_owned();
        Self { name }
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = Self::ROWS)]
    fn with_self_in_a_value() {}

    const ROWS: u8 = 10;

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = self.name.len())]
    async fn longer<'a>(&'a self, other: &'a str, least: &str) -> &'a str {
        let name = if self.name.len() < other.len() {
            other
        } else {
            &self.name
        };
        if name < least { "" } else { name }
    }

    #[tracked("pr_list_exported", on = Ok(rows), format = "csv", has_filters = false, row_count = rows + added.len())]
    async fn lend<'a>(&'a mut self, added: String, names: &mut Vec<&'a str>) -> Result<usize, ()> {
        self.name.push_str(&added);
        names.push(&self.name);
        Ok(names.len())
    }
}

#[test]
fn every_receiver_works() {
    let sink = Sink::new();
    let mut service = Service::new();
    assert_eq!(service.by_reference(), "name");
    service.by_mutable_reference().truncate(3);
    assert_eq!(Service::new().by_value(), "name");
    assert_eq!(Box::new(Service::new()).boxed(), "name");
    assert_eq!(Rc::new(Service::new()).shared().name, "name");
    assert_eq!(ready(Arc::new(Service::new()).across_threads()), 4);
    assert_eq!(Pin::new(&mut service).pinned().name, "nam");
    assert_eq!(ready(Pin::new(&mut service).pinned_in_time()), 3);
    Service::with_self_in_a_value();
    assert_eq!(rows(&sink), [9, 1, 2, 9, 4, 9, 4, 9, 5, 9, 6, 7, 8, 10]);
    assert_eq!(ready(service.longer("other", "n")), "other");
    let mut names = vec![];
    assert_eq!(ready(service.lend("ed".into(), &mut names)), Ok(1));
    assert_eq!(names, ["named"]);
    assert_eq!(rows(&sink)[14..], [3, 3]);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = N)]
fn generic<'a, T, const N: usize>(items: &'a [T; N], pick: impl Fn(&T) -> bool) -> Option<&'a T>
where
    T: Debug + 'a,
{
    items.iter().find(|item| pick(item))
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = limit)]
fn opaque(limit: u64) -> impl Iterator<Item = u64> + Clone {
    0..limit
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = limit)]
async fn opaque_in_time(limit: u64) -> impl Iterator<Item = u64> + Clone {
    0..limit
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 2)]
async fn generic_in_time<T: Clone>(item: T, show: impl Fn(&T) -> String) -> String {
    show(&item)
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 3)]
fn reborrowed<'a>(names: &'a mut Vec<String>, other: &mut Vec<String>) -> &'a mut String {
    names.append(other);
    if names.is_empty() {
        names.push(String::new());
    }
    &mut names[0]
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 4)]
async fn reborrowed_in_time<'a>(names: &'a mut [String]) -> &'a mut str {
    &mut names[0]
}

#[test]
fn generics_opaque_types_and_borrows_work() {
    let sink = Sink::new();
    assert_eq!(generic(&[1, 2, 3], |item| *item > 1), Some(&2));
    assert_eq!(opaque(5).clone().sum::<u64>(), 10);
    assert_eq!(ready(opaque_in_time(6)).count(), 6);
    assert_eq!(ready(generic_in_time(7, ToString::to_string)), "7");
    let mut names = vec!["a".to_owned()];
    reborrowed(&mut names, &mut vec!["b".to_owned()]).push('!');
    ready(reborrowed_in_time(&mut names)).make_ascii_uppercase();
    assert_eq!(names, ["A!", "b"]);
    assert_eq!(rows(&sink), [3, 5, 6, 2, 3, 4]);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
fn opaque_or_not(limit: &str) -> Result<impl Iterator<Item = u64>, Box<dyn Error>> {
    let limit = limit.parse::<u64>()?;
    if limit > 9 {
        return Err(Box::new(fmt::Error));
    }
    Ok(0..limit)
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 2)]
async fn opaque_or_not_in_time(limit: String) -> Result<impl Iterator<Item = u64>, Box<dyn Error>> {
    let limit = limit.parse::<u64>()?;
    if limit > 9 {
        return Err(Box::new(fmt::Error));
    }
    Ok(0..limit)
}

#[test]
fn errors_beside_opaque_types_are_converted() {
    let sink = Sink::new();
    assert!(opaque_or_not("ten").is_err());
    assert!(opaque_or_not("10").is_err());
    assert_eq!(opaque_or_not("3").expect("a number").sum::<u64>(), 3);
    assert!(ready(opaque_or_not_in_time("ten".into())).is_err());
    assert!(ready(opaque_or_not_in_time("10".into())).is_err());
    assert!(ready(opaque_or_not_in_time("3".into())).is_ok());
    assert_eq!(rows(&sink), [1, 2]);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = rows)]
async fn configured(rows: u64, #[cfg(false)] more: u64) -> u64 {
    rows
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 2)]
#[tokio::main(flavor = "current_thread")]
async fn program() -> u64 {
    2
}

#[test]
fn arguments_that_are_left_out_and_attributes_that_look_for_the_async_work() {
    let sink = Sink::new();
    assert_eq!(ready(configured(1)), 1);
    assert_eq!(program(), 2);
    assert_eq!(rows(&sink), [1, 2]);
}

#[derive(Debug, PartialEq)]
struct Broken(String);

impl From<std::num::ParseIntError> for Broken {
    fn from(error: std::num::ParseIntError) -> Self {
        Self(error.to_string())
    }
}

#[tracked("pr_list_exported", on = Ok(rows), when = *rows != 1, format = "csv", has_filters = false, row_count = rows)]
fn early(text: &str) -> Result<u64, Broken> {
    let rows = text.parse::<u64>()?;
    if rows == 0 {
        return Err(Broken(text.into()));
    }
    if rows > 5 {
        return Ok(5);
    }
    Ok(rows)
}

#[tracked("pr_list_exported", on = Ok(rows), format = "csv", has_filters = false, row_count = rows)]
async fn early_in_time(text: String) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let rows = text.parse::<u64>()?;
    if rows == 0 {
        return Err("nothing".into());
    }
    Ok(rows)
}

#[tracked("pr_list_exported", on = Some(rows), format = "csv", has_filters = false, row_count = rows)]
fn maybe(rows: Option<u64>) -> Option<u64> {
    Some(rows? + 1)
}

#[derive(Clone, Copy)]
enum Outcome {
    Done { rows: u64 },
    Partly(u64),
    Skipped,
}

#[tracked(
    "pr_list_exported",
    on = Outcome::Done { rows } | Outcome::Partly(rows),
    format = "csv",
    has_filters = false,
    row_count = rows,
)]
fn of_any_enum(outcome: Outcome) -> Outcome {
    outcome
}

#[tracked("pr_list_exported", on = Err(Broken(reason)), format = "json", has_filters = false, row_count = reason.len())]
fn failing(reason: &str) -> Result<Infallible, Broken> {
    Err(Broken(reason.to_owned()))
}

#[test]
fn early_returns_and_patterns_decide_what_is_captured() {
    let sink = Sink::new();
    assert!(early("x").is_err());
    assert!(early("0").is_err());
    assert_eq!(early("1"), Ok(1));
    assert_eq!(early("2"), Ok(2));
    assert_eq!(early("9"), Ok(5));
    assert!(ready(early_in_time("x".into())).is_err());
    assert!(ready(early_in_time("0".into())).is_err());
    assert!(ready(early_in_time("3".into())).is_ok());
    assert_eq!((maybe(None), maybe(Some(3))), (None, Some(4)));
    of_any_enum(Outcome::Skipped);
    of_any_enum(Outcome::Done { rows: 6 });
    of_any_enum(Outcome::Partly(7));
    assert_eq!(failing("why"), Err(Broken("why".to_owned())));
    assert_eq!(rows(&sink), [2, 5, 3, 4, 6, 7, 3]);
}

trait Exporter {
    fn export(&self, rows: u64) -> u64;
    async fn export_in_time(&self, rows: u64) -> Result<u64, Broken>;
    async fn consume(self, rows: u64) -> Result<u64, Broken>;

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 4)]
    async fn export_by_default(&self) -> u64 {
        self.export(9)
    }
}

impl Exporter for Service {
    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = rows)]
    fn export(&self, rows: u64) -> u64 {
        rows
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = rows)]
    async fn export_in_time(&self, rows: u64) -> Result<u64, Broken> {
        Ok(rows)
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = rows)]
    async fn consume(self, rows: u64) -> Result<u64, Broken> {
        Ok(rows)
    }
}

#[test]
fn methods_of_traits_work() {
    let sink = Sink::new();
    let service = Service {
        name: String::new(),
    };
    service.export(1);
    assert_eq!(ready(service.export_in_time(2)), Ok(2));
    ready(service.export_by_default());
    assert_eq!(ready(service.consume(3)), Ok(3));
    assert_eq!(rows(&sink), [1, 2, 9, 4, 3]);
}

/// Futures of handlers go to other threads.
#[test]
fn futures_stay_send_and_static() {
    fn accepts(_: impl Future + Send + 'static) {}
    accepts(early_in_time(String::new()));
    accepts(generic_in_time(1, ToString::to_string));
    accepts(Arc::new(Service::new()).across_threads());
}

/// What an attribute on a function must leave as it is.
mod outer {
    use super::tracked;

    /// Adds.
    #[must_use]
    #[inline]
    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = left)]
    pub(super) extern "C" fn add(left: u64, mut right: u64, _: u64) -> u64 {
        right += left;
        right
    }

    #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = *(left as &u64))]
    pub(super) fn patterns((left, _): (&u64, u64), [first, .., last]: [u64; 4]) -> u64 {
        left + first + last
    }
}

#[test]
fn qualifiers_and_patterns_in_arguments_stay() {
    let sink = Sink::new();
    let add: extern "C" fn(u64, u64, u64) -> u64 = outer::add;
    assert_eq!(add(1, 2, 3), 3);
    assert_eq!(outer::patterns((&1, 0), [1, 2, 3, 4]), 6);
    assert_eq!(rows(&sink), [1, 1]);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
async fn cancelled() {
    std::future::pending::<()>().await;
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
fn panicking() {
    panic!("as it must");
}

#[test]
fn a_cancelled_future_and_a_panic_capture_nothing() {
    let sink = Sink::new();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut future = Box::pin(cancelled());
    assert!(future.as_mut().poll(&mut context).is_pending());
    drop(future);
    assert!(std::panic::catch_unwind(panicking).is_err());
    assert_eq!(rows(&sink), [0; 0]);
}

macro_rules! handlers {
    ($($name:ident = $rows:expr),*) => { $(
        #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = $rows)]
        fn $name() -> u64 { $rows }
    )* };
}

handlers! { first = 1 + 1, second = 3 }

macro_rules! fragments {
    ($visibility:vis $name:ident -> $returned:ty, $body:block) => {
        #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 4)]
        $visibility fn $name() -> $returned $body
    };
    ($function:item) => {
        #[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 5)]
        $function
    };
}

fragments! { pub(crate) third -> Result<u8, ()>, { Err(()) } }
fragments! { fn fourth() -> u8 { 0 } }

#[test]
fn functions_made_by_a_macro_work() {
    let sink = Sink::new();
    assert_eq!((first(), second()), (2, 3));
    assert_eq!((third(), fourth()), (Err(()), 0));
    assert_eq!(rows(&sink), [2, 3, 5]);
}

#[tracked("pr_list_exported", on = _, when = { if text.is_empty() { return Ok(0) } true }, format = "csv", has_filters = false, row_count = 6)]
async fn leaving(text: String) -> Result<u64, Broken> {
    Ok(text.parse()?)
}

#[test]
fn a_guard_may_return_from_an_async_function() {
    let sink = Sink::new();
    assert_eq!(ready(leaving(String::new())), Ok(0));
    assert_eq!(ready(leaving("7".into())), Ok(7));
    assert_eq!(rows(&sink), [6]);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
fn with_an_inner_attribute() -> u64 {
    #![expect(unused_variables, reason = "the attribute is what is tested")]
    //! Of the function.
    let unused = 0;
    1
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 2)]
async fn with_an_inner_attribute_in_time(rows: u64) -> u64 {
    #![expect(unused_variables, reason = "the attribute is what is tested")]
    let unused = 0;
    rows
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 3)]
#[expect(unused_variables, reason = "the attribute is what is tested")]
async fn with_an_expectation(rows: Vec<u64>) {}

#[test]
fn attributes_about_lints_hold_for_the_function() {
    let sink = Sink::new();
    assert_eq!(with_an_inner_attribute(), 1);
    assert_eq!(ready(with_an_inner_attribute_in_time(2)), 2);
    ready(with_an_expectation(vec![]));
    assert_eq!(rows(&sink), [1, 2, 3]);
}

#[expect(non_camel_case_types, reason = "its name is what is tested")]
struct point {
    left: u64,
    right: u64,
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = left + right)]
async fn of_a_lower_case_struct(point { left, right }: point) -> u64 {
    left + right
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = *rows)]
async fn borrowed_by_its_pattern((ref mut rows,): (u64,)) -> u64 {
    *rows += 1;
    *rows
}

#[rustfmt::skip]
#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 5)]
async fn without_spaces<T:IntoIterator>(rows:<T as IntoIterator>::Item,_more:*const T)-><T as IntoIterator>::Item{rows}

#[test]
fn bindings_of_unusual_arguments_are_told_apart() {
    let sink = Sink::new();
    let point = point { left: 1, right: 2 };
    assert_eq!(ready(of_a_lower_case_struct(point)), 3);
    assert_eq!(ready(borrowed_by_its_pattern((3,))), 4);
    let none = std::ptr::null();
    assert_eq!(ready(without_spaces::<Vec<u64>>(6, none)), 6);
    assert_eq!(rows(&sink), [3, 3, 5]);
}

#[tracked("pr_list_exported", on = Ok(rows), format = "csv", has_filters = false, row_count = rows + name.len())]
async fn receiving(
    name: String,
    mut rows: Vec<usize>,
    more: std::sync::mpsc::Receiver<usize>,
) -> Result<usize, ()> {
    rows.extend(more.try_iter());
    std::future::ready(()).await;
    rows.extend(more.try_iter());
    Ok(rows.len() + name.len())
}

/// A receiver may go to another thread, but no borrow of it may.
#[test]
fn a_future_that_borrows_one_argument_owns_the_others() {
    fn send<T: Send>(future: T) -> T {
        future
    }
    let sink = Sink::new();
    let (sender, more) = std::sync::mpsc::channel();
    sender.send(2).expect("received");
    assert_eq!(ready(send(receiving("abc".into(), vec![1], more))), Ok(5));
    assert_eq!(rows(&sink), [8]);
}
