//! Why somebody is not let in, and what they are answered.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::error::ApiError;

/// What a 401 offers (RFC 7235 §4.1; TAXII 2.1 §1.6.9).
pub const CHALLENGES: [&str; 2] = [
    "Basic realm=\"chancery\", charset=\"UTF-8\"",
    "Bearer realm=\"chancery\"",
];

/// Why somebody is not let in. None of them says whether such a user exists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Nobody logged in, and this is not for everybody.
    #[error("log in: send a user's name and password, or a token")]
    Missing,
    /// The name, the password, the token or the header is wrong, or it does not count any more.
    #[error("the name and password or the token are wrong, or no longer valid")]
    Wrong,
    /// Too many wrong attempts.
    #[error("too many failed attempts to log in; try again in {} s", secs(*.retry_after))]
    TooManyFailures {
        /// When the next attempt is looked at.
        retry_after: Duration,
    },
    /// Too many requests.
    #[error("too many requests; go on in {} s", secs(*.retry_after))]
    TooManyRequests {
        /// When the next request is answered.
        retry_after: Duration,
    },
}

/// Whole seconds, never less than one and never less than what is left.
fn secs(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

impl LoginError {
    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Missing | Self::Wrong => StatusCode::UNAUTHORIZED,
            Self::TooManyFailures { .. } | Self::TooManyRequests { .. } => {
                StatusCode::TOO_MANY_REQUESTS
            }
        }
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing | Self::Wrong => "unauthorized",
            Self::TooManyFailures { .. } => "too_many_failures",
            Self::TooManyRequests { .. } => "too_many_requests",
        }
    }

    /// What the answer must carry besides: how to log in, or when to come again.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::Missing | Self::Wrong => {
                for challenge in CHALLENGES {
                    headers.append(
                        header::WWW_AUTHENTICATE,
                        HeaderValue::from_static(challenge),
                    );
                }
            }
            Self::TooManyFailures { retry_after } | Self::TooManyRequests { retry_after } => {
                let name: HeaderName = header::RETRY_AFTER;
                headers.insert(name, HeaderValue::from(secs(*retry_after)));
            }
        }
        headers
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        Self::new(error.status(), error.code(), error.to_string()).with_headers(error.headers())
    }
}
