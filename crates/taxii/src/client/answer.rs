//! What comes back: read as it arrives, within limits, and told apart by its status.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, HeaderName},
};
use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use stix::{
    BundleError, BundleLimits,
    bundle::{Container, Splitter},
    tree::Arena,
};
use url::Url;

use super::{
    ask::Ask,
    date,
    error::{Error, Shown},
    limits::Limits,
    object::RawObject,
    said::{Said, one_line},
};

/// Most bytes of a refusal that are read for its words.
const WORDS_BYTES_MAX: usize = 16 << 10;

/// A successful answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    /// The body; of an envelope what stands around its objects.
    pub(super) text: Bytes,
    /// The objects of an envelope.
    pub(super) objects: Vec<RawObject>,
}

impl Answer {
    /// The resource it is.
    pub(super) fn resource<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, Error> {
        serde_json::from_slice(&self.text).map_err(|error| self.not_the(what, error.to_string()))
    }

    /// Whether an answer with nothing on it is a page, and not an error message or an object in a page's place: a crawl
    /// would end there, and nobody would know.
    pub(super) fn is_empty_page(&self, what: &'static str) -> Result<(), Error> {
        let members: BTreeMap<String, IgnoredAny> = self.resource(what)?;
        let known = ["more", "next", "objects", "versions"];
        if members.is_empty() || known.iter().any(|name| members.contains_key(*name)) {
            return Ok(());
        }
        Err(self.not_the(what, "it has members, but none of a page".to_owned()))
    }

    fn not_the(&self, what: &'static str, why: String) -> Error {
        Error::NotTheResource {
            url: self.url.to_string(),
            what,
            why,
            content_type: content_type(&self.headers),
            begins: Said::read(&self.text),
        }
    }

    /// A date in one of TAXII's headers (TAXII 2.1 §1.6.9); `None` if it is missing or no date.
    pub(super) fn date(&self, header: &HeaderName) -> Option<Timestamp> {
        date::instant(self.headers.get(header)?.to_str().ok()?)
    }
}

/// Reads a response.
pub(super) async fn take(
    ask: &Ask,
    url: &Url,
    shown: Shown,
    response: reqwest::Response,
    limits: &Limits,
) -> Result<Answer, Error> {
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(ask, url, shown, response).await);
    }
    let headers = response.headers().clone();
    let content_type = content_type(&headers);
    if content_type.to_ascii_lowercase().contains("vnd.oasis.") {
        return Err(Error::Taxii20 {
            url: url.to_string(),
            content_type,
        });
    }
    let (text, objects) = if ask.envelope {
        envelope(url, response, limits, &content_type).await?
    } else {
        (
            whole(url, response, limits.page_bytes_max).await?,
            Vec::new(),
        )
    };
    Ok(Answer {
        url: url.clone(),
        headers,
        text,
        objects,
    })
}

async fn whole(
    url: &Url,
    mut response: reqwest::Response,
    bytes_max: usize,
) -> Result<Bytes, Error> {
    let mut bytes = BytesMut::new();
    while let Some(part) = next_part(url, &mut response).await? {
        if bytes.len() + part.len() > bytes_max {
            return Err(Error::AnswerTooLong {
                url: url.to_string(),
                bytes_max,
            });
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes.freeze())
}

/// Takes the objects out of an envelope while it arrives, so that a page is held once.
async fn envelope(
    url: &Url,
    mut response: reqwest::Response,
    limits: &Limits,
    content_type: &str,
) -> Result<(Bytes, Vec<RawObject>), Error> {
    let mut splitter = Splitter::new(BundleLimits {
        object_bytes_max: limits.object_bytes_max,
        objects_max: limits.page_objects_max as u64,
        total_bytes_max: limits.page_bytes_max as u64,
        depth_max: limits.depth_max,
    });
    let mut objects = Vec::new();
    let mut begins = BytesMut::new();
    let wrong = |error, begins: &[u8]| unreadable(url, error, limits, content_type, begins);
    while let Some(part) = next_part(url, &mut response).await? {
        if begins.len() < WORDS_BYTES_MAX {
            begins.extend_from_slice(&part[..part.len().min(WORDS_BYTES_MAX)]);
        }
        splitter
            .push(&part, |piece| objects.push(RawObject::new(piece.bytes)))
            .map_err(|error| wrong(error, &begins))?;
    }
    let (bare, container) = splitter
        .finish(&mut Arena::default())
        .map_err(|error| wrong(error, &begins))?;
    let text = match (bare, container) {
        // `{}`, or an envelope whose list is missing or `null` (TAXII 2.1 §3.7: an empty answer has none).
        (Some(bare), _) => bare.bytes,
        (None, Container::Head(head)) => head,
        (None, Container::List | Container::Bare) => {
            return Err(Error::NotTheResource {
                url: url.to_string(),
                what: "envelope",
                why: "it is a list".to_owned(),
                content_type: content_type.to_owned(),
                begins: Said::read(&begins),
            });
        }
    };
    Ok((text.into(), objects))
}

fn unreadable(
    url: &Url,
    error: BundleError,
    limits: &Limits,
    content_type: &str,
    begins: &[u8],
) -> Error {
    let url = url.to_string();
    match error {
        BundleError::TooLong { .. } => Error::AnswerTooLong {
            url,
            bytes_max: limits.page_bytes_max,
        },
        BundleError::TooManyObjects { .. } => Error::PageTooLong {
            url,
            objects_max: limits.page_objects_max,
        },
        BundleError::Truncated(_) if !begins.is_empty() => Error::BrokenOff {
            url,
            why: error.to_string(),
        },
        why if begins.trim_ascii_start().first() == Some(&b'{') => Error::Page { url, why },
        why => Error::NotTheResource {
            url,
            what: "envelope",
            why: why.to_string(),
            content_type: content_type.to_owned(),
            begins: Said::read(begins),
        },
    }
}

async fn next_part(url: &Url, response: &mut reqwest::Response) -> Result<Option<Bytes>, Error> {
    response
        .chunk()
        .await
        .map_err(|error| Error::unanswered(url, &error))
}

async fn refusal(ask: &Ask, url: &Url, shown: Shown, response: reqwest::Response) -> Error {
    let status = response.status();
    let headers = response.headers().clone();
    // Its words are a courtesy: a refusal without them is still the same refusal.
    let said = match whole(url, response, WORDS_BYTES_MAX).await {
        Ok(words) => Said::read(&words),
        Err(_) => Said::default(),
    };
    let url = url.to_string();
    match status {
        StatusCode::BAD_REQUEST => Error::BadRequest { url, said },
        StatusCode::UNAUTHORIZED => Error::Unauthorized { url, shown, said },
        StatusCode::FORBIDDEN => Error::Forbidden { url, said },
        StatusCode::NOT_FOUND => Error::NotFound { url, said },
        StatusCode::NOT_ACCEPTABLE => Error::NotAcceptable { url, said },
        StatusCode::PAYLOAD_TOO_LARGE => Error::BodyTooLarge {
            url,
            bytes: ask.body.as_ref().map_or(0, Bytes::len),
            said,
        },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType { url, said },
        StatusCode::UNPROCESSABLE_ENTITY => Error::Unprocessable { url, said },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Error::Busy {
            url,
            status,
            retry_after: date::retry_after(&headers),
            said,
        },
        status if status.is_server_error() => Error::ServerFailed { url, status, said },
        status => Error::Status { url, status, said },
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let said = headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    said.map_or_else(
        || "of no said type".to_owned(),
        |value| one_line(&String::from_utf8_lossy(value)),
    )
}
