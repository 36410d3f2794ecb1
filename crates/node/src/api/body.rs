//! Reading what a request carries: within a bound, and with words for what is wrong and where.

use std::io::{Seek as _, Write as _};

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Query, Request},
};
use bytes::Bytes;
use http::{StatusCode, request::Parts};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::{error::ApiError, node::Node};

/// Most bytes of a JSON request. The largest is a charter that many parties have signed.
pub const JSON_BYTES_MAX: usize = 16 << 20;
/// Most bytes of what is passed or imported at once.
pub const BULK_BYTES_MAX: usize = 256 << 20;

/// A body of JSON.
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let bytes = read(request.into_body(), JSON_BYTES_MAX).await?;
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| ApiError::invalid(format!("the request cannot be read: {error}")))?;
        Ok(Self(value))
    }
}

/// A body of bytes: STIX, or a bundle.
pub struct BulkBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for BulkBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        Ok(Self(read(request.into_body(), BULK_BYTES_MAX).await?))
    }
}

/// A body in a file, for what is read several times over. The file has no name any more and goes with its handle.
pub struct FileBody(pub std::fs::File);

impl FromRequest<Node> for FileBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, node: &Node) -> Result<Self, ApiError> {
        let bytes = read(request.into_body(), BULK_BYTES_MAX).await?;
        let path = node
            .home()
            .dir()
            .join(format!("import.{}.part", node.random().uuid()));
        let write = move || {
            let mut file = std::fs::File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path)?;
            std::fs::remove_file(&path)?;
            file.write_all(&bytes)?;
            file.rewind()?;
            Ok::<_, std::io::Error>(file)
        };
        let file = tokio::task::spawn_blocking(write)
            .await
            .map_err(ApiError::internal)?;
        Ok(Self(file.map_err(ApiError::internal)?))
    }
}

/// What stands after the question mark.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let asked = Query::<T>::try_from_uri(&parts.uri).map_err(|error| {
            let mut words = error.to_string();
            if let Some(cause) = std::error::Error::source(&error) {
                words = cause.to_string();
            }
            ApiError::invalid(format!(
                "the query of {} cannot be read: {words}",
                parts.uri.path()
            ))
        })?;
        Ok(Self(asked.0))
    }
}

async fn read(body: Body, bytes_max: usize) -> Result<Bytes, ApiError> {
    match Limited::new(body, bytes_max).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the request is longer than {bytes_max} bytes, the limit; send it in parts"),
        )),
        Err(error) => Err(ApiError::invalid(format!(
            "the request was cut short: {error}"
        ))),
    }
}
