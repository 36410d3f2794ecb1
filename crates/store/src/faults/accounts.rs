//! [`Accounts`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::{
    Store,
    accounts::{
        Accounts, AccountsHeld, Audit, CollectionSet, Grant, NewAudit, NewToken, RootSet, Scope,
        User,
    },
    error::StoreError,
};

#[async_trait]
impl<S: Store> Accounts for FaultyStore<S> {
    async fn accounts(&self) -> Result<AccountsHeld, StoreError> {
        self.inner.accounts().await
    }

    async fn create_user(&self, user: User, line: NewAudit) -> Result<(), StoreError> {
        self.faults
            .around("create_user", self.inner.create_user(user, line))
            .await
    }

    async fn set_user(
        &self,
        user: User,
        last_operator_too: bool,
        line: NewAudit,
    ) -> Result<(), StoreError> {
        self.faults
            .around(
                "set_user",
                self.inner.set_user(user, last_operator_too, line),
            )
            .await
    }

    async fn delete_user(
        &self,
        name: &str,
        last_operator_too: bool,
        line: NewAudit,
    ) -> Result<(), StoreError> {
        self.faults
            .around(
                "delete_user",
                self.inner.delete_user(name, last_operator_too, line),
            )
            .await
    }

    async fn create_token(&self, token: NewToken, line: NewAudit) -> Result<u64, StoreError> {
        self.faults
            .around("create_token", self.inner.create_token(token, line))
            .await
    }

    async fn revoke_token(&self, id: u64, at: i64, line: NewAudit) -> Result<(), StoreError> {
        self.faults
            .around("revoke_token", self.inner.revoke_token(id, at, line))
            .await
    }

    async fn touch_tokens(&self, used: Vec<(u64, i64)>) -> Result<(), StoreError> {
        self.faults
            .around("touch_tokens", self.inner.touch_tokens(used))
            .await
    }

    async fn grant(&self, grant: Grant, line: NewAudit) -> Result<(), StoreError> {
        self.faults
            .around("grant", self.inner.grant(grant, line))
            .await
    }

    async fn revoke(&self, user: &str, scope: Scope, line: NewAudit) -> Result<(), StoreError> {
        self.faults
            .around("revoke", self.inner.revoke(user, scope, line))
            .await
    }

    async fn settings(&self) -> Result<(Vec<CollectionSet>, Vec<RootSet>), StoreError> {
        self.inner.settings().await
    }

    async fn set_collection(&self, set: CollectionSet, line: NewAudit) -> Result<(), StoreError> {
        self.faults
            .around("set_collection", self.inner.set_collection(set, line))
            .await
    }

    async fn set_root(&self, set: RootSet, line: NewAudit) -> Result<(), StoreError> {
        self.faults
            .around("set_root", self.inner.set_root(set, line))
            .await
    }

    async fn note(&self, lines: Vec<NewAudit>) -> Result<(), StoreError> {
        self.faults.around("note", self.inner.note(lines)).await
    }

    async fn trail(&self, before: Option<u64>, limit: usize) -> Result<Vec<Audit>, StoreError> {
        self.inner.trail(before, limit).await
    }
}
