//! The sign-state with faults.

use async_trait::async_trait;

use super::Faults;
use crate::sign_state::{Mark, SignState, SignStateError, Signed, SignedKind};

/// A sign-state whose advances fail as planned.
#[derive(Debug)]
pub struct FaultySignState<S> {
    inner: S,
    faults: Faults,
}

impl<S> FaultySignState<S> {
    /// Wraps a sign-state.
    pub fn new(inner: S, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[async_trait]
impl<S: SignState> SignState for FaultySignState<S> {
    async fn load(&self, kind: SignedKind, origin: &str) -> Result<Option<Signed>, SignStateError> {
        self.inner.load(kind, origin).await
    }

    async fn advance(
        &self,
        kind: SignedKind,
        origin: &str,
        previous: Option<Mark>,
        next: Signed,
    ) -> Result<(), SignStateError> {
        self.faults
            .around("advance", self.inner.advance(kind, origin, previous, next))
            .await
    }

    async fn all(&self) -> Result<Vec<(SignedKind, String, Signed)>, SignStateError> {
        self.inner.all().await
    }
}
