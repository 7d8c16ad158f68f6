//! Whom events are about when the call does not say: the request's context.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

use tokio::task::futures::TaskLocalFuture;

use crate::flags::Snapshot;
use crate::{Actor, ToText, current};

/// A future with its context.
pub(crate) type InContext<F> = TaskLocalFuture<RefCell<Context>, F>;

tokio::task_local! {
    static CURRENT: RefCell<Context>;
}

/// The actor, the groups and the session of the events that are captured inside it.
///
/// A call's own `actor` or `groups(…)` come first; what it leaves out comes from the innermost context. Without a
/// context such an event belongs to nobody: it gets an id of its own and no person profile. With the feature `tower`,
/// `RequestLayer` opens a context for each request.
///
/// ```
/// use trackplan::Context;
///
/// let context = Context::new().actor("user_1").group("team", "acme");
/// context.enter(|| {
///     // Events captured here are about user_1 and the team acme.
/// });
/// ```
///
/// A context holds for one task: it does not leak into others, and a spawned task does not inherit it. Hand it on
/// with `tokio::spawn(Context::carry(future))`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    actor: Option<String>,
    visitor: Option<String>,
    groups: Vec<(Cow<'static, str>, String)>,
    session: Option<String>,
    is_opted_out: bool,
    /// What was asked last in this context.
    flags: Option<Arc<Snapshot>>,
}

impl Context {
    /// A context that knows nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            actor: None,
            visitor: None,
            groups: Vec::new(),
            session: None,
            is_opted_out: false,
            flags: None,
        }
    }

    /// Sets whom the events are about.
    #[must_use]
    pub fn actor(mut self, actor: impl Actor) -> Self {
        self.actor = Some(actor.distinct_id().into_owned());
        self
    }

    /// Sets the id that a browser gave to a visitor who is not signed in. It counts only while there is no
    /// [`actor`](Self::actor), and such events get no person profile.
    #[must_use]
    pub fn visitor(mut self, id: impl Into<String>) -> Self {
        self.visitor = Some(id.into());
        self
    }

    /// Sets the session of posthog-js, `$session_id` of the events, which ties them to its recording.
    #[must_use]
    pub fn session(mut self, id: impl Into<String>) -> Self {
        self.session = Some(id.into());
        self
    }

    /// Honours that the person does not want to be tracked: events that are captured inside are dropped, and counted
    /// as [`opted_out`](crate::Stats::opted_out).
    #[must_use]
    pub fn opted_out(mut self, is_opted_out: bool) -> Self {
        self.is_opted_out = is_opted_out;
        self
    }

    /// Adds a group, or changes its key: `group("team", &team.slug)`.
    #[must_use]
    pub fn group(mut self, group: impl Into<Cow<'static, str>>, key: impl ToText) -> Self {
        let group = group.into();
        self.groups.retain(|(other, _)| *other != group);
        self.groups.push((group, key.to_text().to_owned()));
        self
    }

    /// The innermost context of this task, empty outside of any.
    #[must_use]
    pub fn current() -> Self {
        Self::with_current(Self::clone)
    }

    /// Runs a future inside this context.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        self.around(future)
    }

    /// [`scope`](Self::scope) with a future that has a name.
    pub(crate) fn around<F: Future>(self, future: F) -> InContext<F> {
        CURRENT.scope(RefCell::new(self), future)
    }

    /// Hands what holds here on to another task: this context, and the client or testing sink of the scope.
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// use trackplan::Context;
    ///
    /// # runtime.block_on(Context::new().actor("user_1").scope(async {
    /// let task = tokio::spawn(Context::carry(async { Context::current() }));
    /// assert_eq!(task.await.unwrap(), Context::new().actor("user_1"));
    /// # }));
    /// ```
    pub fn carry<F: Future>(future: F) -> impl Future<Output = F::Output> {
        current::carry(Self::current().scope(future))
    }

    /// Runs a function inside this context.
    pub fn enter<R>(self, run: impl FnOnce() -> R) -> R {
        CURRENT.sync_scope(RefCell::new(self), run)
    }

    /// Changes the innermost context from inside it, for what is known only later: a sign-in that succeeded, a team
    /// that an extractor has loaded. Returns false, and changes nothing, outside of any context.
    ///
    /// ```
    /// use trackplan::Context;
    ///
    /// Context::new().enter(|| {
    ///     Context::update(|context| context.actor("user_1"));
    ///     assert_eq!(Context::current(), Context::new().actor("user_1"));
    /// });
    /// ```
    pub fn update(change: impl FnOnce(Self) -> Self) -> bool {
        let changed = change(Self::current());
        CURRENT.try_with(|current| current.replace(changed)).is_ok()
    }

    pub(crate) fn with_current<R>(mut read: impl FnMut(&Self) -> R) -> R {
        const NOBODY: Context = Context::new();
        CURRENT
            .try_with(|current| read(&current.borrow()))
            .unwrap_or_else(|_| read(&NOBODY))
    }

    pub(crate) fn actor_id(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    pub(crate) fn visitor_id(&self) -> Option<&str> {
        self.visitor.as_deref()
    }

    pub(crate) fn session_id(&self) -> Option<&str> {
        self.session.as_deref()
    }

    pub(crate) fn is_opted_out(&self) -> bool {
        self.is_opted_out
    }

    pub(crate) fn flags(&self) -> Option<&Arc<Snapshot>> {
        self.flags.as_ref()
    }

    /// Keeps the flags of the innermost context, so that a request sees the same ones from then on.
    pub(crate) fn keep_flags(flags: Arc<Snapshot>) {
        // Outside of any context nobody keeps them.
        _ = CURRENT.try_with(|current| current.borrow_mut().flags = Some(flags));
    }

    pub(crate) fn group_keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.groups
            .iter()
            .map(|(group, key)| (&**group, key.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_context_holds_and_the_outer_one_comes_back() {
        let outer = Context::new().actor("outer").group("team", "acme");
        outer.clone().enter(|| {
            let inner = Context::current().actor("inner").group("team", "emca");
            inner
                .clone()
                .enter(|| assert_eq!(Context::current(), inner));
            assert_eq!(Context::current(), outer);
        });
        assert_eq!(Context::current(), Context::new());
    }

    #[test]
    fn an_update_holds_until_the_scope_ends() {
        assert!(!Context::update(|context| context.actor("nobody")));
        Context::new().enter(|| {
            assert!(Context::update(|context| context.actor("user_1")));
            assert!(Context::update(|context| context.group("team", "acme")));
            let expected = Context::new().actor("user_1").group("team", "acme");
            assert_eq!(Context::current(), expected);
        });
        assert_eq!(Context::current(), Context::new());
    }

    #[tokio::test]
    async fn tasks_that_interleave_keep_their_own() {
        let task = |actor: &'static str| {
            tokio::spawn(Context::new().actor(actor).scope(async move {
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                    assert_eq!(Context::current(), Context::new().actor(actor));
                }
                tokio::spawn(async { Context::current() }).await
            }))
        };
        let (first, second) = (task("user_1"), task("user_2"));
        for spawned in [first.await, second.await] {
            let inherited = spawned.expect("no panic").expect("no panic");
            assert_eq!(inherited, Context::new());
        }
    }
}
