//! One log as a fold sees it: how long it is, what kinds of items it has, who receipted it.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;

use super::event::Content;
use crate::name::Origin;

/// How many items of what kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All items, heartbeats and control included.
    pub items: u64,
    /// Plain STIX and attachments.
    pub information: u64,
    /// Acts that can be read, the charter included, irregular ones too.
    pub acts: u64,
}

/// What a step can be about. One byte an item, kept for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Information,
    Act,
    /// Control, fillers, receipts, and what is withheld or unreadable.
    Other,
}

/// One log. It is a function of its items in their order and of the set of its receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    origin: Origin,
    kinds: Vec<Kind>,
    counts: Counts,
    receipts: BTreeMap<u16, Frontier>,
    /// The size that every receiver holds. Nothing below it is kept in `unreceipted`.
    held_by_all: u64,
    /// Index and time of each item that some receiver has not receipted.
    unreceipted: VecDeque<(u64, Timestamp)>,
}

/// The receipts of one receiver that say something: a larger size always has a later time.
///
/// What another receipt of at least this size says as early is left out, so that the frontier is
/// the same in whatever order receipts arrive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Frontier(BTreeMap<u64, Timestamp>);

impl Log {
    /// An empty log that these receivers hold nothing of.
    pub(crate) fn new(origin: Origin, receivers: impl Iterator<Item = u16>) -> Self {
        let mut log = Self {
            origin,
            kinds: Vec::new(),
            counts: Counts::default(),
            receipts: receivers
                .map(|receiver| (receiver, Frontier::default()))
                .collect(),
            held_by_all: 0,
            unreceipted: VecDeque::new(),
        };
        log.forget_held();
        log
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// How many items it has.
    pub(crate) fn size(&self) -> u64 {
        self.kinds.len() as u64
    }

    pub(crate) fn kind(&self, seq: u64) -> Option<Kind> {
        self.kinds.get(usize::try_from(seq).ok()?).copied()
    }

    pub(crate) fn push(&mut self, content: &Content, sent: Timestamp) {
        let seq = self.size();
        let kind = match content {
            Content::Information => Kind::Information,
            Content::Act(_) => Kind::Act,
            Content::Unreadable(_)
            | Content::Receipt
            | Content::Control
            | Content::Filler
            | Content::Withheld => Kind::Other,
        };
        self.kinds.push(kind);
        self.counts.items += 1;
        self.counts.information += u64::from(kind == Kind::Information);
        self.counts.acts += u64::from(kind == Kind::Act);
        if content.awaits_receipt() && seq >= self.held_by_all {
            self.unreceipted.push_back((seq, sent));
        }
    }

    pub(crate) fn receive(&mut self, receiver: u16, size: u64, at: Timestamp) {
        if let Some(frontier) = self.receipts.get_mut(&receiver) {
            frontier.insert(size, at);
            self.forget_held();
        }
    }

    /// When this receiver first countersigned a size above `seq`.
    pub(crate) fn received(&self, receiver: u16, seq: u64) -> Option<Timestamp> {
        self.receipts.get(&receiver)?.first_above(seq)
    }

    /// The first item that this receiver has not receipted, when it was sent, and how many wait.
    pub(crate) fn waiting(&self, receiver: u16) -> Option<(u64, Timestamp, u64)> {
        let held = self.receipts.get(&receiver)?.size();
        let first = self.unreceipted.partition_point(|(seq, _)| *seq < held);
        let (seq, sent) = self.unreceipted.get(first)?;
        Some((*seq, *sent, (self.unreceipted.len() - first) as u64))
    }

    fn forget_held(&mut self) {
        // Without receivers nothing waits.
        self.held_by_all = self
            .receipts
            .values()
            .map(Frontier::size)
            .min()
            .unwrap_or(u64::MAX);
        while self
            .unreceipted
            .front()
            .is_some_and(|(seq, _)| *seq < self.held_by_all)
        {
            self.unreceipted.pop_front();
        }
    }
}

impl Frontier {
    fn insert(&mut self, size: u64, at: Timestamp) {
        if size == 0
            || self
                .0
                .range(size..)
                .next()
                .is_some_and(|(_, held)| *held <= at)
        {
            return;
        }
        while let Some((&smaller, &later)) = self.0.range(..=size).next_back() {
            if later < at {
                break;
            }
            self.0.remove(&smaller);
        }
        self.0.insert(size, at);
    }

    fn size(&self) -> u64 {
        self.0.last_key_value().map_or(0, |(size, _)| *size)
    }

    fn first_above(&self, seq: u64) -> Option<Timestamp> {
        self.0
            .range(seq.checked_add(1)?..)
            .next()
            .map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn origin() -> Origin {
        "a.example/chancery/0123456789abcdef".parse().unwrap()
    }

    proptest! {
        #[test]
        fn the_frontier_is_what_the_set_of_receipts_says(
            receipts in prop::collection::vec((0_u64..12, 0_i64..12), 0..12),
        ) {
            let mut frontier = Frontier::default();
            let mut reversed = Frontier::default();
            receipts.iter().for_each(|(size, t)| frontier.insert(*size, at(*t)));
            receipts.iter().rev().for_each(|(size, t)| reversed.insert(*size, at(*t)));
            prop_assert_eq!(&frontier, &reversed);
            for seq in 0..13 {
                let covering = receipts.iter().filter(|(size, _)| *size > seq);
                let naive = covering.map(|(_, t)| at(*t)).min();
                prop_assert_eq!(frontier.first_above(seq), naive, "seq {}", seq);
            }
            prop_assert_eq!(frontier.size(), receipts.iter().map(|r| r.0).max().unwrap_or(0));
        }
    }

    #[test]
    fn receipts_and_heartbeats_do_not_wait_for_a_receipt() {
        let mut log = Log::new(origin(), [7].into_iter());
        for (second, content) in [
            Content::Receipt,
            Content::Information,
            Content::Filler,
            Content::Information,
        ]
        .iter()
        .enumerate()
        {
            log.push(content, at(second as i64));
        }
        assert_eq!(log.waiting(7), Some((1, at(1), 2)));
        assert_eq!(log.waiting(8), None, "no receiver of this log");
        log.receive(7, 3, at(9));
        assert_eq!(log.waiting(7), Some((3, at(3), 1)));
        log.receive(7, 4, at(10));
        assert_eq!(log.waiting(7), None);
        assert_eq!(
            (log.received(7, 0), log.received(7, 3)),
            (Some(at(9)), Some(at(10)))
        );
        assert_eq!(log.received(7, 4), None);
    }

    #[test]
    fn one_slow_receiver_does_not_hide_what_another_holds() {
        let mut log = Log::new(origin(), [1, 2].into_iter());
        log.push(&Content::Information, at(0));
        log.push(&Content::Information, at(1));
        log.receive(1, 2, at(5));
        assert_eq!(log.waiting(1), None);
        assert_eq!(log.waiting(2), Some((0, at(0), 2)));
    }

    #[test]
    fn a_receipt_before_its_items_counts_once_they_come() {
        let mut log = Log::new(origin(), [1].into_iter());
        log.receive(1, 1, at(5));
        log.push(&Content::Information, at(0));
        assert_eq!(log.waiting(1), None);
        log.push(&Content::Information, at(1));
        assert_eq!(log.waiting(1), Some((1, at(1), 1)));
    }
}
