//! Provenance: which party passed an object, under which entry, when it came and who confirmed it; and the proof of it,
//! for whoever has read the object from the collection (DESIGN §4).

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use record::tree::leaf_hash;
use store::{
    CosignatureKind, Listed, Position, StoredCheckpoint, VersionKey, VersionsWanted, Wanted,
};

use crate::{
    access::{Caller, MayRead},
    collections::Collection,
    desk::{state::receiver, when::from_micros},
    directory::{LogEntry, TrackEntry},
    error::ApiError,
    node::Node,
    request::{ObjectAsked, ProofAsked, Prove},
    view::{ObjectView, PassedView, ProofView, ReceiptedView, VersionView},
};

/// Most versions of an object that are told at once; a version can be asked for.
const VERSIONS_MAX: usize = 1_000;
/// Most checkpoints over an item that are looked through for the first receipt of each party; the newest receipt of a
/// party counts where its first is further on.
const CHECKPOINTS_MAX: usize = 256;
/// What the proof is to the object: its C2SP transparency-log proof.
const PROOF_REL: &str = "https://c2sp.org/tlog-proof";

/// The party that passed an object.
const PARTY: HeaderName = HeaderName::from_static("chancery-party");
/// The item: `ORIGIN#INDEX`.
const ENTRY: HeaderName = HeaderName::from_static("chancery-entry");
/// When it was received here, RFC 3339.
const RECEIVED: HeaderName = HeaderName::from_static("chancery-received");

impl Node {
    /// Where a listed object came from, in headers that plain clients ignore: `Chancery-Party`, `Chancery-Entry`,
    /// `Chancery-Received`, and a `Link` to its proof. Nothing where the log is not known any more.
    pub fn provenance_headers(&self, track: &TrackEntry, listed: &Listed) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let log = self.log_at(listed.position);
        let Some(log) = log.filter(|log| log.track.id == track.id) else {
            return headers;
        };
        let entry = format!("{}#{}", log.origin, listed.position.seq());
        let link = format!(
            "</api/v1/objects/proof?item={}>; rel=\"{PROOF_REL}\"",
            entry.replace('#', "%23")
        );
        let texts = [
            (PARTY, log.party.to_string()),
            (ENTRY, entry),
            (RECEIVED, added(listed)),
            (header::LINK, link),
        ];
        for (name, text) in texts {
            // Hosts, numbers and times are ASCII; were one not, it is better left out than the answer.
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Where the versions of an object came from.
    pub(crate) async fn provenance(
        &self,
        by: &Caller,
        asked: ObjectAsked,
    ) -> Result<ObjectView, ApiError> {
        let may = self.readable_collection(by, &asked.collection)?;
        let collection = may.collection();
        let listed = self.versions_listed(collection, &asked).await?;
        let mut keys: BTreeMap<String, Option<&Listed>> = listed
            .iter()
            .map(|each| (each.order.clone(), Some(each)))
            .collect();
        if let Some(version) = &asked.version {
            // It may be on the record and not in the collection any more.
            keys.entry(order(version)?).or_insert(None);
        }
        let mut versions = Vec::new();
        for (order, listed) in keys {
            if let Some(version) = self.version(collection, &asked.id, order, listed).await? {
                versions.push(version);
            }
        }
        if versions.is_empty() {
            return Err(no_such(collection, &asked.id, asked.version.as_deref()));
        }
        Ok(ObjectView {
            collection: collection.path(),
            id: asked.id,
            versions,
        })
    }

    /// The proof of an object, as `chancery prove` makes it for its item.
    pub(crate) async fn object_proof(
        &self,
        by: &Caller,
        asked: ProofAsked,
    ) -> Result<ProofView, ApiError> {
        let item = match asked {
            ProofAsked {
                item: Some(item),
                collection: None,
                id: None,
                version: None,
                ..
            } => {
                self.shown_to(by).item_to_read(&item)?;
                item
            }
            ProofAsked {
                item: None,
                collection: Some(collection),
                id: Some(id),
                version,
                ..
            } => {
                let asked = ObjectAsked {
                    collection,
                    id,
                    version,
                };
                let found = self.provenance(by, asked).await?;
                let last = found.versions.last().and_then(|last| last.passed.first());
                let last = last.ok_or_else(|| {
                    ApiError::not_found(format!("of {} no entry is held here", found.id))
                })?;
                format!("{}#{}", last.origin, last.index)
            }
            ProofAsked { .. } => {
                return Err(ApiError::invalid(
                    "say which object: ?item= as `Chancery-Entry` names it, or ?collection=, id= and perhaps version=",
                ));
            }
        };
        let level = asked_level(asked.level);
        self.prove(Prove { item, level }).await
    }

    /// The permission to read a collection as people name it; one that somebody may not see does not exist for them.
    fn readable_collection(&self, by: &Caller, wanted: &str) -> Result<MayRead, ApiError> {
        let collections = self.collections();
        let unknown = || ApiError::not_found(format!("there is no collection `{wanted}` here"));
        let collection = collections.named(wanted).map_err(|_| unknown())?;
        by.reads(&collection).ok_or_else(unknown)
    }

    async fn versions_listed(
        &self,
        collection: &Collection,
        asked: &ObjectAsked,
    ) -> Result<Vec<Listed>, ApiError> {
        let versions = match &asked.version {
            None => VersionsWanted {
                all: true,
                ..VersionsWanted::default()
            },
            Some(version) => VersionsWanted {
                last: false,
                exact: vec![order(version)?],
                ..VersionsWanted::default()
            },
        };
        let wanted = Wanted {
            ids: vec![asked.id.clone()],
            versions,
            specs: store::SPECS.to_vec(),
            ..Wanted::default()
        };
        let page = self
            .store()
            .list(collection.track.id, wanted, 0, VERSIONS_MAX)
            .await?;
        Ok(page.rows)
    }

    async fn version(
        &self,
        collection: &Collection,
        id: &str,
        order: String,
        listed: Option<&Listed>,
    ) -> Result<Option<VersionView>, ApiError> {
        let key = VersionKey {
            stix_id: id.to_owned(),
            order,
        };
        let track = collection.track.id;
        let mut held = self.store().lookup_objects(track, vec![key]).await?;
        let mut held = held.pop().unwrap_or_default();
        if held.is_empty() {
            return Ok(None);
        }
        if let Some(listed) = listed {
            held.sort_by_key(|each| each.position != listed.position);
        }
        let mut passed = Vec::with_capacity(held.len());
        for each in held {
            let hash = hex::encode(each.content_hash);
            passed.extend(self.passed(each.position, hash).await?);
        }
        Ok(Some(VersionView {
            version: listed.map_or_else(String::new, |each| each.key.version.clone()),
            added: listed.map(added),
            passed,
        }))
    }

    async fn passed(
        &self,
        position: Position,
        content_sha256: String,
    ) -> Result<Option<PassedView>, ApiError> {
        let Some(log) = self.log_at(position) else {
            return Ok(None);
        };
        let Some(stored) = self.store().item(position).await? else {
            return Ok(None);
        };
        let sent = stored.item.opening.head().and_then(|head| {
            let head: serde_json::Value = serde_json::from_slice(head).ok()?;
            head.get("sent")?.as_str().map(str::to_owned)
        });
        let index = position.seq();
        let covering = self
            .store()
            .checkpoints(log.id, index + 1..u64::MAX, CHECKPOINTS_MAX)
            .await?;
        let signed = self.signed_last(&log).await?;
        let checkpoint = covering
            .first()
            .or(signed.as_ref())
            .map(|each| each.checkpoint.size)
            .filter(|size| *size > index);
        Ok(Some(PassedView {
            party: log.party.to_string(),
            item: self.directory().address(&log, index),
            origin: log.origin.to_string(),
            index,
            leaf: STANDARD.encode(leaf_hash(&stored.item.entry).as_bytes()),
            content_sha256,
            sent,
            checkpoint,
            receipts: self.first_receipts(&log, index, &covering).await?,
        }))
    }

    /// The first receipt of each party that covers an item, by party.
    async fn first_receipts(
        &self,
        log: &LogEntry,
        index: u64,
        covering: &[StoredCheckpoint],
    ) -> Result<Vec<ReceiptedView>, ApiError> {
        let mut first: BTreeMap<String, ReceiptedView> = BTreeMap::new();
        for held in covering {
            for cosignature in &held.cosignatures {
                let by = receiver(&cosignature.name)
                    .filter(|_| cosignature.kind == CosignatureKind::Receipt);
                let time = cosignature.lines.iter().map(|line| line.time).max();
                let (Some(by), Some(time)) = (by, time) else {
                    continue;
                };
                let size = held.checkpoint.size;
                first
                    .entry(by.to_string())
                    .or_insert_with(|| receipted(by.to_string(), size, time));
            }
        }
        for newest in self.receipts(log).await? {
            if newest.size > index {
                first
                    .entry(newest.party.clone())
                    .or_insert_with(|| receipted(newest.party, newest.size, newest.at));
            }
        }
        Ok(first.into_values().collect())
    }

    fn log_at(&self, position: Position) -> Option<Arc<LogEntry>> {
        let directory = self.directory();
        let mut logs = directory.logs();
        logs.find(|log| log.id == position.log()).cloned()
    }
}

/// When a version was added to the collection, as TAXII says it (`date_added`).
fn added(listed: &Listed) -> String {
    taxii::Timestamp::from_micros(listed.added).map_or_else(String::new, |at| at.to_string())
}

fn receipted(party: String, size: u64, at: u64) -> ReceiptedView {
    let micros = i64::try_from(at)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000);
    ReceiptedView {
        party,
        size,
        at: from_micros(micros),
    }
}

/// A version as it sorts, from how somebody spells it; objects without a version have the one that TAXII gives them.
fn order(version: &str) -> Result<String, ApiError> {
    if version == NO_VERSION {
        return Ok(String::new());
    }
    let version: stix::Timestamp = version.parse().map_err(|error| {
        ApiError::invalid(format!("`{version}` is no version of an object: {error}"))
    })?;
    Ok(version.sort_key().to_owned())
}

/// The version that TAXII gives objects that say none (TAXII 2.1 §3.4, and PLAN).
const NO_VERSION: &str = "1970-01-01T00:00:00.000Z";

fn asked_level(level: Option<String>) -> String {
    level.unwrap_or_else(|| "content".to_owned())
}

fn no_such(collection: &Collection, id: &str, version: Option<&str>) -> ApiError {
    let version = version.map_or_else(String::new, |version| format!(" in version {version}"));
    ApiError::not_found(format!(
        "there is no object {id}{version} in {}",
        collection.path()
    ))
}
