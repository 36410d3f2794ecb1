//! What a request offers to be let in: Basic with a user's password, Basic or Bearer with a token, or the header
//! `X-API-Key`. `Token` means what `Bearer` does: the `TokenAuth` of taxii2-client sends it.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::access::{login::LoginError, token::SecretToken};

/// Longest header with credentials, bytes.
pub const CREDENTIALS_BYTES_MAX: usize = 4_096;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// base64 with or without its padding: clients differ (RFC 7617 §2 says with).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What was offered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Offered {
    /// Nothing.
    Nothing,
    /// A token.
    Token(SecretToken),
    /// A name and a password.
    Password(Password),
}

/// A name and a password as they came.
#[derive(PartialEq, Eq)]
pub(super) struct Password {
    pub(super) name: String,
    pub(super) password: String,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Password({:?})", self.name)
    }
}

impl Offered {
    /// Reads the headers. `Authorization` counts before `X-API-Key`, which may be meant for a proxy in front.
    ///
    /// # Errors
    /// [`LoginError::Wrong`] for what cannot be read, and for schemes that are not known.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, LoginError> {
        if let Some(value) = single(headers, &header::AUTHORIZATION)? {
            return authorization(value).ok_or(LoginError::Wrong);
        }
        match single(headers, &API_KEY)? {
            Some(key) => SecretToken::read(key)
                .map(Self::Token)
                .ok_or(LoginError::Wrong),
            None => Ok(Self::Nothing),
        }
    }
}

/// The only value of a header, as text.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, LoginError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) if value.len() <= CREDENTIALS_BYTES_MAX => {
            let text = HeaderValue::to_str(value).map_err(|_| LoginError::Wrong)?;
            Ok(Some(text.trim()))
        }
        _ => Err(LoginError::Wrong),
    }
}

fn authorization(value: &str) -> Option<Offered> {
    let (scheme, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim_start();
    if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token") {
        return SecretToken::read(credentials).map(Offered::Token);
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64.decode(credentials).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    // RFC 7617 §2: the name ends at the first colon, and neither has control characters.
    let (name, password) = decoded.split_once(':')?;
    if decoded.chars().any(char::is_control) {
        return None;
    }
    Some(match SecretToken::read(password) {
        Some(token) => Offered::Token(token),
        None => Offered::Password(Password {
            name: name.to_owned(),
            password: password.to_owned(),
        }),
    })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::clock::OsRandom;

    fn read(headers: &[(HeaderName, &[u8])]) -> Result<Offered, LoginError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        Offered::read(&map)
    }

    fn basic(credentials: &str) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    #[test]
    fn every_form_is_read() {
        let token = SecretToken::make(&OsRandom);
        let text = token.expose();
        let auth = header::AUTHORIZATION;
        for value in [
            format!("Bearer {text}"),
            format!("bearer  {text} "),
            format!("Token {text}"),
            basic(&format!("anything:{text}")),
            basic(&format!(":{text}")),
        ] {
            let offered = read(&[(auth.clone(), value.as_bytes())]);
            assert_eq!(offered, Ok(Offered::Token(token.clone())), "{value}");
        }
        assert_eq!(
            read(&[(API_KEY, text.as_bytes())]),
            Ok(Offered::Token(token))
        );
        for value in [
            basic("ål:pass:wörd"),
            basic("ål:pass:wörd").replace("Basic", "BASIC"),
            basic("ål:pass:wörd").trim_end_matches('=').to_owned(),
        ] {
            let offered = read(&[
                (auth.clone(), value.as_bytes()),
                (API_KEY, b"for a proxy in front"),
            ]);
            let password = Password {
                name: "ål".to_owned(),
                password: "pass:wörd".to_owned(),
            };
            assert_eq!(offered, Ok(Offered::Password(password)), "{value}");
        }
        assert_eq!(read(&[]), Ok(Offered::Nothing));
    }

    #[test]
    fn what_cannot_be_read_is_wrong_and_not_nobody() {
        let auth = header::AUTHORIZATION;
        let long = format!("Basic {}", "A".repeat(CREDENTIALS_BYTES_MAX));
        for value in [
            "",
            " ",
            "Basic",
            "Basic ",
            "Bearer",
            "Bearer ",
            "Bearer nothing",
            "Basic !!!!",
            "Basic bm9jb2xvbg==",
            "Basic //8=",
            "Digest username=\"al\"",
            "Negotiate abc",
            "chy_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            &basic("al:pass\u{0}word"),
            &basic("al\n:password"),
            &long,
        ] {
            let offered = read(&[(auth.clone(), value.as_bytes())]);
            assert_eq!(offered, Err(LoginError::Wrong), "{value:?}");
        }
        assert_eq!(
            read(&[(auth.clone(), b"Basic \xff")]),
            Err(LoginError::Wrong)
        );
        assert_eq!(read(&[(API_KEY, b"nothing")]), Err(LoginError::Wrong));
        let twice = [
            (auth.clone(), &b"Basic YTpi"[..]),
            (auth, &b"Basic YTpi"[..]),
        ];
        assert_eq!(read(&twice), Err(LoginError::Wrong));
    }
}
