//! Two parties, a log with items, and the receipts of the other side.

use std::collections::HashMap;
use std::convert::Infallible;

use record::append::{Edge, append};
use record::checkpoint::{Checkpoint, LogVerifier, ReceiptVerifier, VerifiedCheckpoint};
use record::cosignature::SigningTime;
use record::entry::{Class, Salts, Sealed, seal};
use record::fsck::LogReader;
use record::hash::{HASH_BYTES, LeafIndex, TreeSize};
use record::head::{HeadDraft, MEDIA_STIX, Seen};
use record::key::{
    Algorithm, KeyPair, LogSigner, PartySigner, PrivateKey, ReceiptSigner, Seed, WitnessSigner,
};
use record::name::Origin;
use record::note::SignedNote;
use record::package::encode_entries;
use record::receipt::countersign;
use record::tile::{BundleId, TileId};
use record::tree::TileReader;

pub(crate) const LOG: &str = "a.example/chancery/0123456789abcdef";

pub(crate) fn key(name: &str, algorithm: Algorithm) -> PrivateKey {
    let seed = record::hash::Hash::of(format!("{name} {algorithm:?}").as_bytes());
    PrivateKey::from_seed(
        name.parse().unwrap(),
        algorithm,
        Seed::new(*seed.as_bytes()),
    )
    .unwrap()
}

pub(crate) fn pair(name: &str) -> KeyPair {
    KeyPair::new(key(name, Algorithm::Ed25519), key(name, Algorithm::MlDsa44)).unwrap()
}

pub(crate) fn origin() -> Origin {
    LOG.parse().unwrap()
}

pub(crate) fn size(n: u64) -> TreeSize {
    TreeSize::new(n).unwrap()
}

pub(crate) fn index(n: u64) -> LeafIndex {
    LeafIndex::new(n).unwrap()
}

pub(crate) fn at(time: u64) -> SigningTime {
    SigningTime::new(time, 0).unwrap()
}

pub(crate) fn log_signer() -> LogSigner {
    LogSigner::new(pair(LOG)).unwrap()
}

pub(crate) fn receipt_signer() -> ReceiptSigner {
    ReceiptSigner::new(pair("b.example/chancery/receipt")).unwrap()
}

pub(crate) fn witness_signer() -> WitnessSigner {
    WitnessSigner::new(pair("w.example/chancery/witness")).unwrap()
}

pub(crate) fn party_signer() -> PartySigner {
    PartySigner::new(pair("a.example/chancery/party")).unwrap()
}

pub(crate) fn log_verifier() -> LogVerifier {
    LogVerifier::new(log_signer().vkeys()).unwrap()
}

pub(crate) fn receipt_verifier() -> ReceiptVerifier {
    ReceiptVerifier::new(receipt_signer().vkeys()).unwrap()
}

/// Believes the log, and wants the receipt of the other side.
pub(crate) fn policy_text() -> String {
    let [log_ed, log_ml] = log_signer().vkeys();
    let [receipt_ed, receipt_ml] = receipt_signer().vkeys();
    let [witness_ed, witness_ml] = witness_signer().vkeys();
    format!(
        "# what b believes\nlog {log_ed} https://a.example/\nlog {log_ml}\nwitness b-ed {receipt_ed}\n\
         witness b-ml {receipt_ml}\nwitness w-ed {witness_ed}\nwitness w-ml {witness_ml}\n\
         group b all b-ed b-ml\ngroup w any w-ed w-ml\nquorum b\n"
    )
}

/// A log kept in memory.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) edge: Edge,
    pub(crate) items: Vec<(Sealed, Vec<u8>)>,
    pub(crate) tiles: HashMap<TileId, Vec<u8>>,
    pub(crate) notes: Vec<Vec<u8>>,
}

impl Log {
    /// A log of items whose classes go round from information to ping.
    pub(crate) fn of(count: u64) -> Self {
        let mut log = Self::default();
        log.grow(count, "content");
        log
    }

    pub(crate) fn grow(&mut self, count: u64, text: &str) {
        let (origin, seen) = (origin(), Seen::new());
        let start = self.items.len() as u64;
        let new: Vec<(Sealed, Vec<u8>)> = (start..start + count)
            .map(|n| {
                let draft = HeadDraft {
                    log: &origin,
                    seq: index(n),
                    media: MEDIA_STIX,
                    sent: "2026-11-22T08:00:00.000000Z".parse().unwrap(),
                    lang: None,
                    office: None,
                    seen: &seen,
                };
                let content = format!("{text} {n}").into_bytes();
                let salt = |level: u8| {
                    *record::hash::Hash::of(format!("{level} {n}").as_bytes()).as_bytes()
                };
                let salts = Salts {
                    entry: salt(1),
                    head: salt(2),
                    content: salt(3),
                };
                (
                    seal(&draft, class_of(n), &content, &salts).unwrap(),
                    content,
                )
            })
            .collect();
        let appended = append(&self.edge, new.iter().map(|(sealed, _)| &sealed.entry)).unwrap();
        self.items.extend(new);
        self.edge = appended.edge;
        self.tiles
            .extend(appended.tiles.into_iter().map(|tile| (tile.id, tile.bytes)));
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let name = origin().key_name().clone();
        Checkpoint::new(name, self.edge.size(), self.edge.root()).unwrap()
    }

    pub(crate) fn sign(&mut self, time: u64) -> VerifiedCheckpoint {
        let note = log_signer().sign(&self.checkpoint(), at(time)).unwrap();
        self.notes.push(note.as_bytes().to_vec());
        log_verifier().verify(note).unwrap()
    }

    /// The checkpoint of now with the lines of the log and the receipt of the other side.
    pub(crate) fn receipted(&mut self, time: u64) -> SignedNote {
        countersign(&self.sign(time), &receipt_signer(), at(time + 1)).unwrap()
    }
}

pub(crate) fn class_of(n: u64) -> Class {
    Class::ALL[2 + (n % 11) as usize]
}

impl TileReader for Log {
    type Error = TileId;

    fn tile(&self, id: TileId) -> Result<Vec<u8>, TileId> {
        self.tiles.get(&id).cloned().ok_or(id)
    }
}

impl LogReader for Log {
    type Error = Infallible;

    fn checkpoints(&self) -> Result<Vec<Vec<u8>>, Infallible> {
        Ok(self.notes.clone())
    }

    fn entries(&self, id: BundleId) -> Result<Option<Vec<u8>>, Infallible> {
        let leaves = id.leaves().start as usize..id.leaves().end as usize;
        let items = self.items.get(leaves);
        Ok(items.map(|items| encode_entries(items.iter().map(|(sealed, _)| &sealed.entry))))
    }

    fn stored_tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Infallible> {
        assert!(self.tiles.values().all(|tile| tile.len() % HASH_BYTES == 0));
        Ok(self.tiles.get(&id).cloned())
    }

    fn opening(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self
            .items
            .get(index.get() as usize)
            .map(|(sealed, _)| sealed.opening.encode()))
    }

    fn content(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self
            .items
            .get(index.get() as usize)
            .map(|(_, content)| content.clone()))
    }
}
