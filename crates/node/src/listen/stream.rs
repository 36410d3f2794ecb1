//! A connection's stream under watch: the head of a request must arrive in time, and the client must take what is sent.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

use crate::{
    listen::{activity::Activity, pace::Pace},
    settings::WebLimits,
};

/// How every HTTP/2 connection begins (RFC 9113 §3.4). Its frames may come at any time, so it has no head to wait for.
const HTTP_2_BEGINS: [u8; 3] = *b"PRI";
/// What somebody hears whose request never got complete, if nothing else was said on the connection meanwhile.
const HEAD_TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\
    content-type: application/json\r\ncontent-length: 85\r\n\r\n\
    {\"code\":\"too_slow\",\"title\":\"the head of the request did not arrive within the limit\"}";

/// A stream under watch.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
    limits: WebLimits,
    head: Head,
    taking: Pace,
}

#[derive(Debug)]
struct Head {
    /// When the head that is awaited began to arrive; the first one with the connection.
    since: Option<Instant>,
    /// How many requests there were then.
    begun: u64,
    /// Whether anything of it has arrived.
    partly: bool,
    /// How many bytes of an HTTP/2 connection's beginning have come in; `None` when it is none.
    http_2: Option<usize>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, limits: &WebLimits) -> Self {
        let head = Head {
            since: Some(activity.opened()),
            begun: 0,
            partly: false,
            http_2: Some(0),
            alarm: None,
        };
        let taking = Pace::new(limits.bytes_per_sec_min, limits.lag_time_max());
        Self {
            stream,
            activity,
            limits: limits.clone(),
            head,
            taking,
        }
    }

    fn taken(&mut self, bytes: usize) {
        self.taking.moved(bytes);
        self.activity.moved();
    }

    /// What becomes of a write that could not go on.
    fn poll_untaken<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready!(self.taking.poll_behind(cx));
        let says = "the client does not take what is sent";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, says)))
    }
}

impl Head {
    /// Bytes came in while no request was under way.
    fn arrives(&mut self, bytes: &[u8], begun: u64) {
        for byte in bytes {
            self.http_2 = match self.http_2 {
                Some(known) if known == HTTP_2_BEGINS.len() => break,
                Some(known) if HTTP_2_BEGINS[known] == *byte => Some(known + 1),
                _ => None,
            };
        }
        if self.begun != begun {
            self.since = None;
        }
        self.begun = begun;
        self.partly |= !bytes.is_empty();
        self.since.get_or_insert_with(Instant::now);
    }

    /// Nothing comes; ready when the head should have been there.
    fn poll_late(&mut self, cx: &mut Context<'_>, begun: u64, limits: &WebLimits) -> Poll<()> {
        if self.begun != begun {
            // Between two requests: how long that lasts is limited for the whole connection.
            return Poll::Pending;
        }
        let http_2 = self.http_2 == Some(HTTP_2_BEGINS.len());
        let Some(since) = self.since.filter(|_| !http_2) else {
            return Poll::Pending;
        };
        let deadline = since + limits.head_time_max();
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if this.activity.is_under_way() {
            return read;
        }
        let begun = this.activity.begun();
        if read.is_ready() {
            this.head.arrives(&buf.filled()[before..], begun);
            return read;
        }
        ready!(this.head.poll_late(cx, begun, &this.limits));
        if this.head.partly {
            // As far as it goes: nobody is owed an answer to half a question.
            let _ = Pin::new(&mut this.stream).poll_write(cx, HEAD_TOO_SLOW);
            let _ = Pin::new(&mut this.stream).poll_flush(cx);
        }
        let says = "the head of a request did not arrive in time";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, says)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, buf) {
            Poll::Ready(Ok(bytes)) => {
                self.taken(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.poll_untaken(cx),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(cx, bufs) {
            Poll::Ready(Ok(bytes)) => {
                self.taken(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.poll_untaken(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Pending => self.poll_untaken(cx),
            flushed => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(cx) {
            Poll::Pending => self.poll_untaken(cx),
            shut => shut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_the_last_word_is_right() {
        let text = std::str::from_utf8(HEAD_TOO_SLOW).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("content-length: {}", body.len())));
        serde_json::from_str::<crate::api::ApiErrorBody>(body).unwrap();
    }
}
