//! One way to speak to a node, whichever way it is there: a running node over its socket, or over its URL with a
//! token; a node at rest by opening it here, under its lock, for as long as the command takes. Commands only
//! ever speak the JSON API.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, anyhow};
use axum::{Router, body::Body};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use node::api::ApiErrorBody;
use serde::{Serialize, de::DeserializeOwned};
use tower::ServiceExt as _;

use crate::exit::Refused;

/// Longest wait for an answer of the node.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(600);

/// A way to a node's JSON API.
pub(crate) enum Connection {
    /// A node that runs, over its socket or URL.
    Running {
        /// The client, already bound to the socket if it is one.
        client: reqwest::Client,
        /// Scheme, host and port.
        base: String,
        /// The access token, where one is needed.
        token: Option<String>,
    },
    /// A node at rest, opened in this process.
    AtRest {
        /// Its API.
        router: Router,
        /// The node itself; stopped by [`Connection::close`].
        node: node::Node,
    },
}

impl Connection {
    /// To the node at `url`.
    pub(crate) fn to_url(url: &str, token: Option<String>) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(ANSWER_TIME_MAX)
            .build()?;
        Ok(Self::Running {
            client,
            base: url.trim_end_matches('/').to_owned(),
            token,
        })
    }

    /// To the running node whose socket is at `socket`.
    pub(crate) fn to_socket(socket: &Path) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .unix_socket(socket)
            .timeout(ANSWER_TIME_MAX)
            .build()?;
        Ok(Self::Running {
            client,
            base: "http://node".to_owned(),
            token: None,
        })
    }

    /// To a node opened in this process.
    pub(crate) fn at_rest(node: node::Node) -> Self {
        Self::AtRest {
            router: node.api(),
            node,
        }
    }

    /// Calls the API and reads its JSON answer.
    ///
    /// # Errors
    /// [`Refused`] with the node's own words when it answers with an error.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> anyhow::Result<T> {
        let bytes = match body {
            Some(body) => Some(("application/json", serde_json::to_vec(body)?)),
            None => None,
        };
        let answer = self.send(method, path, bytes).await?;
        serde_json::from_slice(&answer).context("the node's answer cannot be read")
    }

    /// `GET`, reading JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.call(Method::GET, path, None::<&()>).await
    }

    /// `POST` of JSON, reading JSON.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `POST` of bytes, reading bytes; `GET` when there is no body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> anyhow::Result<Vec<u8>> {
        let (status, bytes) = match self {
            Self::Running {
                client,
                base,
                token,
            } => {
                let mut request = client.request(method, format!("{base}{path}"));
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                if let Some((media, bytes)) = body {
                    request = request.header(header::CONTENT_TYPE, media).body(bytes);
                }
                let answer = request
                    .send()
                    .await
                    .map_err(|error| crate::exit::Unreachable::node(&error))?;
                let status = answer.status();
                (
                    status,
                    answer
                        .bytes()
                        .await
                        .map_err(|error| crate::exit::Unreachable::node(&error))?
                        .to_vec(),
                )
            }
            Self::AtRest { router, .. } => {
                let mut request = Request::builder().method(method).uri(path);
                if let Some((media, _)) = &body {
                    request = request.header(header::CONTENT_TYPE, *media);
                }
                let body = body.map_or_else(Body::empty, |(_, bytes)| Body::from(bytes));
                let answer = router.clone().oneshot(request.body(body)?).await?;
                let status = answer.status();
                (
                    status,
                    answer.into_body().collect().await?.to_bytes().to_vec(),
                )
            }
        };
        if status.is_success() {
            Ok(bytes)
        } else {
            Err(refusal(status, &bytes))
        }
    }

    /// Ends the connection; a node that was opened here stops in good order.
    pub(crate) async fn close(self) {
        if let Self::AtRest { node, .. } = self {
            node.stop().await;
        }
    }
}

fn refusal(status: StatusCode, body: &[u8]) -> anyhow::Error {
    match serde_json::from_slice::<ApiErrorBody>(body) {
        Ok(error) => Refused { status, error }.into(),
        Err(_) => anyhow!(
            "the node answered {status}: {}",
            String::from_utf8_lossy(body).trim()
        ),
    }
}
