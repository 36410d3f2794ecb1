//! One connection from its first request to its end: HTTP/1.1 or HTTP/2, within limits.

use std::sync::Arc;

use axum::{Router, body::Body};
use hyper::{Request, Response, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt as _;
use tracing::debug;

use crate::listen::{
    Terms,
    activity::{Activity, Answering, Overdue},
    stream::Watched,
};

/// Most bytes of the head of an HTTP/1 request; beyond, it is answered 431.
pub const HEAD_BYTES_MAX: usize = 64 << 10;
/// Most header fields of a request.
pub const HEADERS_MAX: usize = 100;
/// Most bytes of the header fields of an HTTP/2 request, as RFC 9113 §6.5.2 counts them.
pub const HEADER_LIST_BYTES_MAX: u32 = 32 << 10;
/// Requests at once on one HTTP/2 connection.
pub const STREAMS_MAX: u32 = 64;
/// Requests that a client may take back before they were looked at, until its connection ends: the rapid reset.
pub const RESETS_PENDING_MAX: usize = 20;
/// Bytes of an HTTP/2 request's body that may be on their way before they are read.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// The same for a connection.
const CONNECTION_WINDOW_BYTES: u32 = 4 << 20;

/// Serves `router` on one connection until it ends, is overdue, or the node stops. `about` is an extension of every
/// request: who is at the other end.
pub(super) async fn serve_connection<S, A>(stream: S, router: Router, about: A, terms: &Terms)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    let activity = Arc::new(Activity::new());
    let stream = Watched::new(stream, activity.clone(), &terms.limits);
    let answering = activity.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (router, under_way) = (router.clone(), answering.begin());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(about.clone());
        async move {
            let answer = router.oneshot(request).await?;
            Ok::<Response<Answering>, std::convert::Infallible>(
                answer.map(|body| under_way.answering(body)),
            )
        }
    });
    let builder = builder(terms);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let time_max = tokio::select! {
        served = connection.as_mut() => return ended(served),
        overdue = activity.overdue(&terms.limits) => match overdue {
            Overdue::Idle => terms.limits.lag_time_max(),
            Overdue::Stalled => return debug!("a connection is cut: its answers are not taken"),
        },
        () = terms.stop.cancelled() => terms.limits.stop_time_max(),
    };
    connection.as_mut().graceful_shutdown();
    match tokio::time::timeout(time_max, connection).await {
        Ok(served) => ended(served),
        Err(_) => debug!("a connection is cut: it took too long to end"),
    }
}

fn builder(terms: &Terms) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The stream watches that itself: it knows a head that is slow from a client that has nothing to ask.
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(terms.limits.lag_time_max()))
        .keep_alive_timeout(terms.limits.lag_time_max())
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESETS_PENDING_MAX)
        .max_header_list_size(HEADER_LIST_BYTES_MAX)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES);
    builder
}

fn ended(served: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = served {
        debug!("a connection ended: {error}");
    }
}
