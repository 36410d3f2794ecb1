//! [`Feeds`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::{Store, feeds::Feeds};

#[async_trait]
impl<S: Store> Feeds for FaultyStore<S> {}
