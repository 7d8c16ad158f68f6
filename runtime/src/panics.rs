//! Futures that may panic, and go on living beside those that don't.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Code panicked. What it said stays inside.
pub struct Panicked(Box<dyn Any + Send>);

impl Panicked {
    /// Goes on panicking, as if nobody had caught it.
    pub fn resume(self) -> ! {
        resume_unwind(self.0)
    }
}

impl fmt::Debug for Panicked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Panicked")
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the code panicked")
    }
}

impl std::error::Error for Panicked {}

/// Runs a function and stops its panic. What it leaves half done is its caller's: nothing of it is used again here.
pub(crate) fn caught<R>(run: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(run)).map_err(Panicked)
}

/// Polls a future and stops its panic. After one it must not be polled again.
pub(crate) fn poll_caught<F: Future>(
    future: Pin<&mut F>,
    task: &mut Context<'_>,
) -> Poll<Result<F::Output, Panicked>> {
    match caught(|| future.poll(task)) {
        Ok(poll) => poll.map(Ok),
        Err(panicked) => Poll::Ready(Err(panicked)),
    }
}
