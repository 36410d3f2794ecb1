use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};

use super::error::Error;

/// What is shown to the server with every request. `Debug` never prints it.
#[derive(Clone, Default)]
pub(super) struct Credentials(Option<(HeaderName, HeaderValue)>);

impl Credentials {
    pub(super) fn basic(user: &str, password: &str) -> Result<Self, Error> {
        // RFC 7617 §2: the colon ends the user.
        if user.contains(':') {
            return Err(Error::Credentials {
                why: "a user name for basic authentication has no `:`",
            });
        }
        Self::header(
            AUTHORIZATION,
            &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))),
        )
    }

    pub(super) fn bearer(token: &str) -> Result<Self, Error> {
        Self::header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    pub(super) fn api_key(header: &str, key: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(header.as_bytes()).map_err(|_| Error::Credentials {
            why: "the header for the API key is not a header's name",
        })?;
        Self::header(name, key)
    }

    fn header(name: HeaderName, value: &str) -> Result<Self, Error> {
        let mut value = HeaderValue::from_str(value).map_err(|_| Error::Credentials {
            why: "a token or key has characters that cannot stand in a header",
        })?;
        value.set_sensitive(true);
        Ok(Self(Some((name, value))))
    }

    pub(super) fn put_into(&self, headers: &mut HeaderMap) {
        if let Some((name, value)) = &self.0 {
            headers.insert(name, value.clone());
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some((name, _)) => write!(f, "{name}: ***"),
            None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_printed() {
        for credentials in [
            Credentials::basic("u", "open sesame"),
            Credentials::bearer("open sesame"),
            Credentials::api_key("X-API-Key", "open sesame"),
        ] {
            let printed = format!("{:?}", credentials.unwrap());
            assert!(
                printed.ends_with(": ***") && !printed.contains("sesame"),
                "{printed}"
            );
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let why = |result: Result<Credentials, Error>| result.unwrap_err().to_string();
        assert!(why(Credentials::basic("a:b", "c")).contains("has no `:`"));
        assert!(why(Credentials::bearer("a\nb")).contains("cannot stand in a header"));
        assert!(why(Credentials::api_key("a b", "c")).contains("not a header's name"));
    }
}
