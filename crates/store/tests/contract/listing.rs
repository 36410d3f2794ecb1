//! What a track lists, held against a model that looks at every row.

mod cases;
mod model;

use std::collections::BTreeSet;

use proptest::prelude::*;
use store::{
    Append, Listed, LogId, NewObject, Page, Relist, Resolve, Stamp, Store, StoreError, TrackId,
    VersionKey, VersionsWanted, WANTED_MAX, Wanted,
};

use crate::world::{World, append, excepted, hash, item, item_of, object};
use model::{Model, Row};

const IDS: [&str; 5] = [
    "tool--1",
    "tool--2",
    "malware--1",
    "malware--2",
    "campaign--1",
];
/// The first is of what has no version, and has the same number in the index as the second.
const ORDERS: [&str; 6] = [
    "",
    "1970-01-01T00:00:00",
    "2016-01-20T12:31:10",
    "2016-01-20T12:31:10.0001",
    "2016-01-20T12:31:10.0002",
    "2020-02-29T00:00:00.5",
];
/// What may follow an order in a version without changing the instant.
const SPELLINGS: [&str; 2] = ["Z", "000Z"];

#[derive(Debug, Clone)]
enum Op {
    Append {
        theirs: bool,
        objects: Vec<Given>,
    },
    Unlist(Wanted),
    Relist(Given),
    /// A reader begins, asking for pages of this many.
    Begin(Wanted, usize),
    /// Every reader reads a page.
    Step,
}

#[derive(Debug, Clone)]
struct Given {
    id: usize,
    order: usize,
    spelling: usize,
    spec: u8,
    bytes: u8,
    held: bool,
}

impl Given {
    fn row(&self) -> Row {
        let order = ORDERS[self.order];
        let version = match (order, order.contains('.')) {
            ("", _) => String::new(),
            (_, true) => format!("{order}{}", SPELLINGS[self.spelling]),
            (_, false) => format!("{order}Z"),
        };
        Row {
            arrival: 0,
            added: 0,
            id: IDS[self.id].to_owned(),
            content: format!("{} {version} {} {}", IDS[self.id], self.spec, self.bytes),
            version,
            order: order.to_owned(),
            spec: self.spec,
            hash: hash(u64::from(self.bytes)),
            listed: false,
        }
    }
}

fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let some = proptest::sample::subsequence(values, 0..=2);
    let some = some.prop_map(|some| some.into_iter().map(str::to_owned).collect());
    prop_oneof![2 => Just(Vec::new()), 1 => some]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let versions = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        some_of(&ORDERS),
    );
    let versions = versions.prop_map(|(all, first, last, exact)| VersionsWanted {
        all: all && first,
        first,
        last,
        exact,
    });
    let versions = prop_oneof![Just(VersionsWanted::default()), versions];
    let types = some_of(&["tool", "malware", "campaign", "note"]);
    let specs = proptest::sample::subsequence(vec![20, 21], 0..=2);
    let added_after = proptest::option::of(0..60_i64);
    (added_after, some_of(&IDS), types, versions, specs).prop_map(
        |(added_after, ids, types, versions, specs)| Wanted {
            added_after,
            ids,
            types,
            versions,
            specs,
        },
    )
}

fn given() -> impl Strategy<Value = Given> {
    let spec = prop_oneof![1 => Just(20), 2 => Just(21)];
    let held = proptest::bool::weighted(0.9);
    (
        0..IDS.len(),
        0..ORDERS.len(),
        0..2_usize,
        spec,
        0..2_u8,
        held,
    )
        .prop_map(|(id, order, spelling, spec, bytes, held)| Given {
            id,
            order,
            spelling,
            spec,
            bytes,
            held,
        })
}

fn op() -> impl Strategy<Value = Op> {
    let objects = proptest::collection::vec(given(), 1..6);
    prop_oneof![
        4 => (any::<bool>(), objects).prop_map(|(theirs, objects)| Op::Append { theirs, objects }),
        1 => wanted().prop_map(Op::Unlist),
        1 => given().prop_map(Op::Relist),
        1 => (wanted(), proptest::sample::select(vec![1, 2, 7]))
            .prop_map(|(wanted, limit)| Op::Begin(wanted, limit)),
        2 => Just(Op::Step),
    ]
}

/// Somebody who pages through the view while it changes.
struct Reader {
    wanted: Wanted,
    limit: usize,
    after: u64,
    seen: Vec<u64>,
    /// What was there to see from the beginning until now.
    steady: BTreeSet<u64>,
}

struct Compared {
    world: World,
    theirs: LogId,
    track: TrackId,
    model: Model,
    sizes: [u64; 2],
    readers: Vec<Reader>,
    at: i64,
}

impl Compared {
    async fn new() -> Self {
        let world = World::new().await;
        let theirs = world.log_of("b.example", "cyber", false).await;
        let track = world.info(theirs).await.track_id;
        // The same ids in another track change nothing.
        let elsewhere = world.log_of("a.example", "security", true).await;
        let objects = IDS.iter().map(|id| object(0, id, "2030-01-01T00:00:00Z"));
        let batch = Append {
            objects: objects.collect(),
            ..append(elsewhere, 0, vec![item(0, 2)])
        };
        world.store.append(batch).await.unwrap();
        Self {
            world,
            theirs,
            track,
            model: Model::default(),
            sizes: [0; 2],
            readers: Vec::new(),
            at: 0,
        }
    }

    async fn carry_out(&mut self, op: Op) {
        // The clock goes back now and then.
        self.at = if self.at % 7 == 6 {
            self.at - 5
        } else {
            self.at + 3
        };
        let at = self.at;
        match op {
            Op::Append { theirs, objects } => self.append(theirs, &objects).await,
            Op::Unlist(wanted) => {
                let gone = self
                    .world
                    .store
                    .unlist(self.track, wanted.clone(), at)
                    .await;
                assert_eq!(gone.unwrap(), self.model.unlist(&wanted), "{wanted:?}");
            }
            Op::Relist(given) => {
                let row = given.row();
                let relist = Relist {
                    version: VersionKey {
                        stix_id: row.id.clone(),
                        order: row.order.clone(),
                    },
                    content_hash: row.hash,
                };
                let held = self
                    .world
                    .store
                    .lookup_objects(self.track, vec![relist.version.clone()]);
                let held = held.await.unwrap().remove(0);
                let listed = held.iter().filter(|row| row.listed).count();
                assert_eq!(listed == 1, self.model.is_listed(&row.id, &row.order));
                // An item without its content is not listed, whatever is asked; the model knows no such rows.
                let done = self.world.store.relist(self.track, vec![relist], at).await;
                let expected = self.model.relist(&row.id, &row.order, row.hash, at);
                assert_eq!(done.unwrap(), [expected]);
            }
            Op::Begin(wanted, limit) => {
                let steady = self
                    .model
                    .wanted(&wanted)
                    .iter()
                    .map(|row| row.arrival)
                    .collect();
                self.readers.push(Reader {
                    wanted,
                    limit,
                    after: 0,
                    seen: Vec::new(),
                    steady,
                });
            }
            Op::Step => {
                for reader in &mut self.readers {
                    step(&*self.world.store, self.track, reader, &self.model).await;
                }
            }
        }
        for reader in &mut self.readers {
            let now: BTreeSet<u64> = self
                .model
                .wanted(&reader.wanted)
                .iter()
                .map(|row| row.arrival)
                .collect();
            reader.steady.retain(|arrival| now.contains(arrival));
        }
    }

    async fn append(&mut self, theirs: bool, objects: &[Given]) {
        let log = if theirs { self.theirs } else { self.world.log };
        let size = &mut self.sizes[usize::from(theirs)];
        let (mut items, mut new) = (Vec::new(), Vec::new());
        for given in objects {
            let row = given.row();
            let seq = *size + items.len() as u64;
            items.push(match given.held {
                true => item_of(seq, 2, row.content.clone().into()),
                false => excepted(seq),
            });
            // An object of an item that is not held comes only by a mistake of the caller's.
            new.push(NewObject {
                seq,
                stix_id: row.id.clone(),
                version: row.version.clone(),
                order: row.order.clone(),
                spec: row.spec,
                content_hash: if given.held { row.hash } else { hash(9) },
            });
            let hash = new.last().unwrap().content_hash;
            self.model.arrive(Row { hash, ..row }, given.held, self.at);
        }
        let batch = Append {
            objects: new,
            at: self.at,
            ..append(log, *size, items)
        };
        *size = self.world.store.append(batch).await.unwrap();
    }

    /// Every kind of page of what is there now.
    async fn compare(&self, wanted: &Wanted) {
        let expected = self.model.wanted(wanted);
        for limit in [1, 2, 7] {
            let mut after = 0;
            let mut rest = &expected[..];
            loop {
                let page = self
                    .world
                    .store
                    .list(self.track, wanted.clone(), after, limit);
                let page = page.await.unwrap();
                let contents = self.world.store.list_contents(
                    self.track,
                    wanted.clone(),
                    after,
                    limit,
                    1 << 20,
                );
                let contents = contents.await.unwrap();
                let (now, later) = rest.split_at(limit.min(rest.len()));
                let shown: Vec<_> = page
                    .rows
                    .iter()
                    .map(|row| {
                        (
                            row.arrival,
                            row.added,
                            &row.key.stix_id,
                            &row.key.version,
                            row.spec,
                        )
                    })
                    .collect();
                let model: Vec<_> = now
                    .iter()
                    .map(|row| (row.arrival, row.added, &row.id, &row.version, row.spec))
                    .collect();
                assert_eq!(shown, model, "{wanted:?}, from behind {after}");
                assert_eq!(page.more, !later.is_empty(), "{wanted:?}");
                assert!(
                    page.rows
                        .iter()
                        .zip(now)
                        .all(|(row, model)| row.order == model.order)
                );
                let bytes: Vec<_> = contents
                    .rows
                    .iter()
                    .map(|(_, content)| &content[..])
                    .collect();
                let model: Vec<_> = now.iter().map(|row| row.content.as_bytes()).collect();
                let joined = self
                    .world
                    .store
                    .list_joined(self.track, wanted.clone(), after, limit, 1 << 20)
                    .await
                    .unwrap();
                assert_eq!(joined.contents, bytes.join(&b','));
                assert_eq!((joined.rows, joined.more), (now.len(), page.more));
                let stamp = |row: &Listed| Stamp {
                    arrival: row.arrival,
                    added: row.added,
                };
                let ends = page.rows.first().zip(page.rows.last());
                assert_eq!(
                    joined.ends,
                    ends.map(|(first, last)| [stamp(first), stamp(last)])
                );
                assert_eq!((bytes, contents.more), (model, page.more));
                let rows: Vec<_> = contents.rows.into_iter().map(|(row, _)| row).collect();
                assert_eq!(rows, page.rows);
                rest = later;
                let Some(last) = page.rows.last() else { break };
                after = last.arrival;
            }
        }
    }

    async fn finish(mut self) {
        for mut reader in std::mem::take(&mut self.readers) {
            while step(&*self.world.store, self.track, &mut reader, &self.model).await {}
            let seen: BTreeSet<u64> = reader.seen.iter().copied().collect();
            assert_eq!(seen.len(), reader.seen.len(), "nothing comes twice");
            assert!(reader.steady.is_subset(&seen), "nothing is left out");
        }
        assert_eq!(self.world.store.check().await.unwrap(), []);
    }
}

/// Reads a page; `false` at the end.
async fn step(store: &dyn Store, track: TrackId, reader: &mut Reader, model: &Model) -> bool {
    let page = store.list(track, reader.wanted.clone(), reader.after, reader.limit);
    let Page { rows, more } = page.await.unwrap();
    let now = model.wanted(&reader.wanted);
    let behind = now.iter().filter(|row| row.arrival > reader.after);
    let expected: Vec<u64> = behind.map(|row| row.arrival).take(reader.limit).collect();
    let read: Vec<u64> = rows.iter().map(|row| row.arrival).collect();
    assert_eq!(read, expected);
    reader.after = read.last().copied().unwrap_or(reader.after);
    reader.seen.extend(read);
    more
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_view_is_that_of_the_model(
        ops in proptest::collection::vec(op(), 1..30),
        asked in proptest::collection::vec(wanted(), 6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut compared = Compared::new().await;
            for op in ops {
                compared.carry_out(op).await;
            }
            compared.compare(&Wanted::default()).await;
            for wanted in &asked {
                compared.compare(wanted).await;
            }
            compared.finish().await;
        });
    }
}
