//! Items read back, under limits.

use bytes::Bytes;
use store::{Item, ItemState, LOG_SIZE_MAX, LogId, Opening, Position, ReadLimits, StoreError};

use crate::world::{World, append, entry, hash, item, item_of};

fn seqs(items: &[store::StoredItem]) -> Vec<u64> {
    items.iter().map(|item| item.position.seq()).collect()
}

#[tokio::test]
async fn every_level_of_opening_comes_back_as_it_went_in() {
    let world = World::new().await;
    let full = item(3, 255).opening;
    let Opening::Content {
        salt_e,
        salt_h,
        salt_c,
        ref head,
        ..
    } = full
    else {
        unreachable!()
    };
    let head = head.clone();
    let openings = [
        Opening::Withheld,
        Opening::Class {
            class: 4,
            salt_e,
            head_c: hash(8),
        },
        Opening::Head {
            class: 5,
            salt_e,
            salt_h,
            head: head.clone(),
        },
        full,
        Opening::Content {
            class: 6,
            salt_e,
            salt_h,
            salt_c,
            head,
            content: None,
        },
        item_of(5, 7, Bytes::new()).opening,
    ];
    let items: Vec<Item> = (0..)
        .zip(openings)
        .map(|(seq, opening)| Item {
            entry: entry(seq),
            opening,
            state: if seq % 2 == 0 {
                ItemState::Whole
            } else {
                ItemState::Excepted
            },
            content_c: (seq == 3).then(|| hash(seq)),
        })
        .collect();
    world
        .store
        .append(append(world.log, 0, items.clone()))
        .await
        .unwrap();
    let read = world
        .store
        .items(world.log, 0..6, ReadLimits::default())
        .await
        .unwrap();
    assert_eq!(
        read.iter()
            .map(|stored| stored.item.clone())
            .collect::<Vec<_>>(),
        items
    );
    let lengths: Vec<_> = read.iter().map(|stored| stored.content_bytes).collect();
    assert_eq!(lengths, [None, None, None, Some(9), None, Some(0)]);
    for (seq, item) in (0..).zip(items) {
        let position = Position::new(world.log, seq).unwrap();
        assert_eq!(
            world.store.item(position).await.unwrap().unwrap().item,
            item
        );
    }
    assert_eq!(world.store.check().await.unwrap(), []);
}

#[tokio::test]
async fn ranges_end_where_the_log_ends() {
    let world = World::with_items(5).await;
    // A second log behind it in the same table must not show.
    let other = world.log_of("b.example", "cyber", false).await;
    world
        .store
        .append(append(other, 0, vec![item(0, 2)]))
        .await
        .unwrap();
    let read = async |range| {
        let items = world
            .store
            .items(world.log, range, ReadLimits::default())
            .await
            .unwrap();
        seqs(&items)
    };
    assert_eq!(read(0..5).await, [0, 1, 2, 3, 4]);
    assert_eq!(read(3..u64::MAX).await, [3, 4]);
    assert_eq!(read(5..9).await, [] as [u64; 0]);
    assert_eq!(read(u64::MAX - 1..u64::MAX).await, [] as [u64; 0]);
    assert_eq!(
        world.store.entries(world.log, 4..u64::MAX).await.unwrap(),
        [entry(4)]
    );
    assert_eq!(
        world.store.entries(world.log, 5..9).await.unwrap(),
        [] as [[u8; 33]; 0]
    );
    let beyond = Position::new(world.log, LOG_SIZE_MAX - 1).unwrap();
    assert_eq!(world.store.item(beyond).await.unwrap(), None);
    let unknown = LogId::new(9).unwrap();
    let refused = world.store.entries(unknown, 0..1).await.unwrap_err();
    assert!(matches!(refused, StoreError::NoSuchLog { .. }));
    let refused = world
        .store
        .items(unknown, 0..1, ReadLimits::default())
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::NoSuchLog { .. }));
}

#[tokio::test]
async fn limits_hold_and_the_first_item_comes_always() {
    let world = World::new().await;
    let items = (0..4)
        .map(|seq| item_of(seq, 3, Bytes::from(vec![1; 10_000])))
        .collect();
    world
        .store
        .append(append(world.log, 0, items))
        .await
        .unwrap();
    let all = ReadLimits::default();

    let few = ReadLimits {
        items_max: 2,
        ..all
    };
    let read = world.store.items(world.log, 1..4, few).await.unwrap();
    assert_eq!(seqs(&read), [1, 2]);
    for total in [0, 1, 10_006] {
        let limits = ReadLimits {
            total_bytes_max: total,
            ..all
        };
        let read = world.store.items(world.log, 1..4, limits).await.unwrap();
        assert_eq!(seqs(&read), [1], "{total}");
        let read = world.store.acts_of_log(world.log, 1, limits).await.unwrap();
        assert_eq!(seqs(&read), [1], "{total}");
    }
    let two = ReadLimits {
        total_bytes_max: 20_012,
        ..all
    };
    assert_eq!(
        seqs(&world.store.items(world.log, 1..4, two).await.unwrap()),
        [1, 2]
    );

    let short = ReadLimits {
        content_bytes_max: 9_999,
        ..all
    };
    for stored in world.store.items(world.log, 0..4, short).await.unwrap() {
        assert_eq!(
            (stored.item.opening.content(), stored.content_bytes),
            (None, Some(10_000))
        );
    }
    let exact = ReadLimits {
        content_bytes_max: 10_000,
        ..all
    };
    for stored in world.store.items(world.log, 0..4, exact).await.unwrap() {
        assert_eq!(stored.item.opening.content().unwrap().len(), 10_000);
    }
}

#[tokio::test]
async fn a_content_is_found_by_its_commitment_in_its_log_only() {
    let world = World::new().await;
    let other = world.log_of("b.example", "cyber", false).await;
    let marked = |seq| Item {
        content_c: Some(hash(40)),
        ..item(seq, 2)
    };
    let empty = Item {
        opening: Opening::Withheld,
        state: ItemState::Excepted,
        ..marked(0)
    };
    let items = vec![empty, marked(1), marked(2), item(3, 2)];
    world
        .store
        .append(append(world.log, 0, items))
        .await
        .unwrap();
    let found = world.store.content(world.log, hash(40)).await.unwrap();
    assert_eq!(found, Some("content 1".into()), "the first that holds it");
    assert_eq!(
        world.store.content(world.log, hash(41)).await.unwrap(),
        None
    );
    assert_eq!(world.store.content(other, hash(40)).await.unwrap(), None);
}

#[tokio::test]
async fn acts_are_all_but_filler_information_and_the_withheld() {
    let world = World::new().await;
    let other = world.log_of("b.example", "security", false).await;
    let withheld = Item {
        opening: Opening::Withheld,
        ..item(5, 2)
    };
    let items = vec![
        item(0, 1),
        item(1, 2),
        item(2, 0),
        item(3, 3),
        item(4, 12),
        withheld,
    ];
    world
        .store
        .append(append(world.log, 0, items.clone()))
        .await
        .unwrap();
    world.store.append(append(other, 0, items)).await.unwrap();
    let id = crate::world::DIALOGUE;

    let all = world
        .store
        .acts(id, None, ReadLimits::default())
        .await
        .unwrap();
    let at: Vec<_> = all
        .iter()
        .map(|act| (act.position.log(), act.position.seq()))
        .collect();
    let (a, b) = (world.log, other);
    assert_eq!(at, [(a, 0), (a, 3), (a, 4), (b, 0), (b, 3), (b, 4)]);
    assert_eq!(
        world
            .store
            .acts("x", None, ReadLimits::default())
            .await
            .unwrap(),
        []
    );

    for items_max in 1..=7 {
        let limits = ReadLimits {
            items_max,
            ..ReadLimits::default()
        };
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = world.store.acts(id, after, limits).await.unwrap();
            assert!(page.len() <= items_max);
            let Some(last) = page.last() else { break };
            after = Some(last.position);
            paged.extend(page);
        }
        assert_eq!(paged, all, "pages of {items_max}");
    }

    let late = world
        .store
        .acts_of_log(world.log, 1, ReadLimits::default())
        .await
        .unwrap();
    assert_eq!(seqs(&late), [3, 4]);
    let none = world
        .store
        .acts_of_log(world.log, u64::MAX, ReadLimits::default())
        .await
        .unwrap();
    assert_eq!(none, []);
}
