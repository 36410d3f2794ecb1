//! Where an entry is: a log and an index in it, one integer in the database.

/// A log may hold at most this many entries, 2^40 − 1: positions give an index 40 bits, and a size
/// must fit too.
pub const LOG_SIZE_MAX: u64 = (1 << SEQ_BITS) - 1;

/// The largest number of a log or a track: what is left of a positive 64-bit integer.
pub const LOG_ID_MAX: u32 = (1 << 23) - 1;

const SEQ_BITS: u32 = 40;

/// The number of a log in this store; another store numbers otherwise. Between 1 and [`LOG_ID_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(u32);

impl LogId {
    /// The number as read from a log line or an API; `None` outside 1 ..= [`LOG_ID_MAX`].
    pub fn new(number: u32) -> Option<Self> {
        (1..=LOG_ID_MAX).contains(&number).then_some(Self(number))
    }

    /// The plain number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// `log_id << 40 | low`; `low` must be at most [`LOG_SIZE_MAX`].
    pub(crate) fn key(self, low: u64) -> i64 {
        debug_assert!(low <= LOG_SIZE_MAX, "checked where it came in");
        (i64::from(self.0) << SEQ_BITS) | low.cast_signed()
    }
}

impl std::fmt::Display for LogId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a track in this store. Between 1 and [`LOG_ID_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(u32);

impl TrackId {
    /// The number as read from elsewhere; `None` outside 1 ..= [`LOG_ID_MAX`].
    pub fn new(number: u32) -> Option<Self> {
        (1..=LOG_ID_MAX).contains(&number).then_some(Self(number))
    }

    /// The plain number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// `track_id << 40 | n`: the key of the n-th arrival.
    pub(crate) fn key(self, n: u64) -> i64 {
        LogId(self.0).key(n)
    }
}

impl std::fmt::Display for TrackId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// One entry of one log. Ordered by log number, then by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    log: LogId,
    seq: u64,
}

impl Position {
    /// The entry `seq` of `log`; `None` when `seq` is not below [`LOG_SIZE_MAX`].
    pub fn new(log: LogId, seq: u64) -> Option<Self> {
        (seq < LOG_SIZE_MAX).then_some(Self { log, seq })
    }

    /// The log.
    pub fn log(self) -> LogId {
        self.log
    }

    /// The index of the entry in its log.
    pub fn seq(self) -> u64 {
        self.seq
    }

    pub(crate) fn key(self) -> i64 {
        self.log.key(self.seq)
    }

    /// The inverse of [`Position::key`]; `None` for an integer that no position makes.
    pub(crate) fn from_key(key: i64) -> Option<Self> {
        let log = u32::try_from(key >> SEQ_BITS).ok()?;
        Self::new(LogId::new(log)?, low_bits(key))
    }
}

/// The lower 40 bits of a key: an index, a size or an arrival number.
pub(crate) fn low_bits(key: i64) -> u64 {
    key.cast_unsigned() & LOG_SIZE_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_the_position_back_at_every_edge() {
        for log in [1, 2, LOG_ID_MAX] {
            for seq in [0, 1, LOG_SIZE_MAX - 1] {
                let position = Position::new(LogId(log), seq).unwrap();
                assert_eq!(Position::from_key(position.key()), Some(position));
            }
        }
        assert_eq!(LogId(LOG_ID_MAX).key(LOG_SIZE_MAX), i64::MAX);
    }

    #[test]
    fn integers_that_are_no_position_are_refused() {
        assert_eq!(Position::from_key(-1), None);
        assert_eq!(Position::from_key(0), None, "log 0");
        assert_eq!(
            Position::from_key(LogId(1).key(LOG_SIZE_MAX)),
            None,
            "an index must leave room"
        );
        assert_eq!(LogId::new(0), None);
        assert_eq!(LogId::new(LOG_ID_MAX + 1), None);
        assert_eq!(TrackId::new(LOG_ID_MAX + 1), None);
        assert_eq!(Position::new(LogId(1), LOG_SIZE_MAX), None);
    }

    #[test]
    fn positions_order_as_their_keys() {
        let first = Position::new(LogId(1), LOG_SIZE_MAX - 1).unwrap();
        let second = Position::new(LogId(2), 0).unwrap();
        assert!(first < second && first.key() < second.key());
    }
}
