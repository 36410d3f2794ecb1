//! The border between the record's openings and the store's columns. Both follow the byte layout of
//! `docs/FORMATS.md` §2, so going over it is cutting and joining bytes.

use bytes::Bytes;
use record::opening::{Level, Opening, OpeningError};

const SALT: usize = 32;
/// Version, level, class.
const BEGIN: usize = 3;
const HEAD_AT: usize = BEGIN + 2 * SALT + size_of::<u32>();

/// Whether a content of this length may have to be fetched by its commitment: a package of 256 shorter ones holds
/// them all (`docs/FORMATS.md` §2).
pub fn fetched_alone(bytes: usize) -> bool {
    bytes > record::package::PACKAGE_CONTENTS_BYTES_MAX / 256
}

/// What the store keeps of an opening, with the content where there is one.
pub fn to_store(opening: &Opening, content: Option<Bytes>) -> store::Opening {
    let bytes = opening.encode();
    let salt = |at: usize| -> store::Hash {
        bytes[at..at + SALT]
            .try_into()
            .expect("an opening of this level has this salt")
    };
    let class = || opening.class().map_or(0, record::entry::Class::to_byte);
    match opening.level() {
        Level::Withheld => store::Opening::Withheld,
        Level::Class => store::Opening::Class {
            class: class(),
            salt_e: salt(BEGIN),
            head_c: salt(BEGIN + SALT),
        },
        Level::Head => store::Opening::Head {
            class: class(),
            salt_e: salt(BEGIN),
            salt_h: salt(BEGIN + SALT),
            head: Bytes::copy_from_slice(&bytes[HEAD_AT..]),
        },
        Level::Content => store::Opening::Content {
            class: class(),
            salt_e: salt(BEGIN),
            salt_h: salt(BEGIN + SALT),
            salt_c: salt(bytes.len() - SALT),
            head: Bytes::copy_from_slice(&bytes[HEAD_AT..bytes.len() - SALT]),
            content,
        },
    }
}

/// The opening that the store's columns make.
///
/// # Errors
/// [`OpeningError`] when a row holds what no opening has: the database was changed from outside.
pub fn from_store(held: &store::Opening) -> Result<Opening, OpeningError> {
    let mut bytes = Vec::with_capacity(HEAD_AT + held.head().map_or(0, Bytes::len) + SALT);
    let with_head =
        |bytes: &mut Vec<u8>, level: Level, class: u8, salts: [&store::Hash; 2], head: &Bytes| {
            bytes.extend_from_slice(&[1, level.to_byte(), class]);
            bytes.extend_from_slice(salts[0]);
            bytes.extend_from_slice(salts[1]);
            bytes.extend_from_slice(&u32::try_from(head.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(head);
        };
    match held {
        store::Opening::Withheld => return Ok(Opening::withheld()),
        store::Opening::Class {
            class,
            salt_e,
            head_c,
        } => {
            bytes.extend_from_slice(&[1, Level::Class.to_byte(), *class]);
            bytes.extend_from_slice(salt_e);
            bytes.extend_from_slice(head_c);
        }
        store::Opening::Head {
            class,
            salt_e,
            salt_h,
            head,
        } => {
            with_head(&mut bytes, Level::Head, *class, [salt_e, salt_h], head);
        }
        store::Opening::Content {
            class,
            salt_e,
            salt_h,
            salt_c,
            head,
            ..
        } => {
            with_head(&mut bytes, Level::Content, *class, [salt_e, salt_h], head);
            bytes.extend_from_slice(salt_c);
        }
    }
    Opening::parse(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_goes_over_and_back() {
        let head = Bytes::from_static(b"{\"v\":1}");
        let salts = [[1; 32], [2; 32], [3; 32]];
        for held in [
            store::Opening::Withheld,
            store::Opening::Class {
                class: 2,
                salt_e: salts[0],
                head_c: salts[1],
            },
            store::Opening::Head {
                class: 3,
                salt_e: salts[0],
                salt_h: salts[1],
                head: head.clone(),
            },
            store::Opening::Content {
                class: 4,
                salt_e: salts[0],
                salt_h: salts[1],
                salt_c: salts[2],
                head,
                content: None,
            },
        ] {
            assert_eq!(to_store(&from_store(&held).unwrap(), None), held);
        }
    }
}
