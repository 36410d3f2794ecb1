//! Another party's node, as a client of its endpoints (`docs/FORMATS.md` §7): mutual TLS with the key its card pins,
//! every wait and every answer bounded.

use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::StatusCode;

use crate::{
    resource::Resource,
    source::{Source, SourceError},
    tls::{Pin, TlsError, TlsIdentity},
};

/// How long a connection may take to come up.
pub const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// How long the other side may be silent in the middle of an answer.
pub const SILENCE_TIME_MAX: Duration = Duration::from_secs(20);
/// Most bytes of an error answer that are read for its words.
const WORDS_BYTES_MAX: usize = 2_000;

/// A connection to one party's node; cheap to clone, keeps its connections.
#[derive(Debug, Clone)]
pub struct PeerClient {
    host: String,
    base: String,
    client: reqwest::Client,
}

/// Why a peer's client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP client.
    #[error("an HTTP client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl PeerClient {
    /// A client that shows `identity` and believes only the keys in `pins`.
    ///
    /// # Errors
    /// [`PeerError`] when TLS cannot be configured.
    pub fn new(
        host: &str,
        url: &str,
        identity: &TlsIdentity,
        pins: Vec<Pin>,
    ) -> Result<Self, PeerError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(identity.client_config(pins)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME_MAX)
            .read_timeout(SILENCE_TIME_MAX)
            .tcp_nodelay(true)
            .build()?;
        Ok(Self {
            host: host.to_owned(),
            base: url.trim_end_matches('/').to_owned(),
            client,
        })
    }

    /// Whose node it is.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Posts `body` and returns the answer, at most 64 KiB of it.
    ///
    /// # Errors
    /// [`SourceError`], `Refused` with the other side's words for any status but success.
    pub async fn post(&self, path: &str, body: Bytes) -> Result<Bytes, SourceError> {
        let request = self.client.post(format!("{}{path}", self.base)).body(body);
        let answer = request
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        self.read(answer, path, 64 << 10)
            .await?
            .ok_or_else(|| SourceError::Refused {
                name: self.host.clone(),
                resource: path.to_owned(),
                why: "it has no such endpoint or log".to_owned(),
            })
    }

    async fn read(
        &self,
        mut answer: reqwest::Response,
        what: &str,
        bytes_max: usize,
    ) -> Result<Option<Bytes>, SourceError> {
        let status = answer.status();
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let bytes_max = if status.is_success() {
            bytes_max
        } else {
            WORDS_BYTES_MAX
        };
        let mut bytes = BytesMut::new();
        while let Some(part) = answer
            .chunk()
            .await
            .map_err(|error| self.unreachable(&error))?
        {
            bytes.extend_from_slice(&part);
            if bytes.len() > bytes_max {
                return Err(SourceError::TooLarge {
                    name: self.host.clone(),
                    resource: what.to_owned(),
                    bytes_max,
                });
            }
        }
        if status.is_success() {
            return Ok(Some(bytes.freeze()));
        }
        Err(SourceError::Refused {
            name: self.host.clone(),
            resource: what.to_owned(),
            why: format!("{status}: {}", String::from_utf8_lossy(&bytes).trim()),
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> SourceError {
        // The innermost cause is the one a person can act on ("connection refused").
        let mut why = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            why = cause.to_string();
            source = cause.source();
        }
        SourceError::Unreachable {
            name: self.host.clone(),
            why,
        }
    }
}

#[async_trait]
impl Source for PeerClient {
    fn name(&self) -> String {
        self.host.clone()
    }

    async fn fetch(&self, resource: &Resource) -> Result<Option<Bytes>, SourceError> {
        let url = format!("{}{}", self.base, resource.path());
        let answer = self
            .client
            .get(url)
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        self.read(answer, &resource.path(), resource.bytes_max())
            .await
    }
}
