//! Grants: what a user may do with which collections.

use std::collections::BTreeMap;

use store::accounts::{Grant, Scope};

use crate::{
    access::{
        caller::Caller,
        role::{Permission, Role},
        users::{scope_words, told},
    },
    collections::RootName,
    desk::when::from_micros,
    error::ApiError,
    node::Node,
    request::accounts::GrantAsked,
    view::accounts::GrantView,
};

impl Node {
    /// Every grant, by user.
    pub(crate) async fn grants(&self) -> Result<Vec<GrantView>, ApiError> {
        let held = self.store().accounts().await?;
        Ok(self
            .grant_views(&held.grants)
            .into_values()
            .flatten()
            .collect())
    }

    pub(super) fn grant_views(&self, grants: &[Grant]) -> BTreeMap<String, Vec<GrantView>> {
        let mut views: BTreeMap<String, Vec<GrantView>> = BTreeMap::new();
        for grant in grants {
            views
                .entry(grant.user.clone())
                .or_default()
                .push(GrantView {
                    user: grant.user.clone(),
                    scope: scope_words(self, &grant.scope),
                    read: grant.read,
                    write: grant.write,
                    granted: from_micros(grant.granted),
                });
        }
        views
    }

    /// Grants something, in place of what was granted for the same scope.
    pub(crate) async fn grant(
        &self,
        by: &Caller,
        asked: GrantAsked,
    ) -> Result<GrantView, ApiError> {
        let rights = match (asked.read, asked.write) {
            (true, true) => "read and write",
            (true, false) => "read",
            (false, true) => "write",
            (false, false) => {
                return Err(ApiError::invalid(
                    "say what is granted: to read (--read), to write (--write), or both",
                ));
            }
        };
        let scope = self.scope(&asked.scope)?;
        let words = scope_words(self, &scope);
        let grant = Grant {
            user: asked.user.clone(),
            scope,
            read: asked.read,
            write: asked.write,
            granted: self.clock().now().as_microsecond(),
        };
        let target = format!("{}: {rights} {words}", asked.user);
        let line = by.line(self, "grant", target, "done");
        let _alone = self.changing_accounts().await;
        if asked.write {
            self.can_use(&asked.user)?;
        }
        self.store()
            .grant(grant.clone(), line)
            .await
            .map_err(told)?;
        self.load_accounts().await?;
        Ok(GrantView {
            user: grant.user,
            scope: words,
            read: grant.read,
            write: grant.write,
            granted: from_micros(grant.granted),
        })
    }

    /// A grant to write that its user could not use would only look as if something was granted.
    fn can_use(&self, name: &str) -> Result<(), ApiError> {
        let roster = self.access().roster();
        match roster.user(name) {
            Some(account) if !account.role.may(Permission::Pass) => Err(ApiError::refused(
                "role",
                format!(
                    "`{name}` is {0}, and {0} writes nowhere; make them {1} first (`chancery user set {name} --role {2}`)",
                    account.role.with_article(),
                    Role::Analyst.with_article(),
                    Role::Analyst,
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Takes back what was granted for a scope.
    pub(crate) async fn revoke(&self, by: &Caller, asked: &GrantAsked) -> Result<(), ApiError> {
        let scope = self.scope(&asked.scope)?;
        let target = format!("{}: {}", asked.user, scope_words(self, &scope));
        let line = by.line(self, "revoke", target, "done");
        let _alone = self.changing_accounts().await;
        self.store()
            .revoke(&asked.user, scope, line)
            .await
            .map_err(told)?;
        Ok(self.load_accounts().await?)
    }

    /// Reads `*`, `ROOT/*`, or a collection as people name it. A collection that is not there can still be named by
    /// its id, to take back what was granted.
    fn scope(&self, text: &str) -> Result<Scope, ApiError> {
        if text == "*" {
            return Ok(Scope::All);
        }
        if let Some(root) = text.strip_suffix("/*") {
            let root: RootName =
                root.parse()
                    .map_err(|error: crate::collections::RootNameError| {
                        ApiError::invalid(error.to_string())
                    })?;
            if self.collections().root(root.as_str()).is_none() {
                return Err(ApiError::not_found(format!(
                    "there is no API root `{root}` with a collection in it"
                )));
            }
            return Ok(Scope::Root(root.to_string()));
        }
        if let Ok(id) = uuid::Uuid::try_parse(text) {
            return Ok(Scope::Collection(id.to_string()));
        }
        let collection = self
            .collections()
            .named(text)
            .map_err(ApiError::not_found)?;
        Ok(Scope::Collection(collection.id.to_string()))
    }
}
