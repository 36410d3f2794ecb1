//! Users: created, changed, removed.

use std::collections::BTreeMap;

use store::{
    StoreError,
    accounts::{NewAudit, Scope, User},
};

use crate::{
    access::{
        caller::Caller,
        name::UserName,
        name::UserNameError,
        password::{NewPassword, PasswordError},
        role::{Role, RoleError},
    },
    desk::when::from_micros,
    error::ApiError,
    node::Node,
    request::accounts::{ChangeUser, DeleteUser, NewUser},
    tls::Pin,
    view::accounts::UserView,
};

impl From<UserNameError> for ApiError {
    fn from(error: UserNameError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<RoleError> for ApiError {
    fn from(error: RoleError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        Self::invalid(error.to_string())
    }
}

/// An error of the store in the words of whoever administers.
pub(crate) fn told(error: StoreError) -> ApiError {
    match error {
        StoreError::NoSuchUser { name } => ApiError::not_found(format!(
            "there is no user `{name}`; `chancery user list` shows them"
        )),
        StoreError::UserExists { name } => ApiError::refused(
            "exists",
            format!("there is a user `{name}` already; choose another name"),
        ),
        StoreError::LastOperator { name } => ApiError::refused(
            "last_operator",
            format!(
                "`{name}` is the last operator who may log in; make another one first, or say --last-operator \
                 if only whoever may open the node's directory shall administer it"
            ),
        ),
        StoreError::PinTaken { user } => ApiError::refused(
            "certificate_taken",
            format!("the certificate stands for the user `{user}` already"),
        ),
        StoreError::NoSuchToken { id } => ApiError::not_found(format!(
            "there is no token {id}; `chancery token list` shows them"
        )),
        StoreError::NoSuchGrant { user } => {
            ApiError::not_found(format!("nothing was granted to `{user}` there"))
        }
        StoreError::TooLarge { .. } => ApiError::invalid(error.to_string()),
        error => ApiError::internal(error),
    }
}

impl Node {
    /// Every user, by name.
    pub(crate) async fn users(&self) -> Result<Vec<UserView>, ApiError> {
        let held = self.store().accounts().await?;
        let now = self.clock().now().as_microsecond();
        let mut tokens: BTreeMap<&str, u64> = BTreeMap::new();
        for token in &held.tokens {
            if token.revoked.is_none() && token.token.expires.is_none_or(|end| end > now) {
                *tokens.entry(&token.token.user).or_default() += 1;
            }
        }
        let mut grants = self.grant_views(&held.grants);
        Ok(held
            .users
            .iter()
            .map(|user| UserView {
                grants: grants.remove(&user.name).unwrap_or_default(),
                tokens: tokens.get(user.name.as_str()).copied().unwrap_or(0),
                ..view(user)
            })
            .collect())
    }

    /// One user.
    pub(crate) async fn user(&self, name: &str) -> Result<UserView, ApiError> {
        let mut users = self.users().await?.into_iter();
        users
            .find(|user| user.name == name)
            .ok_or_else(|| no_such(name))
    }

    /// Adds a user.
    pub(crate) async fn create_user(
        &self,
        by: &Caller,
        new: NewUser,
    ) -> Result<UserView, ApiError> {
        let name: UserName = new.name.parse()?;
        let role: Role = new.role.parse()?;
        let password = self.hash(new.password, &name).await?;
        let user = User {
            name: name.to_string(),
            role: role.to_string(),
            password,
            disabled: None,
            pins: pins(&new.certificates)?,
            created: self.clock().now().as_microsecond(),
        };
        let line = by.line(self, "user.create", format!("{name}: {role}"), "done");
        let alone = self.changing_accounts().await;
        self.store().create_user(user, line).await.map_err(told)?;
        self.load_accounts().await?;
        drop(alone);
        self.user(name.as_str()).await
    }

    /// Changes a user.
    pub(crate) async fn change_user(
        &self,
        by: &Caller,
        name: &str,
        change: ChangeUser,
    ) -> Result<UserView, ApiError> {
        let role = change.role.as_deref().map(str::parse::<Role>).transpose()?;
        let (added, removed) = (
            pins(&change.add_certificates)?,
            pins(&change.remove_certificates)?,
        );
        let mut what = Vec::new();
        let hashed = match change.password {
            None => None,
            Some(password) => {
                let name: UserName = name.parse().map_err(|_| no_such(name))?;
                what.push("another password".to_owned());
                self.hash(Some(password), &name).await?
            }
        };
        let alone = self.changing_accounts().await;
        let held = self.store().accounts().await?.users;
        let mut user = held
            .into_iter()
            .find(|user| user.name == name)
            .ok_or_else(|| no_such(name))?;
        if let Some(role) = role {
            what.push(format!("{} to {role}", user.role));
            user.role = role.to_string();
        }
        if let Some(disabled) = change.disabled {
            what.push(if disabled { "disabled" } else { "enabled" }.to_owned());
            let since = user
                .disabled
                .unwrap_or_else(|| self.clock().now().as_microsecond());
            user.disabled = disabled.then_some(since);
        }
        if hashed.is_some() {
            user.password = hashed;
        }
        for pin in removed {
            let before = user.pins.len();
            user.pins.retain(|held| *held != pin);
            if user.pins.len() == before {
                let pin = hex::encode(pin);
                return Err(ApiError::not_found(format!(
                    "no certificate {pin} stands for `{name}`"
                )));
            }
            what.push(format!("without certificate {}", hex::encode(pin)));
        }
        for pin in added {
            what.push(format!("with certificate {}", hex::encode(pin)));
            user.pins.push(pin);
        }
        if what.is_empty() {
            return Err(ApiError::invalid(format!(
                "nothing was said that changes `{name}`"
            )));
        }
        let line = by.line(
            self,
            "user.change",
            format!("{name}: {}", what.join(", ")),
            "done",
        );
        self.set_user(user, change.last_operator, line).await?;
        drop(alone);
        self.user(name).await
    }

    async fn set_user(&self, user: User, last_too: bool, line: NewAudit) -> Result<(), ApiError> {
        let store = self.store();
        store.set_user(user, last_too, line).await.map_err(told)?;
        Ok(self.load_accounts().await?)
    }

    /// Removes a user with their tokens and grants.
    pub(crate) async fn delete_user(
        &self,
        by: &Caller,
        name: &str,
        asked: DeleteUser,
    ) -> Result<(), ApiError> {
        let line = by.line(self, "user.delete", name, "done");
        let _alone = self.changing_accounts().await;
        self.store()
            .delete_user(name, asked.last_operator, line)
            .await
            .map_err(told)?;
        Ok(self.load_accounts().await?)
    }

    /// The slow hash of a new password, on a thread of its own, in turn with those of logins.
    async fn hash(
        &self,
        password: Option<String>,
        name: &UserName,
    ) -> Result<Option<String>, ApiError> {
        let Some(password) = password else {
            return Ok(None);
        };
        let password = NewPassword::new(password, name.as_str())?;
        let turn = self.access().turn().await.ok_or_else(|| {
            ApiError::new(
                http::StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "very many people log in just now; try again in a moment",
            )
        })?;
        let node = self.clone();
        let hashed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            password.hash(node.random())
        });
        let hashed = hashed.await.map_err(ApiError::internal)?;
        let hashed = hashed.map_err(|error| ApiError::internal(Hashing(error.to_string())))?;
        Ok(Some(hashed))
    }
}

/// A password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed: {0}")]
struct Hashing(String);

fn no_such(name: &str) -> ApiError {
    told(StoreError::NoSuchUser {
        name: name.to_owned(),
    })
}

fn view(user: &User) -> UserView {
    UserView {
        name: user.name.clone(),
        role: user.role.clone(),
        password: user.password.is_some(),
        disabled: user.disabled.map(from_micros),
        certificates: user.pins.iter().map(hex::encode).collect(),
        created: from_micros(user.created),
        grants: Vec::new(),
        tokens: 0,
    }
}

fn pins(texts: &[String]) -> Result<Vec<store::Hash>, ApiError> {
    let pin = |text: &String| {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(text.trim(), &mut bytes) {
            Ok(()) => Ok(*Pin::from_bytes(bytes).as_bytes()),
            Err(_) => Err(ApiError::invalid(format!(
                "`{text}` is no certificate: give the SHA-256 of its public key in 64 hexadecimal digits"
            ))),
        }
    };
    texts.iter().map(pin).collect()
}

/// How a scope is shown; collections that are gone keep their id.
pub(super) fn scope_words(node: &Node, scope: &Scope) -> String {
    match scope {
        Scope::All => "*".to_owned(),
        Scope::Root(name) => format!("{name}/*"),
        Scope::Collection(id) => collection_words(node, id),
    }
}

/// How a collection is shown whose id is held somewhere.
pub(super) fn collection_words(node: &Node, id: &str) -> String {
    let found = uuid::Uuid::try_parse(id)
        .ok()
        .and_then(|id| node.collections().by_id(id));
    found.map_or_else(|| id.to_owned(), |collection| collection.path())
}
