//! How long the node waits for somebody slow. Whoever is at least as fast as the pace is never cut off, however long
//! it takes; whoever is slower falls behind, and may be behind by so much and no more.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// The pace that the other end must keep. Only the node's own waiting counts: while the node itself is busy, nobody
/// falls behind.
#[derive(Debug)]
pub(crate) struct Pace {
    bytes_per_sec_min: u32,
    lag_max: Duration,
    /// What is left of the lag that is allowed.
    left: Duration,
    waiting_since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// A pace that nobody has fallen behind yet.
    pub(crate) fn new(bytes_per_sec_min: u32, lag_max: Duration) -> Self {
        Self {
            bytes_per_sec_min: bytes_per_sec_min.max(1),
            lag_max,
            left: lag_max,
            waiting_since: None,
            alarm: None,
        }
    }

    /// To be asked whenever nothing moves; ready when the other end is too far behind.
    pub(crate) fn poll_behind(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.waits(Instant::now());
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(cx)
    }

    /// Something moved: so many bytes make up for so much of the lag.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.moved_at(Instant::now(), bytes);
    }

    /// Nothing moves; until when that is borne with.
    fn waits(&mut self, now: Instant) -> Instant {
        *self.waiting_since.get_or_insert(now) + self.left
    }

    fn moved_at(&mut self, now: Instant, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.left = self.left.saturating_sub(now - since);
        }
        // Ample for any count of bytes, and never more than the whole lag.
        let made_up = bytes as f64 / f64::from(self.bytes_per_sec_min);
        let made_up = Duration::from_secs_f64(made_up.min(self.lag_max.as_secs_f64()));
        self.left = (self.left + made_up).min(self.lag_max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// In which step of `bytes` every `pause` somebody is cut off, if within 10,000.
    fn cut_off_in(pause: Duration, bytes: usize) -> Option<usize> {
        let mut pace = Pace::new(1_000, 10 * SECOND);
        let mut now = Instant::now();
        for step in 0..10_000 {
            if pace.waits(now) < now + pause {
                return Some(step);
            }
            now += pause;
            pace.moved_at(now, bytes);
        }
        None
    }

    #[test]
    fn who_keeps_the_pace_is_never_cut_off() {
        assert_eq!(cut_off_in(SECOND, 1_000), None);
        assert_eq!(cut_off_in(9 * SECOND, 9_000), None);
        assert_eq!(cut_off_in(SECOND / 10, 101), None);
    }

    #[test]
    fn who_is_slower_is_cut_off_when_the_lag_is_used_up() {
        assert_eq!(cut_off_in(SECOND, 1), Some(10), "a byte a second");
        assert_eq!(cut_off_in(11 * SECOND, 1 << 30), Some(0), "silence");
        assert_eq!(cut_off_in(SECOND, 900), Some(91), "a tenth too slow");
    }

    #[test]
    fn a_burst_is_no_credit_for_later() {
        let mut pace = Pace::new(1_000, 10 * SECOND);
        let now = Instant::now();
        pace.moved_at(now, 1 << 40);
        assert_eq!(pace.waits(now), now + 10 * SECOND);
    }

    #[test]
    fn our_own_time_does_not_count() {
        let mut pace = Pace::new(1_000, 10 * SECOND);
        let mut now = Instant::now();
        for _ in 0..10 {
            pace.waits(now);
            now += SECOND / 10;
            pace.moved_at(now, 1);
            // Nobody asks for more meanwhile.
            now += 60 * SECOND;
        }
        assert!(pace.waits(now) > now + 8 * SECOND);
    }
}
