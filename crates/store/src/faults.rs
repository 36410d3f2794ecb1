//! Faults on demand, for the tests of whoever writes: any write fails once, before or after it happened.
//!
//! A writer that survives both at every step survives a crash at every step: "before" is the crash that
//! lost the write, "after" the one that lost its answer.

mod accounts;
mod feeds;
mod outbox;
mod sign_state;
mod statuses;
mod store;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use sign_state::FaultySignState;
pub use store::FaultyStore;

use crate::error::StoreError;

/// Whether the write happened before it was reported failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It did not.
    Before,
    /// It did, durably.
    After,
}

/// What is to fail, and what was called. Clones share both, so one plan serves a store and a sign-state.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    calls: BTreeMap<&'static str, u64>,
    failures: Vec<(String, u64, When)>,
}

impl Faults {
    /// Makes the `nth` call from now (the next is 1) of a write fail with [`StoreError::Backend`].
    /// `operation` is the name of the method: `append`, `put_checkpoint`, …, `advance`.
    pub fn fail(&self, operation: &str, nth: u64, when: When) {
        let mut plan = self.plan();
        let call = plan.calls.get(operation).copied().unwrap_or(0) + nth;
        plan.failures.push((operation.to_owned(), call, when));
    }

    /// Calls of a write so far, the failed ones too.
    pub fn calls(&self, operation: &str) -> u64 {
        self.plan().calls.get(operation).copied().unwrap_or(0)
    }

    /// Failures that were asked for and have not come yet: a test that ends with some tested nothing.
    pub fn pending(&self) -> usize {
        self.plan().failures.len()
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call and tells whether it fails.
    fn count(&self, operation: &'static str) -> Option<When> {
        let mut plan = self.plan();
        let calls = plan.calls.entry(operation).or_default();
        *calls += 1;
        let call = *calls;
        let planned = plan
            .failures
            .iter()
            .position(|(name, nth, _)| name == operation && *nth == call)?;
        Some(plan.failures.swap_remove(planned).2)
    }

    async fn around<T: Send, E: From<StoreError>>(
        &self,
        operation: &'static str,
        write: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let injected = |why: &str| StoreError::backend(operation, why.to_owned()).into();
        match self.count(operation) {
            None => write.await,
            Some(When::Before) => Err(injected("injected: nothing was written")),
            Some(When::After) => {
                write.await?;
                Err(injected("injected: all was written"))
            }
        }
    }
}
