//! One request, from the words asked to an answer: where it may go, what is shown there, what is tried again.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
};
use serde::de::DeserializeOwned;
use url::Url;

use super::{
    Client,
    answer::{self, Answer},
    builder,
    error::{Error, Shown},
    spelling::{Tried, Which},
};

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// What is asked for, for messages.
    pub(super) what: &'static str,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<Bytes>,
    /// Whether the answer is an envelope, whose objects are taken out one by one.
    pub(super) envelope: bool,
    /// Whether the server may have done something by answering that it will not do twice: some servers hand out the page
    /// of a token once, and give the one after it when asked again.
    pub(super) once: bool,
}

impl Ask {
    pub(super) fn get(what: &'static str, url: Url) -> Self {
        Self {
            what,
            method: Method::GET,
            url,
            body: None,
            envelope: false,
            once: false,
        }
    }

    pub(super) fn envelope(url: Url) -> Self {
        Self {
            envelope: true,
            ..Self::get("envelope", url)
        }
    }

    pub(super) fn post(what: &'static str, url: Url, body: Bytes) -> Self {
        Self {
            method: Method::POST,
            body: Some(body),
            ..Self::get(what, url)
        }
    }

    pub(super) fn delete(url: Url) -> Self {
        Self {
            method: Method::DELETE,
            ..Self::get("deletion", url)
        }
    }
}

impl Client {
    /// Asks for a resource.
    pub(super) async fn read<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, Error> {
        self.ask(&ask).await?.resource(ask.what)
    }

    /// Asks, as often as the caller's [`Retry`](super::Retry) says.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<Answer, Error> {
        let mut failed = 0;
        loop {
            let error = match self.ask_in_some_spelling(ask).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if ask.once && error.may_be_done() {
                return Err(error);
            }
            failed += 1;
            let Some(pause) = self.0.retry.pause(&error, failed) else {
                return Err(error);
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn ask_in_some_spelling(&self, ask: &Ask) -> Result<Answer, Error> {
        let mut tried = self.0.spellings.now();
        loop {
            let refused = match self.ask_once(ask, &tried).await {
                Err(Error::NotAcceptable { .. }) => Which::Accept,
                Err(Error::UnsupportedMediaType { .. }) => Which::ContentType,
                Ok(answer) => {
                    self.0.spellings.keep(&tried);
                    return Ok(answer);
                }
                Err(error) => return Err(error),
            };
            let before = tried.clone();
            if !tried.next(refused) {
                return self.ask_once(ask, &before).await;
            }
        }
    }

    async fn ask_once(&self, ask: &Ask, tried: &Tried) -> Result<Answer, Error> {
        let mut url = ask.url.clone();
        for _ in 0..=self.0.limits.redirects_max {
            let (shown, response) = self.send(ask, &url, tried).await?;
            if !is_redirect(response.status()) {
                return answer::take(ask, &url, shown, response, &self.0.limits).await;
            }
            url = self.follow(ask, &url, &response)?;
        }
        Err(Error::Redirected {
            url: ask.url.to_string(),
            to: url.to_string(),
            why: "there were too many redirects",
        })
    }

    async fn send(
        &self,
        ask: &Ask,
        url: &Url,
        tried: &Tried,
    ) -> Result<(Shown, reqwest::Response), Error> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(tried.accept()));
        let (shown, http) = if self.trusts(url) {
            let before = headers.len();
            self.0.credentials.put_into(&mut headers);
            let shown = if headers.len() > before {
                Shown::Yes
            } else {
                Shown::NoneGiven
            };
            (shown, &self.0.http)
        } else {
            (Shown::OtherPlace, &self.0.bare)
        };
        let mut request = http.request(ask.method.clone(), url.clone());
        if let Some(body) = &ask.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(tried.content_type()));
            request = request.body(body.clone());
        }
        let response = request.headers(headers).send().await;
        let response = response.map_err(|error| Error::unanswered(url, &error))?;
        Ok((shown, response))
    }

    /// Where a redirect leads, if it is followed.
    fn follow(&self, ask: &Ask, from: &Url, response: &reqwest::Response) -> Result<Url, Error> {
        let location = response.headers().get(LOCATION);
        let to = String::from_utf8_lossy(location.map_or(b"", HeaderValue::as_bytes)).into_owned();
        let refuse = |why| Error::Redirected {
            url: from.to_string(),
            to: super::said::one_line(&to),
            why,
        };
        let target = from
            .join(&to)
            .map_err(|_| refuse("it is no URL"))
            .and_then(|url| match location {
                Some(_) => Ok(url),
                None => Err(refuse("it does not say where to")),
            })?;
        if ask.method != Method::GET {
            // RFC 9110 §15.4: these two keep the method and the body.
            if !matches!(response.status().as_u16(), 307 | 308) {
                return Err(refuse("a change must not become a GET"));
            }
            if !self.trusts(&target) {
                return Err(refuse(
                    "a change is made nowhere else than it was meant for",
                ));
            }
        }
        if from.scheme() == "https" && target.scheme() != "https" {
            return Err(refuse("it leads out of TLS"));
        }
        if builder::no_user(&target).is_err() {
            return Err(refuse("there are credentials in it"));
        }
        self.secure(&target)
            .map_err(|_| refuse("it is neither https nor on this machine"))?;
        Ok(target)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
