//! The rules of the fold: what counts, what is irregular and why, and how an inquiry stands.

mod irregular;

use dialogue::{
    Act, AskAnswer, Asked, Class, Content, FoldError, ItemAt, ItemRef, Outcome, Passed, Reason,
    Receipt, Standing, State, StepKind, Succession, Texts,
};
use jiff::SignedDuration;

use crate::world::{
    TRACK, World, answer_draft, hour, identity, in_force, inquiry_draft, moment, origin, party,
    pending, proposed, succession, track, uuid,
};

const A: &str = "a.example";
const B: &str = "b.example";
const C: &str = "c.example";

/// A world in which a has asked b.
fn asked() -> (World, ItemRef) {
    let mut world = World::new(&["a", "b", "c"]);
    let inquiry = world.inquiry("a", "b");
    let inquiry = world.pass("a", 1, inquiry);
    (world, inquiry)
}

fn at(item: &ItemRef) -> ItemAt {
    ItemAt {
        log: item.log.clone(),
        seq: item.seq,
    }
}

#[test]
fn an_inquiry_stands_as_its_answers_say() {
    use Outcome::{Answered, Declined, NotOurs, Partly};
    // What b answers, how it then stands, and whether it is overdue at hour 50 (due at 48).
    let table: [(&[Outcome], Standing, bool); 10] = [
        (&[], Standing::Open, true),
        (
            &[pending(60)],
            Standing::Pending { until: moment(60) },
            true,
        ),
        (&[Partly], Standing::Partly, true),
        (&[Answered], Standing::Answered, false),
        (&[Declined], Standing::Declined, false),
        (&[NotOurs], Standing::NotOurs, false),
        (&[pending(60), Partly, Answered], Standing::Answered, false),
        (&[Declined, Answered], Standing::Answered, false),
        (
            &[NotOurs, pending(60)],
            Standing::Pending { until: moment(60) },
            true,
        ),
        (&[Answered, Declined], Standing::Answered, false),
    ];
    for (answers, standing, overdue) in table {
        let (mut world, inquiry) = asked();
        for outcome in answers {
            let answer = world.answer("b", &inquiry, *outcome);
            world.pass("b", 2, answer);
        }
        let view = world.view(&inquiry).unwrap();
        let overdue = overdue.then(|| SignedDuration::from_hours(2));
        assert_eq!(view.status(hour(50)).standing, standing, "{answers:?}");
        assert_eq!(view.status(hour(50)).overdue, overdue, "{answers:?}");
        assert_eq!(
            view.status(hour(48)).overdue,
            None,
            "the due time itself is in time"
        );
    }
}

#[test]
fn an_answer_after_the_due_time_is_late_by_how_much() {
    for (sent, late) in [(48, None), (49, Some(SignedDuration::from_hours(1)))] {
        let (mut world, inquiry) = asked();
        let answer = world.answer("b", &inquiry, Outcome::Answered);
        world.pass("b", sent, answer);
        let answered = world.view(&inquiry).unwrap().delivery.answered.unwrap();
        assert_eq!(
            (answered.outcome, answered.sent),
            (Outcome::Answered, hour(sent))
        );
        assert_eq!(answered.late, late);
    }
}

#[test]
fn the_asking_party_alone_closes_and_the_outcome_stays() {
    let (mut world, inquiry) = asked();
    let answer = world.answer("b", &inquiry, Outcome::Declined);
    world.pass("b", 2, answer);
    for name in ["b", "c"] {
        let close = world.step(name, StepKind::Closed, &inquiry, 3);
        world.pass(name, 3, close);
    }
    assert_eq!(world.view(&inquiry).unwrap().closed, None);
    let close = world.step("a", StepKind::Closed, &inquiry, 4);
    let close = world.pass("a", 4, close);
    let again = world.step("a", StepKind::Closed, &inquiry, 5);
    world.pass("a", 5, again);

    let view = world.view(&inquiry).unwrap();
    assert_eq!(
        view.closed.as_ref().map(|c| (c.at, &c.item)),
        Some((moment(4), &at(&close)))
    );
    assert_eq!(view.status(hour(99)).standing, Standing::Closed);
    assert_eq!(view.status(hour(99)).overdue, None);
    assert_eq!(view.delivery.answered.unwrap().outcome, Outcome::Declined);
    let asker = || Reason::NotTheAsker { asker: party("a") };
    assert_eq!(
        world.irregular(),
        [
            (A.into(), 3, Reason::AlreadyClosed { by: at(&close) }),
            (B.into(), 2, asker()),
            (C.into(), 1, asker()),
        ]
    );
}

#[test]
fn the_four_facts_of_delivery_are_apart() {
    let (mut world, inquiry) = asked();
    let delivery = |world: &World| world.view(&inquiry).unwrap().delivery;
    assert_eq!(delivery(&world).received, None);
    world.receipt("b", "a", 1, 2);
    assert_eq!(
        delivery(&world).received,
        None,
        "a receipt of size 1 covers the charter alone"
    );
    world.receipt("c", "a", 2, 2);
    assert_eq!(
        delivery(&world).received,
        None,
        "a receipt by another is not b's"
    );
    world.receipt("b", "a", 2, 3);
    assert_eq!(delivery(&world).received, Some(hour(3)));
    let opened = world.step("b", StepKind::Opened, &inquiry, 5);
    world.pass("b", 5, opened);
    let acknowledged = world.step("b", StepKind::Acknowledged, &inquiry, 4);
    world.pass("b", 5, acknowledged);
    let delivery = delivery(&world);
    let (acknowledged, opened) = (delivery.acknowledged.unwrap(), delivery.opened.unwrap());
    assert_eq!(
        (acknowledged.office.as_str(), acknowledged.at),
        ("cert", moment(4))
    );
    assert_eq!(
        (opened.person.as_deref(), opened.at),
        (Some("Duty officer"), moment(5))
    );
    assert_eq!(delivery.answered, None);
    assert!(world.irregular().is_empty());
}

#[test]
fn information_is_delivered_to_each_party_apart() {
    let mut world = World::new(&["a", "b", "c"]);
    let information = world.information("a", 1);
    let step = world.step("c", StepKind::Acknowledged, &information, 2);
    world.pass("c", 2, step);
    let own = world.step("a", StepKind::Acknowledged, &information, 2);
    world.pass("a", 2, own);
    let delivery = |name: &str| {
        world.state.delivery(
            &track(TRACK),
            &information.log,
            information.seq,
            &party(name),
        )
    };
    assert_eq!(delivery("a"), None, "nothing is delivered to who passed it");
    assert_eq!(delivery("b").unwrap().acknowledged, None);
    assert_eq!(delivery("c").unwrap().acknowledged.unwrap().at, moment(2));
    assert_eq!(world.irregular(), [(A.into(), 2, Reason::OwnItem)]);
    let counts = world.state.counts(&track(TRACK), &party("a")).unwrap();
    assert_eq!((counts.items, counts.information, counts.acts), (3, 1, 2));
}

#[test]
fn inquiries_are_numbered_by_sender_and_only_those_that_count() {
    let mut world = World::new(&["a", "b"]);
    let mut pass = |from: &str, to: &str| {
        let inquiry = world.inquiry(from, to);
        world.pass(from, 1, inquiry)
    };
    let items = [
        pass("a", "b"),
        pass("b", "a"),
        pass("a", "a"),
        pass("a", "b"),
    ];
    let number = |item: &ItemRef| {
        world
            .view(item)
            .map(|view| (view.number, view.number_claimed))
    };
    let expected = [Some((1, 1)), Some((1, 1)), None, Some((2, 1))];
    assert_eq!(items.each_ref().map(number), expected);
    assert_eq!(world.state.next_number(&track(TRACK), &party("a")), Some(3));
    assert_eq!(world.state.next_number(&track(TRACK), &party("c")), None);
}

#[test]
fn what_is_left_out_of_the_sub_questions_is_not_answered() {
    let (mut world, inquiry) = asked();
    assert_eq!(world.view(&inquiry).unwrap().asks_unanswered, [1, 2]);
    for (number, expected) in [(2, vec![1]), (1, vec![])] {
        let mut draft = answer_draft(&inquiry, Outcome::Partly);
        draft.answers = vec![AskAnswer {
            number,
            answer: Texts::one("en", "We do.").unwrap(),
        }];
        let answer = draft.write(&world.stamp("b")).unwrap();
        world.pass("b", 2, answer);
        assert_eq!(world.view(&inquiry).unwrap().asks_unanswered, expected);
    }
    assert_eq!(world.view(&inquiry).unwrap().answers.len(), 2);
}

#[test]
fn a_log_begins_with_the_charter_in_force() {
    let begin = |class, content| {
        let mut state = State::new(in_force(&["a", "b"], &[TRACK]));
        let (track, party, origin) = (track(TRACK), party("a"), origin("a", TRACK, 0));
        let passed = Passed {
            track,
            party,
            origin,
            seq: 0,
            sent: hour(0),
            class,
            content,
        };
        state.apply(&passed).unwrap();
        state
            .irregular(&passed.track)
            .into_iter()
            .map(|i| i.reason)
            .collect::<Vec<_>>()
    };
    let act = |act: Act| (act.class(), Content::Act(Box::new(act)));
    let (class, content) = act(in_force(&["a", "b"], &[TRACK]).charter().clone().into());
    assert_eq!(begin(class, content), []);
    let (class, content) = act(proposed(&["a", "b"], &[TRACK]).into());
    assert_eq!(
        begin(class, content),
        [Reason::NotTheCharter],
        "without its acceptances"
    );
    assert_eq!(
        begin(Class::Information, Content::Information),
        [Reason::NotTheCharter]
    );
    let mut draft = inquiry_draft("b");
    draft.asked = Asked {
        party: party("b"),
        office: "cert".parse().unwrap(),
    };
    let (class, content) = act(draft.write(&crate::world::stamp("a", 1)).unwrap().into());
    assert_eq!(begin(class, content), [Reason::NotTheCharter]);
}

#[test]
fn facts_that_are_not_of_this_dialogue_change_nothing() {
    let (mut world, _) = asked();
    let before = world.state.clone();
    let good = Passed {
        track: track(TRACK),
        party: party("a"),
        origin: origin("a", TRACK, 0),
        seq: 2,
        sent: hour(2),
        class: Class::Information,
        content: Content::Information,
    };
    let mut check = |passed: Passed, expected: FoldError| {
        assert_eq!(world.state.apply(&passed), Err(expected));
        assert!(world.state == before);
    };
    let (a, b) = (origin("a", TRACK, 0), origin("b", TRACK, 0));
    let other = track("security");
    check(
        Passed {
            track: other.clone(),
            ..good.clone()
        },
        FoldError::UnknownTrack(other),
    );
    let (z, lane) = (party("z"), track(TRACK));
    let expected = FoldError::NotInTrack {
        party: z.clone(),
        track: lane.clone(),
    };
    check(
        Passed {
            party: z,
            ..good.clone()
        },
        expected,
    );
    let new = origin("a", TRACK, 1);
    let expected = FoldError::UnknownLog {
        track: lane,
        origin: new.clone(),
    };
    check(
        Passed {
            origin: new,
            ..good.clone()
        },
        expected,
    );
    let expected = FoldError::NotItsLog {
        party: party("a"),
        origin: b.clone(),
    };
    check(
        Passed {
            origin: b,
            ..good.clone()
        },
        expected,
    );
    for found in [1, 3] {
        let expected = FoldError::OutOfOrder {
            origin: a.clone(),
            expected: 2,
            found,
        };
        check(
            Passed {
                seq: found,
                ..good.clone()
            },
            expected,
        );
    }

    let good = Receipt {
        track: track(TRACK),
        party: party("b"),
        origin: a,
        size: 1,
        at: hour(1),
    };
    let mut check = |receipt: Receipt, expected: FoldError| {
        assert_eq!(world.state.receive(&receipt), Err(expected));
        assert!(world.state == before);
    };
    let own = FoldError::OwnReceipt {
        party: party("a"),
        origin: good.origin.clone(),
    };
    check(
        Receipt {
            party: party("a"),
            ..good.clone()
        },
        own,
    );
    let stranger = FoldError::NotInTrack {
        party: party("z"),
        track: track(TRACK),
    };
    check(
        Receipt {
            party: party("z"),
            ..good.clone()
        },
        stranger,
    );
    let new = origin("a", TRACK, 1);
    let unknown = FoldError::UnknownLog {
        track: track(TRACK),
        origin: new.clone(),
    };
    check(
        Receipt {
            origin: new,
            ..good
        },
        unknown,
    );
}

#[test]
fn a_successor_goes_on_where_its_predecessor_ended() {
    let (mut world, inquiry) = asked();
    let (old, new) = (origin("a", TRACK, 0), origin("a", TRACK, 1));
    let succession = succession("a", 1);
    let foreign = Succession {
        origin: origin("b", TRACK, 1),
        ..succession.clone()
    };
    let expected = FoldError::NotItsLog {
        party: party("a"),
        origin: foreign.origin.clone(),
    };
    assert_eq!(world.state.succeed(&foreign), Err(expected));
    world.state.succeed(&succession).unwrap();
    let twice = Err(FoldError::DeclaredTwice(new.clone()));
    assert_eq!(world.state.succeed(&succession), twice);
    let fork = Succession {
        origin: origin("a", TRACK, 2),
        ..succession
    };
    let expected = FoldError::NotTheLast {
        origin: fork.origin.clone(),
        predecessor: old.clone(),
        last: new.clone(),
    };
    assert_eq!(world.state.succeed(&fork), Err(expected));

    // Until the successor has items, the predecessor can still bring some.
    world.information("a", 2);
    let charter = Content::Act(Box::new(Act::Charter(world.charter.clone())));
    world.pass_content("a", 1, 3, Class::Control, charter);
    let second = world.inquiry("a", "b");
    let again = Content::Act(Box::new(Act::Inquiry(second.clone())));
    let (log, seq) = world.pass_content("a", 1, 3, Class::Inquiry, again);
    let second = ItemRef {
        log,
        seq,
        id: second.object().id().clone(),
    };
    assert_eq!(world.view(&second).unwrap().number, 2);
    let close = world.step("a", StepKind::Closed, &inquiry, 4);
    let close = Content::Act(Box::new(Act::Step(close)));
    world.pass_content("a", 1, 4, Class::Step, close);
    assert_eq!(
        world.view(&inquiry).unwrap().status(hour(5)).standing,
        Standing::Closed
    );
    assert_eq!(world.irregular(), []);
    assert_eq!(world.state.log_size(&track(TRACK), &new), Some(3));
    assert_eq!(
        world
            .state
            .counts(&track(TRACK), &party("a"))
            .unwrap()
            .items,
        6
    );

    let late = Passed {
        track: track(TRACK),
        party: party("a"),
        origin: old.clone(),
        seq: 3,
        sent: hour(5),
        class: Class::Information,
        content: Content::Information,
    };
    let expected = FoldError::Succeeded {
        origin: old,
        successor: new,
    };
    assert_eq!(world.state.apply(&late), Err(expected));
}
