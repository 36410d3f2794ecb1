//! What is due: from whom, by when, overdue first, and seen from both sides.

use dialogue::{Due, ItemRef, Outcome, Side, StepKind, What, due};
use jiff::SignedDuration;

use crate::world::{TRACK, World, hour, origin, party, pending};

/// Who owes what to whom at an hour, as one party sees it.
fn seen(world: &World, by: &str, hours: i64) -> Vec<String> {
    let line = |d: Due| {
        let side = match d.side {
            Side::Us => "us",
            Side::Them => "them",
        };
        let what = match d.what {
            What::Answer { number, .. } => format!("answer to inquiry {number}"),
            What::Acknowledgement { item, .. } => format!("acknowledgement of {}", item.seq),
            What::Receipt { first, items, .. } => format!("receipt from {first} for {items}"),
        };
        let overdue = d
            .overdue
            .map(|o| format!(", overdue {} h", o.as_hours()))
            .unwrap_or_default();
        format!("{} {side}: {what} to {}{overdue}", d.from, d.to)
    };
    due(&world.state, hour(hours), &party(by))
        .into_iter()
        .map(line)
        .collect()
}

/// A world in which a has asked b and everything is receipted at hour 2.
fn asked() -> (World, ItemRef) {
    let mut world = World::new(&["a", "b"]);
    let inquiry = world.inquiry("a", "b");
    let inquiry = world.pass("a", 1, inquiry);
    world.receipt("b", "a", 2, 2);
    world.receipt("a", "b", 1, 2);
    (world, inquiry)
}

#[test]
fn nothing_is_due_in_an_empty_dialogue() {
    let charter = crate::world::in_force(&["a", "b"], &[TRACK]);
    assert_eq!(
        due(&dialogue::State::new(charter), hour(9_999), &party("a")),
        []
    );
}

#[test]
fn a_log_without_a_receipt_is_due_until_its_window_ends() {
    let mut world = World::new(&["a", "b"]);
    world.information("a", 3);
    assert_eq!(
        seen(&world, "a", 7 * 24),
        [
            "b.example them: receipt from 0 for 2 to a.example",
            "a.example us: receipt from 0 for 1 to b.example"
        ]
    );
    world.receipt("b", "a", 1, 4);
    world.receipt("a", "b", 1, 4);
    assert_eq!(
        seen(&world, "b", 7 * 24 + 4),
        ["b.example us: receipt from 1 for 1 to a.example, overdue 1 h"]
    );
}

#[test]
fn acknowledging_is_due_from_the_receipt_on_and_answering_by_the_due_time() {
    let (mut world, inquiry) = asked();
    assert_eq!(
        seen(&world, "b", 27),
        [
            "b.example us: acknowledgement of 1 to a.example, overdue 1 h",
            "b.example us: answer to inquiry 1 to a.example",
        ]
    );
    let step = world.step("b", StepKind::Acknowledged, &inquiry, 28);
    world.pass("b", 28, step);
    world.receipt("a", "b", 2, 28);
    assert_eq!(
        seen(&world, "b", 49),
        ["b.example us: answer to inquiry 1 to a.example, overdue 1 h"]
    );
}

#[test]
fn what_has_not_arrived_cannot_be_acknowledged() {
    let mut world = World::new(&["a", "b"]);
    let inquiry = world.inquiry("a", "b");
    world.pass("a", 1, inquiry);
    let acknowledgements = |world: &World| {
        seen(world, "a", 999)
            .iter()
            .filter(|line| line.contains("acknowledgement"))
            .count()
    };
    assert_eq!(acknowledgements(&world), 0);
    world.receipt("b", "a", 2, 900);
    assert_eq!(acknowledgements(&world), 1);
}

#[test]
fn an_answer_settles_the_inquiry_and_is_itself_to_be_acknowledged() {
    let (mut world, inquiry) = asked();
    let promise = world.answer("b", &inquiry, pending(60));
    world.pass("b", 3, promise);
    let answer = world.answer("b", &inquiry, Outcome::Answered);
    let answer = world.pass("b", 4, answer);
    world.receipt("a", "b", 3, 5);
    let both = [
        "a.example us: acknowledgement of 1 to b.example",
        "a.example us: acknowledgement of 2 to b.example",
    ];
    assert_eq!(seen(&world, "a", 6), both);
    let step = world.step("a", StepKind::Opened, &answer, 6);
    world.pass("a", 6, step);
    world.receipt("b", "a", 3, 6);
    assert_eq!(seen(&world, "a", 6), both[..1]);
    let close = world.step("a", StepKind::Closed, &inquiry, 7);
    world.pass("a", 7, close);
    world.receipt("b", "a", 4, 7);
    assert_eq!(seen(&world, "a", 6), [""; 0]);
}

#[test]
fn notice_taken_by_a_bystander_is_not_that_of_who_asked() {
    let mut world = World::new(&["a", "b", "c"]);
    let inquiry = world.inquiry("a", "b");
    let inquiry = world.pass("a", 1, inquiry);
    let answer = world.answer("b", &inquiry, Outcome::Answered);
    let answer = world.pass("b", 2, answer);
    world.receipt("a", "b", 2, 3);
    let is_due = |world: &World| {
        let expected = "a.example us: acknowledgement of 1 to b.example";
        seen(world, "a", 4).contains(&expected.to_owned())
    };
    assert!(is_due(&world));
    for (name, still_due) in [("c", true), ("a", false)] {
        let step = world.step(name, StepKind::Acknowledged, &answer, 4);
        world.pass(name, 4, step);
        assert_eq!(is_due(&world), still_due, "after {name}");
    }
}

#[test]
fn both_sides_see_the_same_with_the_sides_exchanged() {
    let (mut world, inquiry) = asked();
    let partly = world.answer("b", &inquiry, Outcome::Partly);
    world.pass("b", 3, partly);
    let back = world.inquiry("b", "a");
    world.pass("b", 4, back);
    for now in [5, 60, 999] {
        let exchanged = |mut due: Due| {
            due.side = match due.side {
                Side::Us => Side::Them,
                Side::Them => Side::Us,
            };
            due
        };
        let from_a = due(&world.state, hour(now), &party("a"));
        let from_b = due(&world.state, hour(now), &party("b"));
        assert!(from_a.is_sorted_by_key(|due| due.by) && from_a.len() == 3);
        assert_eq!(
            from_b.into_iter().map(exchanged).collect::<Vec<_>>(),
            from_a
        );
    }
}

#[test]
fn others_owe_each_other_out_of_sight() {
    let mut world = World::new(&["a", "b", "c"]);
    let inquiry = world.inquiry("a", "b");
    world.pass("a", 1, inquiry);
    let seen = seen(&world, "c", 99);
    assert!(
        seen.iter()
            .all(|line| line.contains("receipt") && line.contains("c.example"))
    );
    assert_eq!(seen.len(), 4);
    assert_eq!(due(&world.state, hour(99), &party("z")), []);
}

#[test]
fn a_full_window_is_said() {
    let mut world = World::new(&["a", "b"]);
    for _ in 0..4_095 {
        world.information("a", 1);
    }
    let full = |world: &World| {
        let all = due(&world.state, hour(2), &party("b"));
        let ours = all.into_iter().find(|due| due.side == Side::Us).unwrap();
        assert_eq!(ours.by.at(), hour(7 * 24), "from the charter on");
        match ours.what {
            What::Receipt {
                log,
                items,
                window_full,
                ..
            } => {
                assert_eq!(log, origin("a", TRACK, 0));
                (items, window_full)
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(full(&world), (4_096, true));
    world.receipt("b", "a", 1, 2);
    let all = due(&world.state, hour(2), &party("b"));
    let what = all.into_iter().find(|due| due.side == Side::Us).unwrap();
    assert_eq!(what.by.at(), hour(7 * 24 + 1));
    assert!(matches!(
        what.what,
        What::Receipt {
            items: 4_095,
            window_full: false,
            first: 1,
            ..
        }
    ));
    assert_eq!(what.overdue, None::<SignedDuration>);
}
