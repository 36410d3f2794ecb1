//! The record: Merkle logs, signed notes, receipts and proofs. No I/O, no clock, no randomness.
//!
//! Each party has one append-only log in each track. An *entry* of it commits, under salts, to one
//! *item*: its class, its head, its content. An *opening* discloses an entry up to a level. A
//! *checkpoint* is the signed root of the log at a size; a *receipt* is the other party's
//! countersignature of it, which means "this node durably holds everything up to here". From these a
//! proof of any one item can be cut out, which an outsider checks alone.
//!
//! | what happens | module |
//! |---|---|
//! | an item is sealed, travels, is opened | [`entry`], [`head`], [`opening`], [`package`] |
//! | a log grows | [`append`], [`tile`], [`tree`], [`hash`] |
//! | somebody signs | [`key`], [`name`], [`note`], [`checkpoint`], [`cosignature`], [`receipt`] |
//! | a party speaks of itself and its logs | [`card`], [`declaration`], [`acceptance`], [`control`] |
//! | an outsider checks | [`verify`], [`proof`], [`absence`], [`fork`], [`policy`] |
//! | a log is copied and audited | [`witness_wire`], [`fsck`] |
//!
//! The bytes are those of `docs/FORMATS.md`: RFC 6962 hashing, the C2SP texts (signed-note,
//! tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof, tlog-policy, tlog-witness, tlog-mirror),
//! and ours where that page says so. Times, salts and seeds are arguments.
//!
//! # The model on one screen
//! ```
//! use std::collections::HashMap;
//! use record::append::{Edge, append};
//! use record::checkpoint::{Checkpoint, LogVerifier};
//! use record::cosignature::SigningTime;
//! use record::entry::{Class, Salts, seal};
//! use record::hash::TreeSize;
//! use record::head::{HeadDraft, MEDIA_STIX, Seen};
//! use record::key::{Algorithm, KeyPair, LogSigner, PrivateKey, ReceiptSigner, Seed};
//! use record::opening::Level;
//! use record::policy::Policy;
//! use record::proof::TlogProof;
//! use record::receipt::countersign;
//! use record::tile::TileId;
//! use record::tree::{TileReader, inclusion_proof};
//!
//! // Party a has a log, party b a receipt key. (Seeds come from the operating system.)
//! let pair = |name: &str, seed: u8| {
//!     let key = |algorithm, seed| {
//!         PrivateKey::from_seed(name.parse()?, algorithm, Seed::new([seed; 32]))
//!     };
//!     KeyPair::new(key(Algorithm::Ed25519, seed)?, key(Algorithm::MlDsa44, seed + 1)?)
//! };
//! let log = LogSigner::new(pair("a.example/chancery/0123456789abcdef", 1)?)?;
//! let receiver = ReceiptSigner::new(pair("b.example/chancery/receipt", 3)?)?;
//!
//! // a seals an inquiry and appends it.
//! let (origin, content, seen) = (log.origin(), br#"{"type":"x"}"#, Seen::new());
//! let draft = HeadDraft {
//!     log: &origin,
//!     seq: TreeSize::ZERO.next_index()?,
//!     media: MEDIA_STIX,
//!     sent: "2026-11-22T08:00:00.000000Z".parse()?,
//!     lang: Some("en"),
//!     office: None,
//!     seen: &seen,
//! };
//! let sealed = seal(&draft, Class::Inquiry, content, &Salts::from_random(&[7; 96]))?;
//! let appended = append(&Edge::new(), [&sealed.entry])?;
//! let tiles = Tiles(appended.tiles.iter().map(|tile| (tile.id, tile.bytes.clone())).collect());
//!
//! // a signs the checkpoint; b verifies and holds everything below it, and countersigns.
//! let size = appended.edge.size();
//! let checkpoint = Checkpoint::new(origin.key_name().clone(), size, appended.root)?;
//! let note = log.sign(&checkpoint, SigningTime::new(1_795_334_400, 0)?)?;
//! let verified = LogVerifier::new(log.vkeys())?.verify(note)?;
//! let receipted = countersign(&verified, &receiver, SigningTime::new(1_795_334_460, 0)?)?;
//!
//! // Anybody can show that the inquiry was made and received, and keep what it asked to himself.
//! let path = inclusion_proof(&tiles, draft.seq, size).map_err(|id| format!("{id:?}"))?;
//! let opening = sealed.opening.reduced_to(Level::Head)?;
//! let file = TlogProof::of_item(opening, None, draft.seq, path, receipted)?.to_text();
//!
//! // An outsider needs the file, and a policy that says whom to believe.
//! let [a_ed, a_ml] = log.vkeys();
//! let [b_ed, b_ml] = receiver.vkeys();
//! let policy = format!(
//!     "log {a_ed}\nlog {a_ml}\nwitness b1 {b_ed}\nwitness b2 {b_ml}\ngroup b all b1 b2\nquorum b\n"
//! );
//! let proved = record::verify::verify(file.as_bytes(), &Policy::parse(policy.as_bytes())?, None)?;
//! assert_eq!(proved.statements()[1], "it is of class inquiry");
//! assert_eq!(proved.not_proved()[1], "what its content is");
//!
//! struct Tiles(HashMap<TileId, Vec<u8>>);
//! impl TileReader for Tiles {
//!     type Error = TileId;
//!     fn tile(&self, id: TileId) -> Result<Vec<u8>, TileId> {
//!         self.0.get(&id).cloned().ok_or(id)
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod absence;
pub mod acceptance;
pub mod append;
mod base64;
pub mod card;
pub mod checkpoint;
pub mod control;
pub mod cosignature;
mod decimal;
pub mod declaration;
pub mod entry;
pub mod fork;
pub mod fsck;
pub mod hash;
pub mod head;
pub mod key;
pub mod name;
pub mod note;
pub mod opening;
pub mod package;
pub mod party_note;
pub mod policy;
pub mod proof;
pub mod receipt;
pub mod tile;
pub mod time;
pub mod tree;
pub mod verify;
pub mod witness_wire;
