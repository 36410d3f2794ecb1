//! The one line of a request in the log, and what is counted of it: written when the last byte has gone, or when the
//! client went away before.

use std::{
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{body::Body, extract::Request};
use bytes::Bytes;
use http::{Method, StatusCode};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;
use tracing::{Span, info};

use crate::{
    metrics::{Asked, Metrics},
    web::request,
};

/// What is known of a request before its answer, and then of that.
#[derive(Debug)]
pub(crate) struct Answered {
    asked: Asked,
    path: String,
    query: Option<String>,
    begun: Instant,
    span: Span,
    metrics: Metrics,
    ip: Option<IpAddr>,
    by: Option<String>,
    status: Option<StatusCode>,
    bytes: u64,
    whole: bool,
}

impl Answered {
    /// Begins to count.
    pub(crate) fn of(request: &Request, begun: Instant, span: Span, metrics: Metrics) -> Self {
        let asked = Asked {
            method: method(request.method()),
            route: request::route(request),
        };
        metrics.under_way().inc();
        Self {
            asked,
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            begun,
            span,
            metrics,
            ip: None,
            by: None,
            status: None,
            bytes: 0,
            whole: false,
        }
    }

    /// The answer begins, to whoever asked from there.
    pub(crate) fn begins(&mut self, status: StatusCode, ip: Option<IpAddr>, by: Option<String>) {
        self.status = Some(status);
        self.ip = ip;
        self.by = by;
    }

    /// Counts the bytes of the answer, and is done when it is.
    pub(crate) fn counting(self, body: Body) -> Counting {
        Counting {
            body,
            answered: self,
        }
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.metrics.under_way().dec();
        let time = self.begun.elapsed();
        // Without a status the client went away before there was one.
        let status = self.status.map_or(0, |status| status.as_u16());
        self.metrics.answered(&self.asked, status, time, self.bytes);
        let by = self.by.as_deref().unwrap_or("-");
        let ip = self.ip.map(tracing::field::display);
        self.span.in_scope(|| {
            info!(
                target: "access",
                method = self.asked.method,
                route = self.asked.route,
                path = self.path,
                query = self.query,
                status,
                bytes = self.bytes,
                ms = time.as_secs_f64() * 1e3,
                by,
                ip,
                whole = self.whole,
                "{} {} answered {status}",
                self.asked.method,
                self.path,
            );
        });
    }
}

/// Methods have names that anybody may make up; what is counted by them is bounded.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// The body of an answer that is counted.
#[derive(Debug)]
pub(crate) struct Counting {
    body: Body,
    answered: Answered,
}

impl HttpBody for Counting {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.answered.bytes += bytes as u64;
                self.answered.whole = self.body.is_end_stream();
            }
            Some(Err(_)) => {}
            None => self.answered.whole = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
