//! What goes on on one connection: how many requests are under way, whether an answer waits for the client to take
//! it, and when anything last moved.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;

use crate::settings::WebLimits;

/// What goes on on one connection.
#[derive(Debug)]
pub(crate) struct Activity {
    opened: Instant,
    /// Milliseconds from `opened` until something last moved.
    moved: AtomicU64,
    /// Requests that ever began.
    begun: AtomicU64,
    under_way: AtomicU32,
    /// Answers of which a piece was handed over and no more was asked for yet.
    handed: AtomicU32,
}

/// Why a connection has lasted too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// No request for too long.
    Idle,
    /// The client takes none of the answers that wait for it.
    Stalled,
}

impl Activity {
    pub(crate) fn new() -> Self {
        Self {
            opened: Instant::now(),
            moved: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            under_way: AtomicU32::new(0),
            handed: AtomicU32::new(0),
        }
    }

    /// A request begins.
    pub(crate) fn begin(self: &Arc<Self>) -> UnderWay {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.moved();
        UnderWay {
            activity: self.clone(),
            handed: false,
        }
    }

    /// Something moved.
    pub(crate) fn moved(&self) {
        let millis = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved.store(millis, Ordering::Relaxed);
    }

    /// When the connection was opened.
    pub(crate) fn opened(&self) -> Instant {
        self.opened
    }

    /// How many requests ever began.
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether a request is under way.
    pub(crate) fn is_under_way(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) > 0
    }

    /// Waits until the connection has lasted too long.
    pub(crate) async fn overdue(&self, limits: &WebLimits) -> Overdue {
        loop {
            match self.at(Instant::now(), limits) {
                Standing::Overdue(overdue) => return overdue,
                Standing::LookAgain(at) => tokio::time::sleep_until(at).await,
            }
        }
    }

    fn at(&self, now: Instant, limits: &WebLimits) -> Standing {
        let moved = self.opened + Duration::from_millis(self.moved.load(Ordering::Relaxed));
        let (deadline, overdue) = if !self.is_under_way() {
            (moved + limits.idle_time_max(), Overdue::Idle)
        } else if self.handed.load(Ordering::Relaxed) > 0 {
            (moved + limits.lag_time_max(), Overdue::Stalled)
        } else {
            // It is our turn; whether the client goes on taking what comes is seen afterwards.
            return Standing::LookAgain(now + limits.lag_time_max());
        };
        match deadline <= now {
            true => Standing::Overdue(overdue),
            false => Standing::LookAgain(deadline),
        }
    }
}

/// How a connection stands.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Overdue(Overdue),
    LookAgain(Instant),
}

/// A request under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay {
    activity: Arc<Activity>,
    handed: bool,
}

impl UnderWay {
    /// The answer's body, which keeps the request under way until it is gone.
    pub(crate) fn answering(self, body: Body) -> Answering {
        Answering {
            body,
            under_way: self,
        }
    }

    fn hand_over(&mut self, handed: bool) {
        match (self.handed, handed) {
            (false, true) => self.activity.handed.fetch_add(1, Ordering::Relaxed),
            (true, false) => self.activity.handed.fetch_sub(1, Ordering::Relaxed),
            _ => return,
        };
        self.handed = handed;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.hand_over(false);
        self.activity.moved();
        self.activity.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer on its way to the client.
#[derive(Debug)]
pub(crate) struct Answering {
    body: Body,
    under_way: UnderWay,
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.under_way.activity.moved();
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        // While we have nothing to give, it is not the client that is waited for.
        self.under_way.hand_over(polled.is_ready());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// What is overdue so long from now.
    fn overdue(activity: &Activity, later: Duration) -> Option<Overdue> {
        let limits = WebLimits {
            idle_secs: 60,
            lag_secs: 5,
            ..WebLimits::default()
        };
        match activity.at(Instant::now() + later, &limits) {
            Standing::Overdue(overdue) => Some(overdue),
            Standing::LookAgain(_) => None,
        }
    }

    #[test]
    fn idle_counts_from_the_end_of_the_last_request() {
        let activity = Arc::new(Activity::new());
        let under_way = activity.begin();
        // However long we ourselves take.
        assert_eq!(overdue(&activity, 3_600 * SECOND), None);
        drop(under_way);
        assert_eq!(overdue(&activity, 59 * SECOND), None);
        assert_eq!(overdue(&activity, 61 * SECOND), Some(Overdue::Idle));
    }

    #[tokio::test]
    async fn an_answer_that_is_not_taken_stalls() {
        let activity = Arc::new(Activity::new());
        let pieces = ["one", "two"].map(Ok::<_, std::io::Error>);
        let body = Body::from_stream(futures::stream::iter(pieces));
        let mut answer = activity.begin().answering(body);
        let frame = poll_fn(|cx| Pin::new(&mut answer).poll_frame(cx)).await;
        assert!(frame.is_some_and(|frame| frame.is_ok()));
        assert_eq!(overdue(&activity, 4 * SECOND), None);
        assert_eq!(overdue(&activity, 6 * SECOND), Some(Overdue::Stalled));
        drop(answer);
        assert_eq!(overdue(&activity, 6 * SECOND), None);
    }

    #[tokio::test]
    async fn an_answer_that_has_nothing_to_say_yet_does_not() {
        let activity = Arc::new(Activity::new());
        let body = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let mut answer = activity.begin().answering(body);
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut answer).poll_frame(cx))).await;
        assert!(polled.is_pending());
        assert_eq!(overdue(&activity, 3_600 * SECOND), None);
    }
}
