//! Whatever way the logs and receipts of several parties are interleaved, the state is the same.

use std::collections::VecDeque;

use dialogue::{ItemRef, Outcome, Passed, Receipt, State, StepKind, due};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::world::{TRACK, World, hour, in_force, origin, party, pending, succession, track};

const NAMES: [&str; 3] = ["a", "b", "c"];

/// Something that one party does; `Index` picks an item among all that exist so far.
#[derive(Debug, Clone)]
enum Op {
    Ask(usize, usize),
    /// By the party that is asked, or by any other.
    Answer(Option<usize>, Index, Outcome),
    /// By the party whose turn it is, or by any other.
    Step(Option<usize>, Index, StepKind),
    Inform(usize),
    /// An answer to an item that nobody ever passes.
    AnswerNothing(usize, Index),
    /// Passes again what that party passed before.
    Repeat(Index),
    /// Closes the log and begins a successor.
    Succeed(usize),
    Receipt(usize, usize, u64),
}

/// An item, who passed it and whom it is for.
struct Known {
    item: ItemRef,
    from: usize,
    to: usize,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let who = 0_usize..NAMES.len();
    let item = any::<Index>;
    // Mostly by the right party, so that much of what is done counts.
    let doer = prop::option::weighted(0.3, who.clone());
    let outcome = prop::sample::select(vec![
        Outcome::Answered,
        Outcome::Partly,
        Outcome::Declined,
        Outcome::NotOurs,
        pending(60),
    ]);
    let kind = prop::sample::select(vec![
        StepKind::Acknowledged,
        StepKind::Opened,
        StepKind::Closed,
    ]);
    let op = prop_oneof![
        3 => (who.clone(), who.clone()).prop_map(|(from, to)| Op::Ask(from, to)),
        4 => (doer.clone(), item(), outcome).prop_map(|(from, of, o)| Op::Answer(from, of, o)),
        4 => (doer, item(), kind).prop_map(|(from, of, kind)| Op::Step(from, of, kind)),
        1 => who.clone().prop_map(Op::Inform),
        1 => (who.clone(), item()).prop_map(|(from, of)| Op::AnswerNothing(from, of)),
        1 => item().prop_map(Op::Repeat),
        1 => who.clone().prop_map(Op::Succeed),
        2 => (who.clone(), who, 0_u64..20).prop_map(|(by, of, n)| Op::Receipt(by, of, n)),
    ];
    prop::collection::vec(op, 0..24)
}

/// Plays the operations; returns the world and its receipts.
fn play(ops: &[Op]) -> (World, Vec<Receipt>) {
    let mut world = World::new(&NAMES);
    let mut known: Vec<Known> = vec![];
    let mut receipts = vec![];
    for (n, op) in (1_i64..).zip(ops) {
        let pick = |of: &Index| (!known.is_empty()).then(|| &known[of.index(known.len())]);
        let passed = match op {
            Op::Ask(from, to) => {
                let inquiry = world.inquiry(NAMES[*from], NAMES[*to]);
                let item = world.pass(NAMES[*from], n, inquiry);
                Some(Known {
                    item,
                    from: *from,
                    to: *to,
                })
            }
            Op::Answer(by, of, outcome) => pick(of).map(|of| {
                let by = by.unwrap_or(of.to);
                let answer = world.answer(NAMES[by], &of.item, *outcome);
                let item = world.pass(NAMES[by], n, answer);
                Known {
                    item,
                    from: by,
                    to: of.from,
                }
            }),
            Op::Step(by, of, kind) => pick(of).map(|of| {
                let right = if *kind == StepKind::Closed {
                    of.from
                } else {
                    of.to
                };
                let by = by.unwrap_or(right);
                let step = world.step(NAMES[by], *kind, &of.item, n);
                let item = world.pass(NAMES[by], n, step);
                Known {
                    item,
                    from: by,
                    to: of.from,
                }
            }),
            Op::Inform(from) => {
                let item = world.information(NAMES[*from], n);
                Some(Known {
                    item,
                    from: *from,
                    to: (from + 1) % NAMES.len(),
                })
            }
            Op::AnswerNothing(by, of) => pick(of).map(|of| {
                let nothing = ItemRef {
                    seq: of.item.seq + 1_000,
                    ..of.item.clone()
                };
                let answer = world.answer(NAMES[*by], &nothing, Outcome::Answered);
                let item = world.pass(NAMES[*by], n, answer);
                Known {
                    item,
                    from: *by,
                    to: of.from,
                }
            }),
            Op::Repeat(which) => {
                let again = world.passed[which.index(world.passed.len())].clone();
                let name = NAMES
                    .iter()
                    .find(|name| party(name) == again.party)
                    .unwrap();
                let generation = world.generation(name);
                world.pass_content(name, generation, n, again.class, again.content);
                None
            }
            Op::Succeed(who) => {
                world.succeed(NAMES[*who], n);
                None
            }
            Op::Receipt(by, of, size) if by != of => {
                receipts.push(world.receipt(NAMES[*by], NAMES[*of], *size, n));
                None
            }
            Op::Receipt(..) => None,
        };
        known.extend(passed);
    }
    (world, receipts)
}

/// Folds again, each time the next item of the party that `choices` picks, receipts anywhere.
fn replay(world: &World, receipts: &[Receipt], choices: &[Index]) -> State {
    let of = |name: &str| {
        let party = party(name);
        world
            .passed
            .iter()
            .filter(|p| p.party == party)
            .cloned()
            .collect::<VecDeque<Passed>>()
    };
    let mut queues: Vec<(&str, u8, VecDeque<Passed>)> =
        NAMES.iter().map(|name| (*name, 0, of(name))).collect();
    let mut receipts = receipts.to_vec();
    let mut state = State::new(in_force(&NAMES, &[TRACK]));
    let mut choices = choices.iter().cycle();
    loop {
        queues.retain(|(_, _, queue)| !queue.is_empty());
        let sources = queues.len() + usize::from(!receipts.is_empty());
        if sources == 0 {
            return state;
        }
        let choice = choices.next().unwrap();
        match queues.get_mut(choice.index(sources)) {
            Some((name, generation, queue)) => {
                let passed = queue.pop_front().unwrap();
                if passed.origin != origin(name, TRACK, *generation) {
                    *generation += 1;
                    state.succeed(&succession(name, *generation)).unwrap();
                }
                state.apply(&passed).unwrap();
            }
            // Receipts come by several routes: in any order, and more than once.
            None => {
                let receipt = receipts.remove(choice.index(receipts.len()));
                state.receive(&receipt).unwrap();
                state.receive(&receipt).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_state_does_not_depend_on_the_interleaving(
        ops in ops(),
        choices in prop::collection::vec(any::<Index>(), 1..64),
    ) {
        let (world, receipts) = play(&ops);
        let other = replay(&world, &receipts, &choices);
        prop_assert!(other == world.state, "{:#?}\n{:#?}", other, world.state);
        // And so is everything that is computed from it.
        let track = track(TRACK);
        prop_assert_eq!(other.irregular(&track), world.state.irregular(&track));
        prop_assert!(other.inquiries(&track).eq(world.state.inquiries(&track)));
        for name in NAMES {
            let (now, party) = (hour(50), party(name));
            prop_assert_eq!(due(&other, now, &party), due(&world.state, now, &party));
        }
        // Nothing is lost or counted twice: an answer counts for its inquiry or is irregular.
        let is_answer = |p: &&Passed| p.class == dialogue::Class::Answer;
        let answers = world.passed.iter().filter(is_answer);
        let irregular: Vec<_> = other.irregular(&track).into_iter().map(|i| i.item).collect();
        let counted: Vec<_> =
            other.inquiries(&track).flat_map(|i| i.answers).map(|a| a.item).collect();
        for answer in answers {
            let at = dialogue::ItemAt { log: answer.origin.clone(), seq: answer.seq };
            let times = counted.iter().chain(&irregular).filter(|item| **item == at).count();
            prop_assert_eq!(times, 1, "{:?}", at);
        }
    }
}

/// The shortest case of its kind, by hand: everything about an inquiry comes before it.
#[test]
fn what_arrives_before_its_inquiry_waits_for_it() {
    let mut world = World::new(&["a", "b"]);
    let inquiry = world.inquiry("a", "b");
    let inquiry = world.pass("a", 1, inquiry);
    let step = world.step("b", StepKind::Acknowledged, &inquiry, 2);
    world.pass("b", 2, step);
    let answer = world.answer("b", &inquiry, Outcome::Answered);
    let answer = world.pass("b", 3, answer);
    let opened = world.step("a", StepKind::Opened, &answer, 4);
    world.pass("a", 4, opened);

    let mut state = State::new(in_force(&["a", "b"], &[TRACK]));
    let of = |name: &str| {
        let party = party(name);
        world.passed.iter().filter(move |p| p.party == party)
    };
    of("b").for_each(|p| state.apply(p).unwrap());
    assert_eq!(
        state.irregular(&track(TRACK)).len(),
        2,
        "what they refer to is unknown so far"
    );
    of("a").for_each(|p| state.apply(p).unwrap());
    assert_eq!(state.irregular(&track(TRACK)), []);
    assert!(state == world.state);
    let view = world.view(&inquiry).unwrap();
    assert_eq!(view.answers.len(), 1);
    assert!(view.delivery.acknowledged.is_some());
}

/// A small world, completely: a takes notice of an answer before it passes the inquiry that the
/// answer names in advance.
#[test]
fn every_interleaving_of_an_answer_in_advance_is_the_same() {
    let world = answered_in_advance();
    let due = check_every_interleaving(&world, 3, 2);
    assert_eq!(
        due,
        ["b.example answers"],
        "a took notice: what is left is the promised answer"
    );
}

/// The same, and a closes the inquiry before more comes.
#[test]
fn every_interleaving_of_more_after_the_end_is_the_same() {
    let mut world = answered_in_advance();
    let inquiry = world.state.inquiries(&track(TRACK)).next().unwrap();
    let inquiry = ItemRef {
        log: inquiry.item.log,
        seq: inquiry.item.seq,
        id: inquiry.id,
    };
    let closed = world.step("a", StepKind::Closed, &inquiry, 4);
    world.pass("a", 4, closed);
    let more = world.answer("b", &inquiry, Outcome::Partly);
    world.pass("b", 5, more);
    assert_eq!(check_every_interleaving(&world, 4, 3), [""; 0]);
}

fn answered_in_advance() -> World {
    let mut world = World::new(&["a", "b"]);
    let inquiry = world.inquiry("a", "b");
    let id = inquiry.object().id().clone();
    let in_advance = ItemRef {
        log: origin("a", TRACK, 0),
        seq: 2,
        id,
    };
    let answer = world.answer("b", &in_advance, pending(60));
    let answer = world.pass("b", 1, answer);
    let opened = world.step("a", StepKind::Opened, &answer, 2);
    world.pass("a", 2, opened);
    assert_eq!(world.pass("a", 3, inquiry), in_advance);
    world
}

/// Folds every interleaving of the logs of a and b, of these sizes; returns what is due once
/// everything is receipted.
fn check_every_interleaving(world: &World, size_a: u32, size_b: u32) -> Vec<String> {
    let mut whole = world.state.clone();
    receipt_all(&mut whole, size_a, size_b);
    let (a, b): (Vec<&Passed>, Vec<&Passed>) =
        world.passed.iter().partition(|p| p.party == party("a"));
    // Each set bit of a pattern takes the next item of a.
    let turns = size_a + size_b;
    for pattern in (0_u32..1 << turns).filter(|pattern| pattern.count_ones() == size_a) {
        let mut state = State::new(in_force(&["a", "b"], &[TRACK]));
        let (mut a, mut b) = (a.iter(), b.iter());
        for turn in 0..turns {
            let next = if pattern >> turn & 1 == 1 {
                a.next()
            } else {
                b.next()
            };
            state.apply(next.unwrap()).unwrap();
        }
        assert_eq!((a.next(), b.next()), (None, None));
        receipt_all(&mut state, size_a, size_b);
        assert!(state == whole, "{pattern:b}");
        assert_eq!(state.irregular(&track(TRACK)), []);
    }
    let line = |due: dialogue::Due| match due.what {
        dialogue::What::Answer { .. } => format!("{} answers", due.from),
        other => format!("{} {other:?}", due.from),
    };
    due(&whole, hour(99), &party("a"))
        .into_iter()
        .map(line)
        .collect()
}

fn receipt_all(state: &mut State, size_a: u32, size_b: u32) {
    for (by, of, size) in [("a", "b", size_b), ("b", "a", size_a)] {
        let (track, party, origin) = (track(TRACK), party(by), origin(of, TRACK, 0));
        state
            .receive(&Receipt {
                track,
                party,
                origin,
                size: size.into(),
                at: hour(6),
            })
            .unwrap();
    }
}
