//! What is answered where no handler was reached, or none could answer: in the words of whatever was asked.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};

use crate::{error::ApiError, web::request::RequestId};

/// Where TAXII is; its errors have a body of their own (TAXII 2.1 §3.6.1).
const TAXII: &str = "/taxii2";
/// The media type of that body.
const TAXII_MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// A refusal of what `path` was asked for.
pub(crate) fn refuse(path: &str, status: StatusCode, code: &str, title: &str) -> Response {
    let below = path.strip_prefix(TAXII);
    if !below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return ApiError::new(status, code, title).into_response();
    }
    let mut body = serde_json::json!({
        "title": title,
        "error_code": code,
        "http_status": status.as_u16().to_string(),
    });
    if let Some(id) = RequestId::current() {
        body["error_id"] = id.as_str().into();
    }
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(TAXII_MEDIA_TYPE),
    );
    response
}
