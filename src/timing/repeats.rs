//! Finds queries that run many times within one tracked operation.
//!
//! A scope belongs to its future, and is this thread's while the future is polled: no lock, and
//! one read of a thread-local for a call outside of any scope.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;

use super::settings;
use super::timer::Timer;
use crate::info::QueryInfo;

thread_local! {
    /// The scope of the future that this thread polls.
    static CURRENT: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

/// The calls of one tracked operation.
struct Scope {
    operation: &'static str,
    threshold: u32,
    calls: Vec<(&'static Timer, u32)>,
}

/// Counts a call for the scope that is polled, if there is one.
#[inline]
pub(super) fn count(timer: &'static Timer) {
    // None where the thread ends: then there is no scope either.
    let _counted = CURRENT.try_with(|scope| {
        if let Some(scope) = &mut *scope.borrow_mut() {
            scope.add(timer, 1);
        }
    });
}

/// Runs `future` as a scope of its own, where repeated queries are looked for.
pub(super) async fn watch<F: Future>(operation: &'static str, future: F) -> F::Output {
    let Some(threshold) = settings::repeat_threshold() else {
        return future.await;
    };
    let mut scope = Some(Scope {
        operation,
        threshold,
        calls: Vec::new(),
    });
    let mut future = pin!(future);
    let output = poll_fn(|context| {
        let _polled = Polled::enter(&mut scope);
        future.as_mut().poll(context)
    })
    .await;
    if let Some(scope) = scope {
        scope.end();
    }
    output
}

/// A scope that is this thread's until this is dropped, also by a panic.
struct Polled<'a> {
    scope: &'a mut Option<Scope>,
    outer: Option<Scope>,
}

impl<'a> Polled<'a> {
    fn enter(scope: &'a mut Option<Scope>) -> Self {
        let outer = CURRENT.replace(scope.take());
        Self { scope, outer }
    }
}

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        *self.scope = CURRENT.replace(self.outer.take());
    }
}

impl Scope {
    fn add(&mut self, timer: &'static Timer, calls: u32) {
        let known = self
            .calls
            .iter_mut()
            .find(|(known, _)| std::ptr::eq(*known, timer));
        match known {
            Some((_, count)) => *count = count.saturating_add(calls),
            None => self.calls.push((timer, calls)),
        }
    }

    /// Its future is done, and the scope around it is this thread's again.
    fn end(mut self) {
        let threshold = self.threshold;
        CURRENT.with_borrow_mut(|outer| {
            if let Some(outer) = outer {
                for (timer, count) in self.calls.extract_if(.., |(_, count)| *count < threshold) {
                    outer.add(timer, count);
                }
            }
        });
    }
}

/// The warnings, also of a future that was dropped before it was done.
impl Drop for Scope {
    fn drop(&mut self) {
        for (timer, count) in &self.calls {
            if let (true, Some(info)) = (*count >= self.threshold, timer.info()) {
                tracing::warn!(
                    target: "planwright::timing",
                    name = info.name,
                    count,
                    operation = self.operation,
                    advice = &*advice(info),
                    "query repeated"
                );
            }
        }
    }
}

fn advice(info: &QueryInfo) -> Cow<'static, str> {
    match info.array_form {
        Some(form) if form == info.name => {
            "it takes an array: call it once, with all values".into()
        }
        Some(form) => format!("call `{form}` once, with all values").into(),
        None if info.operation == "INSERT" => {
            "make it a `:bulk`, and call it once with all rows".into()
        }
        None if info.read_only => "write it with `WHERE column = ANY (:values)`, and link it to \
                                   the rows it belongs to with `@load`"
            .into(),
        None => "write it with `WHERE column = ANY (:values)`, and call it once".into(),
    }
}
