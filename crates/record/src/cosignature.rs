//! What cosignatures sign ([c2sp.org/tlog-cosignature](https://c2sp.org/tlog-cosignature)), and when.

use crate::checkpoint::Checkpoint;
use crate::name::KeyName;

/// The latest time a cosignature may state, in POSIX seconds: 2^63 − 1.
pub const TIME_MAX: u64 = i64::MAX as u64;

/// A time that may be signed: not 0, not beyond [`TIME_MAX`], and not before the last one signed by the
/// same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SigningTime(u64);

/// Why a time may not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It is 0 or beyond 2^63 − 1.
    #[error("{0} is no time to sign")]
    OutOfRange(u64),
    /// The clock went back.
    #[error("it is {now}, and {last} was signed already")]
    BeforeLast {
        /// The time that should be signed.
        now: u64,
        /// The last one that was.
        last: u64,
    },
}

impl SigningTime {
    /// The time to sign now, given the last one that the key signed (0 when it never did). Both in
    /// POSIX seconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] or [`TimeError::BeforeLast`].
    pub const fn new(now: u64, last: u64) -> Result<Self, TimeError> {
        if now == 0 || now > TIME_MAX {
            return Err(TimeError::OutOfRange(now));
        }
        if now < last {
            return Err(TimeError::BeforeLast { now, last });
        }
        Ok(Self(now))
    }

    /// POSIX seconds.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// `cosignature/v1\ntime <time>\n<note text>`, for type 0x04.
#[must_use]
pub fn cosignature_v1(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// The `cosigned_message` of a whole checkpoint, for type 0x06:
/// `"subtree/v1\n\0" || len8 + cosigner || time u64 || len8 + origin || start u64 || end u64 || root`,
/// with start 0 and end the size.
#[must_use]
pub fn checkpoint_v1(cosigner: &KeyName, checkpoint: &Checkpoint, time: u64) -> Vec<u8> {
    let mut message = b"subtree/v1\n\0".to_vec();
    push_name(&mut message, cosigner);
    message.extend_from_slice(&time.to_be_bytes());
    push_name(&mut message, checkpoint.origin());
    message.extend_from_slice(&0u64.to_be_bytes());
    message.extend_from_slice(&checkpoint.size().get().to_be_bytes());
    message.extend_from_slice(checkpoint.root().as_bytes());
    message
}

fn push_name(message: &mut Vec<u8>, name: &KeyName) {
    let len = u8::try_from(name.as_str().len()).expect("a key name has at most 255 bytes");
    message.push(len);
    message.extend_from_slice(name.as_str().as_bytes());
}
