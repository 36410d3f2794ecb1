//! The hash under which an object is found: short, so that the index over random ids stays small.

#![expect(
    deprecated,
    reason = "of std's hashers only this one names its algorithm, SipHash-2-4, for good"
)]

use std::hash::{Hasher, SipHasher};

use rusqlite::Connection;

use crate::error::StoreError;

/// The store's own secret key. Parties choose the ids that are hashed here; without the key they cannot
/// choose many with one hash and so make each lookup a walk.
#[derive(Clone, Copy)]
pub(super) struct KeyHash {
    key: [u64; 2],
}

impl KeyHash {
    pub(super) fn of_store(db: &Connection) -> Result<Self, StoreError> {
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

    /// `hash32(stix_id) << 32 | hash32(stix_id, version)`: the versions of an object lie together.
    pub(super) fn of(self, stix_id: &str, version: &str) -> i64 {
        let mut hasher = SipHasher::new_with_keys(self.key[0], self.key[1]);
        hasher.write(stix_id.as_bytes());
        let object = hasher.finish();
        // A zero byte cannot be part of an id, so two pairs never make the same bytes by accident.
        hasher.write(&[0]);
        hasher.write(version.as_bytes());
        ((object << 32) | (hasher.finish() & 0xFFFF_FFFF)).cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_siphash_2_4_and_must_never_change() {
        // The vector of the SipHash paper, appendix A: key 00 01 .. 0f, message 00 01 .. 0e.
        let mut hasher = SipHasher::new_with_keys(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        hasher.write(&(0..15).collect::<Vec<u8>>());
        assert_eq!(hasher.finish(), 0xa129_ca61_49be_45e5);
    }

    #[test]
    fn versions_of_an_object_share_the_upper_half_only() {
        let hash = KeyHash { key: [1, 2] };
        let (first, second) = (hash.of("tool--1", "a"), hash.of("tool--1", "b"));
        assert_eq!(first >> 32, second >> 32);
        assert_ne!(first, second);
        assert_ne!(hash.of("tool--2", "a") >> 32, first >> 32);
        assert_ne!(
            KeyHash { key: [1, 3] }.of("tool--1", "a"),
            first,
            "the key counts"
        );
    }
}
