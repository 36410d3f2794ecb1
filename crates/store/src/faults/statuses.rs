//! [`Statuses`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::{Store, statuses::Statuses};

#[async_trait]
impl<S: Store> Statuses for FaultyStore<S> {}
