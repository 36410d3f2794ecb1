//! What the node counts, as Prometheus reads it.

use axum::{Extension, extract::State, response::IntoResponse};
use http::{StatusCode, header};
use prometheus_client::{encoding::text::encode, registry::Registry};

use crate::{error::ApiError, node::Node, web::Remote};

/// The media type of what is shown.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics`, for this machine alone.
pub(crate) async fn show(
    State(_): State<Node>,
    remote: Option<Extension<Remote>>,
) -> Result<impl IntoResponse, ApiError> {
    if !remote.is_some_and(|remote| remote.ip.is_loopback()) {
        let title = "metrics are shown to this machine and to operators";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", title));
    }
    let mut text = String::new();
    encode(&mut text, &Registry::default()).map_err(ApiError::internal)?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text))
}
