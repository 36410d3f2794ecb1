//! [`Accounts`] in SQLite.

mod collections;
mod tokens;
mod trail;
mod users;

use async_trait::async_trait;

use super::SqliteStore;
use super::convert::at_most;
use crate::accounts::{
    Accounts, AccountsHeld, Audit, CollectionSet, Grant, NewAudit, NewToken, RootSet, Scope, User,
};
use crate::error::StoreError;
use crate::watch::TEXT_BYTES_MAX;

#[async_trait]
impl Accounts for SqliteStore {
    async fn accounts(&self) -> Result<AccountsHeld, StoreError> {
        self.readers
            .read("accounts", |db| {
                Ok(AccountsHeld {
                    users: users::list(db)?,
                    tokens: tokens::list(db)?,
                    grants: users::grants(db)?,
                })
            })
            .await
    }

    async fn create_user(&self, user: User, line: NewAudit) -> Result<(), StoreError> {
        self.writer
            .write("create_user", move |db| {
                users::create(db, &user)?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn set_user(
        &self,
        user: User,
        last_operator_too: bool,
        line: NewAudit,
    ) -> Result<(), StoreError> {
        self.writer
            .write("set_user", move |db| {
                users::keeping_an_operator(db, &user.name, last_operator_too, |db| {
                    users::set(db, &user)
                })?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn delete_user(
        &self,
        name: &str,
        last_operator_too: bool,
        line: NewAudit,
    ) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write("delete_user", move |db| {
                users::keeping_an_operator(db, &name, last_operator_too, |db| {
                    users::delete(db, &name)
                })?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn create_token(&self, token: NewToken, line: NewAudit) -> Result<u64, StoreError> {
        self.writer
            .write("create_token", move |db| {
                let id = tokens::create(db, &token)?;
                let target = format!("{id} {}", line.target);
                trail::note(db, &[NewAudit { target, ..line }])?;
                Ok(id)
            })
            .await
    }

    async fn revoke_token(&self, id: u64, at: i64, line: NewAudit) -> Result<(), StoreError> {
        self.writer
            .write("revoke_token", move |db| {
                tokens::revoke(db, id, at)?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn touch_tokens(&self, used: Vec<(u64, i64)>) -> Result<(), StoreError> {
        self.writer
            .write("touch_tokens", move |db| tokens::touch(db, &used))
            .await
    }

    async fn grant(&self, grant: Grant, line: NewAudit) -> Result<(), StoreError> {
        self.writer
            .write("grant", move |db| {
                users::grant(db, &grant)?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn revoke(&self, user: &str, scope: Scope, line: NewAudit) -> Result<(), StoreError> {
        let user = user.to_owned();
        self.writer
            .write("revoke", move |db| {
                users::revoke(db, &user, &scope)?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn settings(&self) -> Result<(Vec<CollectionSet>, Vec<RootSet>), StoreError> {
        self.readers
            .read("settings", |db| {
                Ok((collections::list(db)?, collections::roots(db)?))
            })
            .await
    }

    async fn set_collection(&self, set: CollectionSet, line: NewAudit) -> Result<(), StoreError> {
        self.writer
            .write("set_collection", move |db| {
                collections::set(db, &set)?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn set_root(&self, set: RootSet, line: NewAudit) -> Result<(), StoreError> {
        self.writer
            .write("set_root", move |db| {
                collections::set_root(db, &set)?;
                trail::note(db, &[line])
            })
            .await
    }

    async fn note(&self, lines: Vec<NewAudit>) -> Result<(), StoreError> {
        self.writer
            .write("note", move |db| trail::note(db, &lines))
            .await
    }

    async fn trail(&self, before: Option<u64>, limit: usize) -> Result<Vec<Audit>, StoreError> {
        self.readers
            .read("trail", move |db| trail::page(db, before, limit))
            .await
    }
}

/// Refuses a text that is longer than any column of ours takes.
fn short(what: &'static str, text: &str) -> Result<(), StoreError> {
    at_most(what, text.len() as u64, TEXT_BYTES_MAX).map(|_| ())
}
