//! Strict Ed25519 public keys.
//!
//! RFC 8032 implementations differ in what they accept; a note that one party's software believes and
//! the other's does not would be a dispute of its own. So keys that allow it are refused at the door.

use super::KeyError;

/// p = 2^255 − 19, little-endian.
const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    p
};

/// The y coordinates of the eight points of small order, little-endian: orders 1, 2, 4 and 8. (x and −x
/// share a y, and the two of order 4 do too.)
const SMALL_ORDER_Y: [[u8; 32]; 5] = [
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        let mut minus_one = P;
        minus_one[0] = 0xec;
        minus_one
    },
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Refuses keys of small order and y coordinates that are not below p.
pub(super) fn check(key: &[u8; 32]) -> Result<(), KeyError> {
    let mut y = *key;
    y[31] &= 0x7f;
    // The sign bit is covered too: where x is 0 it has no second meaning, and both are small order.
    if SMALL_ORDER_Y.contains(&y) {
        return Err(KeyError::SmallOrder);
    }
    if y.iter().rev().cmp(P.iter().rev()).is_ge() {
        return Err(KeyError::NotCanonical);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    /// 2^255 − 19 + n, for a y coordinate in its second spelling.
    fn above_p(n: u8) -> [u8; 32] {
        let mut y = P;
        y[0] += n;
        y
    }

    #[test]
    fn every_point_of_small_order_is_refused() {
        for y in SMALL_ORDER_Y {
            for sign in [0, 0x80] {
                let mut key = y;
                key[31] |= sign;
                assert_eq!(check(&key), Err(KeyError::SmallOrder));
            }
        }
    }

    #[test]
    fn every_second_spelling_is_refused() {
        for n in 0..=18 {
            for sign in [0, 0x80] {
                let mut key = above_p(n);
                key[31] |= sign;
                assert_eq!(check(&key), Err(KeyError::NotCanonical));
            }
        }
    }

    #[test]
    fn the_largest_canonical_y_is_not_refused_for_its_spelling() {
        let mut key = P;
        key[0] = 0xeb;
        assert_eq!(check(&key), Ok(()));
    }

    /// Why we do it ourselves: with the identity as key, R = identity and S = 0 signs everything.
    #[test]
    fn the_library_alone_would_believe_the_identity() {
        let identity = SMALL_ORDER_Y[0];
        let mut signature = [0; 64];
        signature[0] = 1;
        let believed =
            UnparsedPublicKey::new(&ED25519, identity).verify(b"anything at all", &signature);
        assert!(believed.is_ok());
        assert_eq!(check(&identity), Err(KeyError::SmallOrder));
    }
}
