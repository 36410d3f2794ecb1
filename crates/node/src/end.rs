//! Where a log ends (`docs/FORMATS.md` §4): its last entry is `closed`, and the declaration of the log that goes on
//! names the checkpoint over it as final. Its writer puts nothing after that entry, and everybody else believes
//! no other checkpoint of it: whoever gets hold of the old keys afterwards can say nothing with them.

use record::{
    checkpoint::VerifiedCheckpoint,
    control::Control,
    declaration::VerifiedDeclaration,
    hash::{Hash, TreeSize},
    head::{Head, MEDIA_CONTROL},
    name::Origin,
};
use store::{LogId, ReadLimits, Store, StoreError};

/// The final checkpoint of a log, as its party declared it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    size: TreeSize,
    root: Hash,
    successor: Origin,
}

/// Why a checkpoint of a log that ended is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTheEnd {
    /// It is smaller: no more than an old one, if it is one.
    #[error("it ended at size {end}, and this is for size {offered}")]
    Earlier {
        /// The final size.
        end: TreeSize,
        /// The size offered.
        offered: TreeSize,
    },
    /// It is larger.
    #[error(
        "it ended at size {end}, where {successor} goes on, and this was signed with its old keys for size {offered}"
    )]
    Later {
        /// The final size.
        end: TreeSize,
        /// The log that goes on.
        successor: Origin,
        /// The size offered.
        offered: TreeSize,
    },
    /// It is another tree.
    #[error(
        "it ended at size {end}, where {successor} goes on, and this was signed with its old keys for another tree of \
         that size"
    )]
    OtherRoot {
        /// The final size.
        end: TreeSize,
        /// The log that goes on.
        successor: Origin,
    },
}

impl End {
    /// Of which log a declaration names the end, and the end.
    pub fn declared(declaration: &VerifiedDeclaration) -> Option<(Origin, Self)> {
        let says = declaration.declaration();
        let predecessor = says.predecessor.as_ref().filter(|each| each.is_final)?;
        let end = Self {
            size: predecessor.size,
            root: predecessor.root,
            successor: says.origin.clone(),
        };
        Some((predecessor.origin.clone(), end))
    }

    /// Entries it ended with.
    pub fn size(&self) -> TreeSize {
        self.size
    }

    /// Whether another declaration names the same end. A party that was restored may open several successors.
    pub fn agrees(&self, other: &Self) -> bool {
        (self.size, self.root) == (other.size, other.root)
    }

    /// Checks that a checkpoint is the final one.
    ///
    /// # Errors
    /// [`NotTheEnd`].
    pub fn check(&self, offered: &VerifiedCheckpoint) -> Result<(), NotTheEnd> {
        let (end, successor) = (self.size, || self.successor.clone());
        match offered.size().cmp(&end) {
            std::cmp::Ordering::Less => Err(NotTheEnd::Earlier {
                end,
                offered: offered.size(),
            }),
            std::cmp::Ordering::Greater => Err(NotTheEnd::Later {
                end,
                successor: successor(),
                offered: offered.size(),
            }),
            std::cmp::Ordering::Equal if *offered.root() == self.root => Ok(()),
            std::cmp::Ordering::Equal => Err(NotTheEnd::OtherRoot {
                end,
                successor: successor(),
            }),
        }
    }
}

/// What the last entry of an ended log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Why it ended, in words.
    pub reason: String,
    /// The log that goes on.
    pub successor: Origin,
}

/// Reads the last entry that is held of a log of `size` entries, if it ends the log.
///
/// # Errors
/// [`StoreError`].
pub async fn closed(
    store: &dyn Store,
    log: LogId,
    size: u64,
) -> Result<Option<Closed>, StoreError> {
    let Some(last) = size.checked_sub(1) else {
        return Ok(None);
    };
    let items = store.items(log, last..size, ReadLimits::default()).await?;
    let opening = items.first().map(|stored| &stored.item.opening);
    let control = opening
        .filter(|opening| {
            let head = opening.head().and_then(|head| Head::parse(head).ok());
            head.is_some_and(|head| head.media() == MEDIA_CONTROL)
        })
        .and_then(|opening| Control::parse(opening.content()?).ok());
    Ok(match control {
        Some(Control::Closed { reason, successor }) => Some(Closed { reason, successor }),
        _ => None,
    })
}
