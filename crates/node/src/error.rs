//! The one place where an error of the JSON API becomes a status and words.
//!
//! Whoever reads the words is a person at a desk: they say what is wrong, where, and what to do.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use store::StoreError;

use crate::{
    desk::state::FoldingError,
    node::OpenError,
    sequencer::SequenceError,
    sync::succeed::SucceedError,
    web::request::{RequestId, is_from_outside},
};

/// All that is told outside of a failure of our own.
pub(crate) const INTERNAL: &str = "the node failed here; its log says why under this request's id";

/// The body of every failure of the JSON API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApiErrorBody {
    /// A stable word for programs: `not_found`, `window_full`, …
    pub code: String,
    /// A sentence for people.
    pub title: String,
    /// The request's id, as the log and the answer's headers have it; whoever asks for help tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// A failure of the JSON API.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: ApiErrorBody,
    /// Rarely any, and an error is moved through many hands.
    headers: Option<Box<HeaderMap>>,
}

impl ApiError {
    /// A failure with its status, its stable word and its sentence.
    pub fn new(status: StatusCode, code: &str, title: impl Into<String>) -> Self {
        Self {
            status,
            body: ApiErrorBody {
                code: code.to_owned(),
                title: title.into(),
                request_id: RequestId::current().map(|id| id.to_string()),
            },
            headers: None,
        }
    }

    /// The same, answered with these headers too.
    #[must_use]
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        Self {
            headers: Some(Box::new(headers)),
            ..self
        }
    }

    /// There is no such thing here.
    pub fn not_found(title: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", title)
    }

    /// What was sent cannot be read or makes no sense.
    pub fn invalid(title: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title)
    }

    /// It makes sense, but may not be done now.
    pub fn refused(code: &str, title: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, title)
    }

    /// Our own fault or the machine's: logged in full here, told in short.
    pub fn internal(error: impl std::error::Error) -> Self {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            chain = format!("{chain}: {cause}");
            source = cause.source();
        }
        tracing::error!("internal error: {chain}");
        let title = match is_from_outside() {
            // Our insides are for those who may open the directory; the others tell them the request's id.
            true => INTERNAL.to_owned(),
            false => chain,
        };
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable word.
    pub fn code(&self) -> &str {
        &self.body.code
    }

    /// The sentence.
    pub fn title(&self) -> &str {
        &self.body.title
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}

/// An act that its own rules refuse.
impl From<dialogue::Refused> for ApiError {
    fn from(refused: dialogue::Refused) -> Self {
        Self::invalid(format!("nothing was put on the record: {refused}"))
    }
}

impl From<FoldingError> for ApiError {
    fn from(error: FoldingError) -> Self {
        Self::internal(error)
    }
}

impl From<SucceedError> for ApiError {
    fn from(error: SucceedError) -> Self {
        Self::internal(error)
    }
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        Self::internal(error)
    }
}

impl From<SequenceError> for ApiError {
    fn from(error: SequenceError) -> Self {
        match error {
            SequenceError::Closed => Self::refused("closed", error.to_string()),
            // Passing it again finds out what became of it, so nobody has to guess.
            SequenceError::Uncertain(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "uncertain",
                error.to_string(),
            ),
            SequenceError::Nothing(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "not_recorded",
                error.to_string(),
            ),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(headers) = self.headers {
            response.headers_mut().extend(*headers);
        }
        response
    }
}
