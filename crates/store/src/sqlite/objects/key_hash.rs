//! The hash under which an object is found: short, so that the index over random ids stays small.

#![expect(
    deprecated,
    reason = "of std's hashers only this one names its algorithm, SipHash-2-4, for good"
)]

use std::hash::{Hasher, SipHasher};
use std::ops::RangeInclusive;

use rusqlite::Connection;

use crate::error::StoreError;
use crate::position::TrackId;

/// The store's own secret key. Parties choose the ids that are hashed here; without the key they cannot
/// choose many with one hash and so make each lookup a walk.
#[derive(Clone, Copy)]
pub(in crate::sqlite) struct KeyHash {
    key: [u64; 2],
}

impl KeyHash {
    pub(in crate::sqlite) fn of_store(db: &Connection) -> Result<Self, StoreError> {
        let key: [u8; 16] = db
            .prepare_cached(include_str!("hash_key.sql"))?
            .query_row([], |row| row.get(0))
            .map_err(|error| StoreError::corrupt("table object_hash_key", error))?;
        let (low, high) = key.split_at(8);
        let word = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte))
        };
        Ok(Self {
            key: [word(low), word(high)],
        })
    }

    /// `hash32(track, stix_id) << 32 | hash32(track, stix_id, order)`: the versions of an object in a track
    /// lie together.
    pub(in crate::sqlite) fn of(self, track: TrackId, stix_id: &str, order: &str) -> i64 {
        let mut hasher = self.object(track, stix_id);
        let object = hasher.finish();
        // A zero byte cannot be part of an id, so two pairs never make the same bytes by accident.
        hasher.write(&[0]);
        hasher.write(order.as_bytes());
        ((object << 32) | (hasher.finish() & 0xFFFF_FFFF)).cast_signed()
    }

    /// Where the versions of an object in a track lie.
    pub(in crate::sqlite) fn of_versions(
        self,
        track: TrackId,
        stix_id: &str,
    ) -> RangeInclusive<i64> {
        let first = self.object(track, stix_id).finish() << 32;
        first.cast_signed()..=(first | 0xFFFF_FFFF).cast_signed()
    }

    fn object(self, track: TrackId, stix_id: &str) -> SipHasher {
        let mut hasher = SipHasher::new_with_keys(self.key[0], self.key[1]);
        hasher.write(&track.get().to_le_bytes());
        hasher.write(stix_id.as_bytes());
        hasher
    }
}
