//! [`Outbox`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::{Store, outbox::Outbox};

#[async_trait]
impl<S: Store> Outbox for FaultyStore<S> {}
