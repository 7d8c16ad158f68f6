//! A tracked function drops what it was given when and in the order in which the plain function does.

use std::cell::RefCell;
use std::rc::Rc;

use trackplan::tracked;

use crate::ready;

/// What was dropped, in order.
type Dropped = Rc<RefCell<Vec<&'static str>>>;

/// Says when it is dropped.
struct Permit(&'static str, Dropped);

impl Drop for Permit {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// What is dropped by the end of a call that is given three permits.
fn dropped(call: impl FnOnce(Permit, Permit, Permit)) -> Vec<&'static str> {
    let dropped = Dropped::default();
    let permit = |name| Permit(name, Rc::clone(&dropped));
    call(permit("first"), permit("second"), permit("third"));
    dropped.take()
}

#[tracked("pr_list_exported", on = _, format = "csv", has_filters = false, row_count = 1)]
async fn unnamed(_: Permit, dropped: Dropped) -> bool {
    dropped.borrow().is_empty()
}

#[test]
fn arguments_without_a_name_live_as_long_as_the_future() {
    let dropped = Dropped::default();
    let permit = Permit("unnamed", Rc::clone(&dropped));
    assert!(ready(unnamed(permit, Rc::clone(&dropped))));
    assert_eq!(dropped.take(), ["unnamed"]);
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
fn plain(first: Permit, _second: Permit, third: Permit) -> [&'static str; 2] {
    [first.0, third.0]
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
async fn in_time(first: Permit, (_second, third): (Permit, Permit)) -> [&'static str; 2] {
    [first.0, third.0]
}

#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
async fn waiting(first: &Permit, _second: Permit, third: Permit) {
    std::future::pending::<()>().await;
    drop((first, third));
}

#[must_use]
#[tracked("pr_list_exported", format = "csv", has_filters = false, row_count = 1)]
async fn as_async_fn(first: Permit, _second: Permit, third: Permit) -> [&'static str; 2] {
    [first.0, third.0]
}

#[tracked("pr_list_exported", on = Ok(rows), format = "csv", has_filters = false, row_count = rows + first.0.len())]
async fn borrowing(first: Permit, _second: Permit, third: Permit) -> Result<usize, ()> {
    Ok(third.0.len())
}

#[test]
fn the_last_argument_is_dropped_first() {
    let last_first = ["third", "second", "first"];
    assert_eq!(dropped(|a, b, c| _ = plain(a, b, c)), last_first);
    assert_eq!(dropped(|a, b, c| _ = ready(in_time(a, (b, c)))), last_first);
    assert_eq!(
        dropped(|a, b, c| _ = ready(as_async_fn(a, b, c))),
        last_first
    );
    let borrowed = dropped(|a, b, c| assert_eq!(ready(borrowing(a, b, c)), Ok(5)));
    assert_eq!(borrowed, last_first);
    let cancelled = dropped(|a, b, c| {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let future = std::pin::pin!(waiting(&a, b, c));
        assert!(future.poll(&mut context).is_pending());
    });
    assert_eq!(cancelled, last_first);
}
