//! Who acts.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use uuid::Uuid;

use crate::capture;

/// Somebody who acts: the person that an event is about.
///
/// ```
/// use std::borrow::Cow;
///
/// struct User { id: i64 }
/// impl trackplan::Actor for User {
///     fn distinct_id(&self) -> Cow<'_, str> {
///         Cow::Owned(format!("user_{}", self.id))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the `actor` of an event",
    label = "no distinct id",
    note = "implement `trackplan::Actor` for it, or give its id as text"
)]
pub trait Actor {
    /// PostHog's distinct id of the person: not blank, the same for ever, at most 200 characters. With a blank one
    /// the event belongs to nobody.
    fn distinct_id(&self) -> Cow<'_, str>;
}

impl Actor for str {
    fn distinct_id(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Actor for String {
    fn distinct_id(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl<T: Actor + ?Sized> Actor for &T {
    fn distinct_id(&self) -> Cow<'_, str> {
        (**self).distinct_id()
    }
}

macro_rules! see_through {
    ($($pointer:ty,)+) => { $(
        #[diagnostic::do_not_recommend]
        impl<T: Actor + ?Sized> Actor for $pointer {
            fn distinct_id(&self) -> Cow<'_, str> { (**self).distinct_id() }
        }
    )+ };
}

see_through! { &mut T, Box<T>, Rc<T>, Arc<T>, }

#[diagnostic::do_not_recommend]
impl<T: ToOwned + Actor + ?Sized> Actor for Cow<'_, T> {
    fn distinct_id(&self) -> Cow<'_, str> {
        (**self).distinct_id()
    }
}

/// Says that two distinct ids are one person (`$create_alias`): what was captured under `previous` belongs to `actor`
/// too.
///
/// It is for ids that only the server knows, such as that of an invitation, or of an account in a system that yours
/// replaces. A visitor of the browser becomes a person by `identify` of posthog-js. PostHog can't undo it, and refuses a
/// `previous` that is a person of their own already. Saying it again is not sent; with a blank id nothing is, which
/// [`Stats::nobody`](crate::Stats::nobody) counts.
///
/// ```
/// let sink = trackplan::testing::Sink::new();
/// trackplan::alias("invitation_7", "user_1");
/// assert_eq!(sink.one("$create_alias")["alias"], "user_1");
/// ```
pub fn alias(previous: &str, actor: impl Actor) -> Uuid {
    capture::alias(previous, &actor.distinct_id())
}
