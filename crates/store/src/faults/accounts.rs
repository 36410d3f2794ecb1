//! [`Accounts`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::{Store, accounts::Accounts};

#[async_trait]
impl<S: Store> Accounts for FaultyStore<S> {}
