//! Signed notes ([c2sp.org/signed-note](https://c2sp.org/signed-note)).
//!
//! ```text
//! <text, ending in a line feed>
//!
//! — <key name> base64(key id [4] || signature)
//! ```
//!
//! A [`SignedNote`] keeps the exact bytes. Its text means nothing until [`SignedNote::verify`] has found
//! the lines of known keys good; unknown lines are ignored, a bad line of a known key refuses the note.

use std::fmt;

use crate::base64;
use crate::key::{BadSignature, KeyId, Vkey};
use crate::name::KeyName;

/// The longest note in bytes (`docs/FORMATS.md` §10).
pub const NOTE_BYTES_MAX: usize = 64 * 1024;

/// The most lines of known keys that one note is verified for (`docs/FORMATS.md` §10).
pub const NOTE_SIGNATURES_MAX: usize = 16;

const DASH: &str = "— ";
const KEY_ID_BYTES: usize = 4;

/// One signature line.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SignatureLine {
    name: KeyName,
    id: KeyId,
    signature: Vec<u8>,
}

/// A note that is well formed, whoever signed it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedNote {
    bytes: String,
    text_len: usize,
    lines: Vec<SignatureLine>,
}

/// A known key's line, found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoodLine<'k> {
    /// The key.
    pub key: &'k Vkey,
    /// The time that the line states, in POSIX seconds, for types that state one.
    pub time: Option<u64>,
}

/// Why bytes are no note, or a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is too long.
    #[error("a note of {bytes} bytes, the limit is {NOTE_BYTES_MAX}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// It is not UTF-8.
    #[error("a note that is not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// The first byte that is not part of a UTF-8 sequence.
        offset: usize,
    },
    /// It has a control character other than the line feed.
    #[error("a note with control character {byte:#04x} at byte {offset}")]
    ControlCharacter {
        /// Which.
        byte: u8,
        /// Where.
        offset: usize,
    },
    /// No blank line parts the text from the signatures.
    #[error("a note without a blank line before its signatures")]
    NoBlankLine,
    /// The text is empty or does not end in a line feed.
    #[error("a note text that does not end in a line feed")]
    TextWithoutEnd,
    /// There is no signature line.
    #[error("a note without signatures")]
    NoSignatures,
    /// A line after the blank one is no signature line.
    #[error("signature line {number} is malformed")]
    MalformedLine {
        /// From 1, after the blank line.
        number: usize,
    },
    /// More lines of known keys than we care to verify.
    #[error("a note with {found} lines of known keys, the limit is {NOTE_SIGNATURES_MAX}")]
    TooManySignatures {
        /// How many there are.
        found: usize,
    },
    /// A line of a known key does not hold.
    #[error("the line of {key} is bad: {reason}")]
    BadSignature {
        /// The name of the key.
        key: KeyName,
        /// Why.
        reason: BadSignature,
    },
    /// No known key has signed.
    #[error("no known key has signed the note")]
    NotSigned,
    /// A key that must have signed has not.
    #[error("{key} ({id}) has not signed the note")]
    Missing {
        /// The name of the key.
        key: KeyName,
        /// Its id.
        id: KeyId,
    },
    /// Lines can only be moved between notes of one text.
    #[error("the notes have different texts")]
    OtherText,
}

impl SignatureLine {
    /// Puts a line together.
    pub(crate) fn new(name: KeyName, id: KeyId, signature: Vec<u8>) -> Self {
        Self {
            name,
            id,
            signature,
        }
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What stands behind the key id.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whether the line claims to be by this key.
    #[must_use]
    pub fn is_by(&self, key: &Vkey) -> bool {
        self.id == key.id() && self.name == *key.name()
    }

    /// Reads one line, without its line feed.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (name, blob) = line.strip_prefix(DASH)?.split_once(' ')?;
        let blob = base64::decode(blob)?;
        let (id, signature) = blob.split_first_chunk::<KEY_ID_BYTES>()?;
        if signature.is_empty() {
            return None;
        }
        Some(Self {
            name: name.parse().ok()?,
            id: KeyId::new(*id),
            signature: signature.to_vec(),
        })
    }

    /// Reads lines that each end in a line feed, such as a witness's answer.
    ///
    /// # Errors
    /// [`NoteError::TooLarge`], [`NoteError::NotUtf8`], [`NoteError::NoSignatures`] or
    /// [`NoteError::MalformedLine`].
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, NoteError> {
        lines(checked(bytes)?)
    }
}

impl fmt::Display for SignatureLine {
    /// With its line feed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blob = [self.id.as_bytes().as_slice(), &self.signature].concat();
        writeln!(f, "{DASH}{} {}", self.name, base64::encode(&blob))
    }
}

impl fmt::Debug for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignatureLine({} {})", self.name, self.id)
    }
}

/// Length, UTF-8, control characters.
fn checked(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > NOTE_BYTES_MAX {
        return Err(NoteError::TooLarge { bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|err| NoteError::NotUtf8 {
        offset: err.valid_up_to(),
    })?;
    match bytes.iter().position(|&byte| byte < 0x20 && byte != b'\n') {
        Some(offset) => Err(NoteError::ControlCharacter {
            byte: bytes[offset],
            offset,
        }),
        None => Ok(text),
    }
}

fn lines(text: &str) -> Result<Vec<SignatureLine>, NoteError> {
    if text.is_empty() {
        return Err(NoteError::NoSignatures);
    }
    let number_of_lines = text.split_inclusive('\n').enumerate();
    number_of_lines
        .map(|(at, line)| {
            let line = line.strip_suffix('\n').and_then(SignatureLine::parse);
            line.ok_or(NoteError::MalformedLine { number: at + 1 })
        })
        .collect()
}

impl SignedNote {
    /// Reads a note. Nothing is verified yet.
    ///
    /// # Errors
    /// Any [`NoteError`] that is about the form.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let note = checked(bytes)?;
        let blank = note.rfind("\n\n").ok_or(NoteError::NoBlankLine)?;
        let text_len = blank + 1;
        if text_len == 1 {
            return Err(NoteError::TextWithoutEnd);
        }
        let lines = lines(&note[text_len + 1..])?;
        Ok(Self {
            bytes: note.to_owned(),
            text_len,
            lines,
        })
    }

    /// Puts a note together.
    ///
    /// # Errors
    /// Any [`NoteError`] that is about the form.
    pub fn new(text: String, lines: Vec<SignatureLine>) -> Result<Self, NoteError> {
        if text.len() < 2 || !text.ends_with('\n') {
            return Err(NoteError::TextWithoutEnd);
        }
        if lines.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        let text_len = text.len();
        let mut bytes = text;
        bytes.push('\n');
        for line in &lines {
            bytes.push_str(&line.to_string());
        }
        checked(bytes.as_bytes())?;
        Ok(Self {
            bytes,
            text_len,
            lines,
        })
    }

    /// The signed text, with its last line feed. Not to be believed before it is verified.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.bytes[..self.text_len]
    }

    /// The signature lines, in their order.
    #[must_use]
    pub fn lines(&self) -> &[SignatureLine] {
        &self.lines
    }

    /// The exact note.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.bytes
    }

    /// The exact bytes of the note.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_bytes()
    }

    /// Verifies every line that a known key is said to have made, and gives those keys with the times
    /// they state. A key that signed twice is given twice.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`], [`NoteError::BadSignature`] for the first bad line of a known
    /// key, [`NoteError::NotSigned`] when there is no line of a known key.
    pub fn verify<'k>(&self, known: &'k [Vkey]) -> Result<Vec<GoodLine<'k>>, NoteError> {
        let of_known = |line| -> Option<(&SignatureLine, &'k Vkey)> {
            known
                .iter()
                .find(|key| SignatureLine::is_by(line, key))
                .map(|key| (line, key))
        };
        let by_known: Vec<_> = self.lines.iter().filter_map(of_known).collect();
        if by_known.is_empty() {
            return Err(NoteError::NotSigned);
        }
        if by_known.len() > NOTE_SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures {
                found: by_known.len(),
            });
        }
        by_known
            .into_iter()
            .map(
                |(line, key)| match key.verify(self.text(), &line.signature) {
                    Ok(time) => Ok(GoodLine { key, time }),
                    Err(reason) => Err(NoteError::BadSignature {
                        key: key.name().clone(),
                        reason,
                    }),
                },
            )
            .collect()
    }

    /// Verifies that every one of the keys has signed.
    ///
    /// # Errors
    /// As [`SignedNote::verify`], and [`NoteError::Missing`] for the first key without a line.
    pub fn verify_all<'k>(&self, keys: &'k [Vkey]) -> Result<Vec<GoodLine<'k>>, NoteError> {
        let good = match self.verify(keys) {
            Err(NoteError::NotSigned) => Vec::new(),
            verified => verified?,
        };
        match keys
            .iter()
            .find(|key| !good.iter().any(|line| line.key == *key))
        {
            Some(key) => Err(NoteError::Missing {
                key: key.name().clone(),
                id: key.id(),
            }),
            None => Ok(good),
        }
    }

    /// The note with more lines; one that it has already, byte for byte, is not added again.
    ///
    /// # Errors
    /// [`NoteError::TooLarge`].
    pub fn with_lines(
        &self,
        more: impl IntoIterator<Item = SignatureLine>,
    ) -> Result<Self, NoteError> {
        let mut lines = self.lines.clone();
        for line in more {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        Self::new(self.text().to_owned(), lines)
    }

    /// The note with the lines of another note of the same text.
    ///
    /// # Errors
    /// [`NoteError::OtherText`] or [`NoteError::TooLarge`].
    pub fn merge(&self, other: &Self) -> Result<Self, NoteError> {
        if self.text() != other.text() {
            return Err(NoteError::OtherText);
        }
        self.with_lines(other.lines.iter().cloned())
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.bytes)
    }
}

impl fmt::Debug for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedNote({:?}, {:?})", self.text(), self.lines)
    }
}
