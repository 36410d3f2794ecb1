//! Opening what was fetched: every commitment checked; what does not hold becomes an exception and keeps nothing else
//! from being held.

use bytes::Bytes;
use record::{
    append::{self, Edge},
    control::ExceptionReason,
    entry::{Class, Entry},
    hash::{Hash, LeafIndex},
    head::{MEDIA_STIX, MEDIA_STIX_20},
    name::Origin,
    opening::{Level, Opened, Opening, Place, open},
    package::{PackageError, PackedItem, Unpacked},
};
use store::{Append, Checkpoint, Item, ItemState, NewObject};

use crate::{
    directory::LogEntry,
    held,
    resource::Resource,
    sequencer::ObjectVersion,
    source::{Source, SourceError},
    trees::{self},
};

use super::{PullError, runs::Fetched};

/// Runs that were opened, ready to be stored.
pub(super) struct Batch {
    expected_size: u64,
    pub(super) items: Vec<Item>,
    objects: Vec<NewObject>,
    pub(super) exceptions: Vec<(u64, ExceptionReason)>,
    /// Contents that were left out of their package: index, opening, place.
    alone: Vec<(u64, Opening, Entry)>,
    origin: Origin,
    tiles: Vec<append::Tile>,
    pub(super) edge: Edge,
}

pub(super) fn open_runs(
    origin: &Origin,
    held: u64,
    runs: Vec<Fetched>,
    edge: Edge,
) -> Result<Batch, String> {
    let mut batch = Batch {
        expected_size: held,
        items: Vec::new(),
        objects: Vec::new(),
        exceptions: Vec::new(),
        alone: Vec::new(),
        origin: origin.clone(),
        tiles: Vec::new(),
        edge,
    };
    let mut arena = stix::tree::Arena::default();
    let mut fresh = Vec::new();
    for run in runs {
        let unpacked = run.package.as_ref().map(|package| Unpacked::new(package));
        let packed = match &unpacked {
            Err(reason) => Err(**reason),
            Ok(Err(PackageError::TooLarge)) => Err(ExceptionReason::TooLarge),
            Ok(Err(_)) => Err(ExceptionReason::Malformed),
            Ok(Ok(unpacked)) => unpacked
                .items(run.run.width())
                .map_err(|_| ExceptionReason::Malformed),
        };
        for (number, entry) in run.entries.into_iter().enumerate() {
            let index = run.run.leaves().start + number as u64;
            if index < held {
                continue;
            }
            match &packed {
                Ok(packed) => batch.take(&mut arena, index, entry, &packed[number]),
                Err(reason) => batch.except(index, entry, *reason),
            }
            fresh.push(entry);
        }
    }
    let appended = append::append(&batch.edge, &fresh).map_err(|error| error.to_string())?;
    batch.tiles = appended.tiles;
    batch.edge = appended.edge;
    Ok(batch)
}

impl Batch {
    fn take(
        &mut self,
        arena: &mut stix::tree::Arena,
        index: u64,
        entry: Entry,
        packed: &PackedItem<'_>,
    ) {
        let Ok(place) = LeafIndex::new(index) else {
            return self.except(index, entry, ExceptionReason::Malformed);
        };
        let place = Place {
            log: &self.origin,
            index: place,
        };
        let opened = match open(&entry, &packed.opening, place, packed.content) {
            Ok(opened) => opened,
            Err(_) => return self.except(index, entry, ExceptionReason::Mismatched),
        };
        match (&opened, packed.opening.level()) {
            // Sealed for now, or erased: the class is all there is to hold.
            (Opened::Class(Class::Sealed), _) => self.push(entry, packed, &opened, arena, index),
            (Opened::Content { .. }, _) => self.push(entry, packed, &opened, arena, index),
            (Opened::Head { .. }, Level::Content) => {
                self.alone.push((index, packed.opening.clone(), entry));
                self.items.push(excepted(entry));
            }
            _ => self.except(index, entry, ExceptionReason::Missing),
        }
    }

    fn push(
        &mut self,
        entry: Entry,
        packed: &PackedItem<'_>,
        opened: &Opened,
        arena: &mut stix::tree::Arena,
        index: u64,
    ) {
        match whole(entry, &packed.opening, opened, packed.content, arena, index) {
            Ok((item, object)) => {
                self.items.push(item);
                self.objects.extend(object);
            }
            Err(reason) => self.except(index, entry, reason),
        }
    }

    fn except(&mut self, index: u64, entry: Entry, reason: ExceptionReason) {
        self.exceptions.push((index, reason));
        self.items.push(excepted(entry));
    }

    pub(super) fn into_append(self, log: &LogEntry, at: i64, checkpoint: Checkpoint) -> Append {
        Append {
            log: log.id,
            expected_size: self.expected_size,
            items: self.items,
            tiles: self.tiles.into_iter().map(trees::to_store).collect(),
            objects: self.objects,
            checkpoint: Some(checkpoint),
            at,
        }
    }
}

/// An item of which only the entry is held.
pub(in crate::sync) fn excepted(entry: Entry) -> Item {
    Item {
        entry: *entry.as_bytes(),
        opening: store::Opening::Withheld,
        state: ItemState::Excepted,
        content_c: None,
    }
}

/// An opened item as it is stored, and the object in it; JSON that is not canonical is malformed.
pub fn whole(
    entry: Entry,
    opening: &Opening,
    opened: &Opened,
    content: Option<&[u8]>,
    arena: &mut stix::tree::Arena,
    index: u64,
) -> Result<(Item, Option<NewObject>), ExceptionReason> {
    let (mut object, mut kept) = (None, None);
    if let (Some(head), Some(content)) = (opened.head(), content) {
        let media = head.media();
        if media.ends_with("+json") || media.starts_with("application/stix+json") {
            json::is_canonical(content, &json::Limits::default())
                .map_err(|_| ExceptionReason::Malformed)?;
        }
        if matches!(media, MEDIA_STIX | MEDIA_STIX_20)
            && opened.class() == Some(record::entry::Class::Information)
        {
            let read = stix::Object::from_canonical_in(arena, content.to_vec())
                .map_err(|_| ExceptionReason::Malformed)?;
            let content_hash = *Hash::of(content).as_bytes();
            object = Some(ObjectVersion::of(&read).in_item(index, content_hash));
            kept = Some(Bytes::from(read.into_bytes()));
        }
    }
    let content_c = opened
        .head()
        .filter(|_| content.is_some_and(|content| held::fetched_alone(content.len())))
        .map(|head| *head.content().as_bytes());
    let item = Item {
        entry: *entry.as_bytes(),
        opening: held::to_store(
            opening,
            kept.or_else(|| content.map(Bytes::copy_from_slice)),
        ),
        state: ItemState::Whole,
        content_c,
    };
    Ok((item, object))
}

/// Fetches the contents that their packages left out, one by one.
pub(super) async fn fetch_alone(
    source: &dyn Source,
    log: &LogEntry,
    batch: &mut Batch,
) -> Result<(), PullError> {
    let mut arena = stix::tree::Arena::default();
    for (index, opening, entry) in std::mem::take(&mut batch.alone) {
        let fetched = fetch_content(source, log, &opening, index, entry, &mut arena).await;
        let at = usize::try_from(index - batch.expected_size).unwrap_or(usize::MAX);
        match fetched {
            Ok((item, object)) => {
                batch.items[at] = item;
                batch.objects.extend(object);
            }
            Err(reason) => batch.exceptions.push((index, reason)),
        }
    }
    batch.objects.sort_by_key(|object| object.seq);
    Ok(())
}

/// Fetches one content by its commitment and opens its entry with it.
///
/// # Errors
/// The reason for an exception.
pub async fn fetch_content(
    source: &dyn Source,
    log: &LogEntry,
    opening: &Opening,
    index: u64,
    entry: Entry,
    arena: &mut stix::tree::Arena,
) -> Result<(Item, Option<NewObject>), ExceptionReason> {
    let head = opening
        .head()
        .and_then(|head| record::head::Head::parse(head).ok());
    let head = head.ok_or(ExceptionReason::Malformed)?;
    if head.content_bytes() > record::head::CONTENT_BYTES_MAX as u64 {
        return Err(ExceptionReason::TooLarge);
    }
    let content = match source
        .fetch(&Resource::Content(log.hash, *head.content()))
        .await
    {
        Ok(Some(content)) => content,
        Ok(None) | Err(SourceError::Unreachable { .. } | SourceError::Refused { .. }) => {
            return Err(ExceptionReason::Missing);
        }
        Err(SourceError::TooLarge { .. }) => return Err(ExceptionReason::TooLarge),
    };
    let place = LeafIndex::new(index).map_err(|_| ExceptionReason::Malformed)?;
    let place = Place {
        log: &log.origin,
        index: place,
    };
    let opened =
        open(&entry, opening, place, Some(&content)).map_err(|_| ExceptionReason::Mismatched)?;
    whole(entry, opening, &opened, Some(&content), arena, index)
}
