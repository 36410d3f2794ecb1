//! What is answered where no handler was reached, or none could answer: in the words of whatever was asked.

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use taxii::{media::TAXII_21, resource::ErrorMessage};

use crate::{error::ApiError, web::request::RequestId};

/// Where TAXII is; its errors have a body of their own (TAXII 2.1 §3.6.1).
const TAXII: &str = "/taxii2";

/// A refusal of what `path` was asked for.
pub(crate) fn refuse(path: &str, status: StatusCode, code: &str, title: &str) -> Response {
    if !is_taxii(path) {
        return ApiError::new(status, code, title).into_response();
    }
    let message = ErrorMessage {
        title: title.to_owned(),
        error_id: RequestId::current().map(|id| id.to_string()),
        error_code: Some(code.to_owned()),
        http_status: Some(status.as_str().to_owned()),
        ..ErrorMessage::default()
    };
    let media = [(header::CONTENT_TYPE, TAXII_21)];
    (status, media, Json(message)).into_response()
}

/// Whether a path is TAXII's.
pub(crate) fn is_taxii(path: &str) -> bool {
    let below = path.strip_prefix(TAXII);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
