//! Tokens: made, shown, revoked.

use std::time::Duration;

use store::accounts::{self, Token};

use crate::{
    access::{
        caller::Caller,
        token::SecretToken,
        users::{collection_words, told},
    },
    desk::when::{self, from_micros},
    error::ApiError,
    node::Node,
    request::accounts::NewToken,
    view::accounts::{TokenMade, TokenView},
};

/// How long a token counts when nothing is said: a year.
pub const TOKEN_LIFE_DEFAULT: Duration = Duration::from_secs(365 * 86_400);
/// The longest name of a token, bytes.
pub const TOKEN_NAME_BYTES_MAX: usize = 128;
/// How long after one use of a token is noted, before another is.
pub const TOKEN_TOUCH_PAUSE: Duration = Duration::from_secs(60);

/// The word for a token without an end.
const NEVER: &str = "never";

impl Node {
    /// Every token, oldest first.
    pub(crate) async fn tokens(&self) -> Result<Vec<TokenView>, ApiError> {
        let held = self.store().accounts().await?.tokens;
        Ok(held.iter().map(|token| self.token_view(token)).collect())
    }

    fn token_view(&self, held: &Token) -> TokenView {
        let (token, now) = (&held.token, self.clock().now().as_microsecond());
        let state = match (held.revoked, token.expires) {
            (Some(_), _) => "revoked",
            (None, Some(end)) if end <= now => "expired",
            (None, _) => "valid",
        };
        let names = |ids: &Vec<String>| ids.iter().map(|id| collection_words(self, id)).collect();
        TokenView {
            id: held.id,
            user: token.user.clone(),
            name: token.name.clone(),
            read_only: token.read_only,
            collections: token.collections.as_ref().map(names),
            state: state.to_owned(),
            created: from_micros(token.created),
            expires: token.expires.map(from_micros),
            last_used: held.last_used.map(from_micros),
            revoked: held.revoked.map(from_micros),
        }
    }

    /// Makes a token; the answer is the only place where its secret ever is.
    pub(crate) async fn create_token(
        &self,
        by: &Caller,
        new: NewToken,
    ) -> Result<TokenMade, ApiError> {
        let name = new.name.trim();
        if name.is_empty() || name.len() > TOKEN_NAME_BYTES_MAX || name.contains(char::is_control) {
            return Err(ApiError::invalid(format!(
                "a token has a name that says what it is for, {TOKEN_NAME_BYTES_MAX} bytes at most"
            )));
        }
        let now = self.clock().now();
        let expires = match new.expires.as_deref() {
            Some(NEVER) => None,
            Some(text) => {
                let end = when::ahead(text, now);
                Some(
                    end.map_err(|error| ApiError::invalid(error.to_string()))?
                        .at(),
                )
            }
            None => now.checked_add(TOKEN_LIFE_DEFAULT).ok(),
        };
        let collections = new.collections.as_ref().map(|names| self.ids(names));
        let collections = collections.transpose()?;
        let secret = SecretToken::make(self.random());
        let token = accounts::NewToken {
            hash: *secret.hash().as_bytes(),
            user: new.user,
            name: name.to_owned(),
            read_only: new.read_only,
            collections,
            created: now.as_microsecond(),
            expires: expires.map(jiff::Timestamp::as_microsecond),
        };
        let target = format!("{name}, of {}", token.user);
        let line = by.line(self, "token.create", target, "done");
        let _alone = self.changing_accounts().await;
        let id = self
            .store()
            .create_token(token.clone(), line)
            .await
            .map_err(told)?;
        self.load_accounts().await?;
        let held = Token {
            id,
            token,
            last_used: None,
            revoked: None,
        };
        Ok(TokenMade {
            secret: secret.expose().to_owned(),
            token: self.token_view(&held),
        })
    }

    fn ids(&self, names: &[String]) -> Result<Vec<String>, ApiError> {
        if names.is_empty() {
            return Err(ApiError::invalid(
                "a token for no collection is of no use; name one, or none to have it for all",
            ));
        }
        let collections = self.collections();
        let mut ids = names
            .iter()
            .map(|name| collections.named(name).map(|each| each.id.to_string()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(ApiError::not_found)?;
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// Revokes a token: it does not count with the next request.
    pub(crate) async fn revoke_token(&self, by: &Caller, id: u64) -> Result<TokenView, ApiError> {
        let at = self.clock().now().as_microsecond();
        let line = by.line(self, "token.revoke", id.to_string(), "done");
        let alone = self.changing_accounts().await;
        self.store()
            .revoke_token(id, at, line)
            .await
            .map_err(told)?;
        self.load_accounts().await?;
        drop(alone);
        let mut tokens = self.tokens().await?.into_iter();
        tokens
            .find(|token| token.id == id)
            .ok_or_else(|| told(store::StoreError::NoSuchToken { id }))
    }
}
