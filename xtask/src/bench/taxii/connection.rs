//! One kept-alive HTTP/1.1 connection. The client is as thin as hyper allows, because it shares the processor with the
//! server that is measured.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The media type of TAXII 2.1.
const TAXII: &str = "application/taxii+json;version=2.1";

/// A server, and who asks it.
#[derive(Debug)]
pub(crate) struct Place {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The `Host` header.
    pub(crate) host: String,
    /// The `Authorization` header.
    pub(crate) authorization: String,
}

/// A connection to it, made anew whenever the server has closed it.
#[derive(Debug)]
pub(crate) struct Connection {
    place: Arc<Place>,
    open: Option<SendRequest<Full<Bytes>>>,
}

/// What came back, and when.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its body.
    pub(crate) body: Bytes,
    /// From the request to the headers.
    pub(crate) first_byte: Duration,
    /// From the request to the end.
    pub(crate) whole: Duration,
}

impl Connection {
    /// To this server; connected with the first request.
    pub(crate) fn to(place: &Arc<Place>) -> Self {
        Self {
            place: Arc::clone(place),
            open: None,
        }
    }

    /// A GET that succeeds.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        anyhow::ensure!(answer.status == StatusCode::OK, told(path, &answer));
        Ok(answer)
    }

    /// A POST that is accepted.
    pub(crate) async fn post(&mut self, path: &str, body: Bytes) -> anyhow::Result<Answer> {
        let answer = self.send(Method::POST, path, body).await?;
        anyhow::ensure!(answer.status == StatusCode::ACCEPTED, told(path, &answer));
        Ok(answer)
    }

    async fn send(&mut self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Answer> {
        let request = Request::builder()
            .method(&method)
            .uri(path)
            .header(header::HOST, &self.place.host)
            .header(header::ACCEPT, TAXII)
            .header(header::AUTHORIZATION, &self.place.authorization);
        let request = if method == Method::POST {
            request.header(header::CONTENT_TYPE, TAXII)
        } else {
            request
        };
        let request = request.body(Full::new(body))?;
        let begun = Instant::now();
        let mut sender = self.ready().await?;
        let response = sender
            .send_request(request)
            .await
            .with_context(|| format!("{method} {path}"))?;
        let first_byte = begun.elapsed();
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        self.open = Some(sender);
        Ok(Answer {
            status,
            body,
            first_byte,
            whole: begun.elapsed(),
        })
    }

    /// The open connection, or a new one.
    async fn ready(&mut self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        if let Some(mut sender) = self.open.take()
            && sender.ready().await.is_ok()
        {
            return Ok(sender);
        }
        let stream = TcpStream::connect(self.place.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the connection, whose errors come back with the request that meets them.
        tokio::spawn(connection);
        Ok(sender)
    }
}

fn told(path: &str, answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    format!(
        "{path} answered {}: {}",
        answer.status,
        body.chars().take(500).collect::<String>()
    )
}
