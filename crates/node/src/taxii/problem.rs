//! Every failure of TAXII: its status, its headers and the error message of §3.6.1, on every 4xx and 5xx.

use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use store::StoreError;
use taxii::{
    cursor::CursorError,
    filter::FilterError,
    media::{self, NotAcceptable, UnsupportedMediaType},
    resource::ErrorMessage,
};

use super::asker::Asker;
use crate::{access::LoginError, error::ApiError, intake::BodyError, web::RequestId};

/// Why a request fails.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: String,
    title: &'static str,
    description: String,
    /// Rarely any, and a problem is moved through many hands.
    headers: Option<Box<HeaderMap>>,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        code: &str,
        title: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.to_owned(),
            title,
            description: description.into(),
            headers: None,
        }
    }

    /// It is not there, or not for whoever asks: the two are never told apart.
    pub(super) fn not_found(code: &str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, "not found", description)
    }

    /// It is there, and whoever asks may see it, but not do this.
    pub(super) fn forbidden(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "forbidden", description)
    }

    /// The request makes no sense.
    pub(super) fn bad_request(code: &str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "bad request", description)
    }

    /// The body is longer than any that is taken.
    pub(super) fn too_large(bytes_max: u64) -> Self {
        let words = format!(
            "the body is longer than {bytes_max} bytes, the max_content_length of this API root; send it in parts"
        );
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, "too_large", "content too large", words)
    }

    /// Not now; the client comes again after so many seconds.
    pub(super) fn later(secs: u16, description: impl Into<String>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let after = (header::RETRY_AFTER, HeaderValue::from(secs));
        Self {
            headers: Some(Box::new(HeaderMap::from_iter([after]))),
            ..Self::new(status, "busy", "try again later", description)
        }
    }

    /// Our own fault or the machine's: logged in full, and told by the id of the request alone.
    pub(super) fn internal(error: impl std::error::Error) -> Self {
        // The one place where the chain of causes is logged.
        let _ = ApiError::internal(error);
        Self::hidden(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn hidden(status: StatusCode) -> Self {
        let words = "the server failed; its operator finds the reason under the id of this request";
        Self::new(status, "internal", "server error", words)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let message = ErrorMessage {
            title: self.title.to_owned(),
            description: Some(self.description),
            error_id: RequestId::current().map(|id| id.to_string()),
            error_code: Some(self.code),
            http_status: Some(self.status.as_str().to_owned()),
            ..ErrorMessage::default()
        };
        let body = serde_json::to_vec(&message).expect("an error message is strings");
        let mut response = (
            self.status,
            self.headers.map(|it| *it).unwrap_or_default(),
            body,
        )
            .into_response();
        let media = HeaderValue::from_static(media::TAXII_21);
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        let (mut status, mut headers) = (error.status(), error.headers());
        let title = match error {
            LoginError::Missing | LoginError::Wrong => "log in",
            // §5.1 to §5.8: whoever fails authentication MUST be answered 401 or 404, so also who has to wait with their
            // next attempt. Retry-After says how long.
            LoginError::TooManyFailures { .. } => {
                status = StatusCode::UNAUTHORIZED;
                headers.extend(LoginError::Wrong.headers());
                "slow down"
            }
            LoginError::TooManyRequests { .. } => "slow down",
        };
        Self {
            headers: Some(Box::new(headers)),
            ..Self::new(status, error.code(), title, error.to_string())
        }
    }
}

impl From<NotAcceptable> for Problem {
    fn from(error: NotAcceptable) -> Self {
        let status = StatusCode::NOT_ACCEPTABLE;
        Self::new(
            status,
            "not_acceptable",
            "not acceptable",
            error.to_string(),
        )
    }
}

impl From<UnsupportedMediaType> for Problem {
    fn from(error: UnsupportedMediaType) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let title = "unsupported media type";
        Self::new(status, "unsupported_media_type", title, error.to_string())
    }
}

impl From<FilterError> for Problem {
    fn from(error: FilterError) -> Self {
        Self::bad_request("bad_filter", error.to_string())
    }
}

impl From<CursorError> for Problem {
    fn from(error: CursorError) -> Self {
        Self::bad_request("bad_next", error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::later(1, "the record is held by another process"),
            other => Self::internal(other),
        }
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        let status = match error.status() {
            // Too many objects, say. The body is shorter than max_content_length, or it would not have been read, and
            // such a body MUST NOT be answered 413 (§4.2.1).
            StatusCode::PAYLOAD_TOO_LARGE => StatusCode::UNPROCESSABLE_ENTITY,
            other => other,
        };
        let title = match status {
            StatusCode::BAD_REQUEST => "malformed body",
            StatusCode::UNPROCESSABLE_ENTITY => "unprocessable content",
            StatusCode::SERVICE_UNAVAILABLE => return Self::later(5, error.title()),
            // What failed inside was logged where it failed.
            status if status.is_server_error() => return Self::hidden(status),
            _ => "not added",
        };
        Self::new(status, error.code(), title, error.title())
    }
}

/// Nothing is here. Wrong credentials are told even so; without any, there is no need for them.
pub(super) async fn unknown_path(_: Asker, OriginalUri(uri): OriginalUri) -> Problem {
    let words = format!(
        "there is nothing at {}; discovery is at /taxii2/",
        uri.path()
    );
    Problem::not_found("no_such_path", words)
}

/// Something is here, but not by this method. The header Allow is added on the way out. §1.6.9: who has to log in is told
/// that first, "regardless of HTTP method".
pub(super) async fn wrong_method(
    Asker(caller): Asker,
    method: Method,
    OriginalUri(uri): OriginalUri,
) -> Response {
    // RFC 9110 §9.3.7: who asks for the options is told, in Allow.
    if method == Method::OPTIONS {
        return options();
    }
    if caller.is_anonymous() {
        return Problem::from(LoginError::Missing).into_response();
    }
    let words = format!("{} is not asked with {method}", uri.path());
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(status, "wrong_method", "method not allowed", words).into_response()
}

fn options() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
