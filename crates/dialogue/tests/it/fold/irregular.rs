//! Acts that do not count: kept, with the reason, and without effect.

use super::*;

#[test]
fn answers_that_do_not_count_are_kept_with_their_reason() {
    let (mut world, inquiry) = asked();
    let information = world.information("a", 1);
    let wrong_id = {
        let id = format!("dialogue-inquiry--{}", uuid(9, 9)).parse().unwrap();
        ItemRef {
            id,
            ..inquiry.clone()
        }
    };
    let mut answer = |from: &str, to: &ItemRef| {
        let answer = world.answer(from, to, Outcome::Answered);
        world.pass(from, 2, answer)
    };
    answer("a", &inquiry);
    answer("c", &inquiry);
    answer("b", &information);
    answer("b", &wrong_id);
    let nowhere = ItemRef {
        seq: 99,
        ..inquiry.clone()
    };
    answer("b", &nowhere);
    let elsewhere = ItemRef {
        log: origin("a", "security", 0),
        ..inquiry.clone()
    };
    answer("b", &elsewhere);
    let counted = answer("b", &inquiry);
    answer("b", &inquiry);
    let mut draft = answer_draft(&inquiry, Outcome::Partly);
    draft.answers = vec![AskAnswer {
        number: 3,
        answer: Texts::one("en", "?").unwrap(),
    }];
    let no_such_ask = draft.write(&world.stamp("b")).unwrap();
    world.pass("b", 3, no_such_ask);

    let other_id = Reason::OtherId {
        found: wrong_id.id.clone(),
        expected: inquiry.id.clone(),
    };
    assert_eq!(
        world.irregular(),
        [
            (A.into(), 3, Reason::OwnItem),
            (B.into(), 1, Reason::NotAnInquiry),
            (B.into(), 2, other_id),
            (B.into(), 3, Reason::UnknownItem(at(&nowhere))),
            (B.into(), 4, Reason::UnknownItem(at(&elsewhere))),
            (B.into(), 6, Reason::AlreadyAnswered { by: at(&counted) }),
            (B.into(), 7, Reason::NoSuchAsk { number: 3, asks: 2 }),
            (C.into(), 1, Reason::NotAsked { asked: party("b") }),
        ]
    );
    let view = world.view(&inquiry).unwrap();
    assert_eq!(
        view.answers.iter().map(|a| &a.item).collect::<Vec<_>>(),
        [&at(&counted)]
    );
}

#[test]
fn steps_that_do_not_count_are_kept_with_their_reason() {
    let (mut world, inquiry) = asked();
    let wrong_id = {
        let id = format!("dialogue-inquiry--{}", uuid(9, 9)).parse().unwrap();
        ItemRef {
            id,
            ..inquiry.clone()
        }
    };
    let charter = ItemRef {
        seq: 0,
        ..inquiry.clone()
    };
    let mut step = |from: &str, kind, of: &ItemRef| {
        let step = world.step(from, kind, of, 2);
        world.pass(from, 2, step)
    };
    use StepKind::{Acknowledged, Closed, Opened};
    step("a", Acknowledged, &inquiry);
    step("c", Opened, &inquiry);
    let first = step("b", Acknowledged, &inquiry);
    step("b", Acknowledged, &inquiry);
    step("b", Acknowledged, &wrong_id);
    step("b", Acknowledged, &charter);
    step("a", Opened, &first);
    step("b", Opened, &inquiry);
    step("b", Opened, &inquiry);
    let information = world.information("a", 1);
    let close = world.step("a", Closed, &information, 3);
    world.pass("a", 3, close);

    let other_id = Reason::OtherId {
        found: wrong_id.id.clone(),
        expected: inquiry.id.clone(),
    };
    assert_eq!(
        world.irregular(),
        [
            (A.into(), 2, Reason::OwnItem),
            (A.into(), 3, Reason::TakesNoSteps),
            (A.into(), 5, Reason::NotAnInquiry),
            (B.into(), 2, Reason::AlreadyTaken(Acknowledged)),
            (B.into(), 3, other_id),
            (B.into(), 4, Reason::TakesNoSteps),
            (B.into(), 6, Reason::AlreadyTaken(Opened)),
            (C.into(), 1, Reason::NotAsked { asked: party("b") }),
        ]
    );
    let acknowledged = world.view(&inquiry).unwrap().delivery.acknowledged.unwrap();
    assert_eq!(acknowledged.item, at(&first));
}

#[test]
fn inquiries_that_do_not_count_are_kept_with_their_reason() {
    let mut world = World::new(&["a", "b"]);
    let own = world.inquiry("a", "a");
    world.pass("a", 1, own);
    let stranger = world.inquiry("a", "z");
    world.pass("a", 1, stranger);
    let by_b = world.inquiry("b", "b");
    world.pass("a", 1, by_b);
    let good = world.inquiry("a", "b");
    let first = world.pass("a", 1, good.clone());
    world.pass("a", 2, good.clone());
    let hidden = Content::Act(Box::new(Act::Inquiry(good)));
    world.pass_content("a", 0, 2, Class::Notice, hidden);
    let refused = Act::parse(b"{}").unwrap_err();
    world.pass_content(
        "a",
        0,
        2,
        Class::Inquiry,
        Content::Unreadable(refused.clone()),
    );
    let charter = world.charter.clone();
    world.pass("a", 3, charter);
    world.pass_content("a", 0, 3, Class::Sealed, Content::Withheld);

    let identity = |name| identity(name).parse().unwrap();
    let author = Reason::Author {
        found: identity("b"),
        expected: identity("a"),
    };
    let class = Reason::Class {
        found: Class::Notice,
        expected: Class::Inquiry,
    };
    let reasons: Vec<Reason> = world
        .irregular()
        .into_iter()
        .map(|(_, _, reason)| reason)
        .collect();
    assert_eq!(
        reasons,
        [
            Reason::AsksItself,
            Reason::AskedNotInTrack(party("z")),
            author,
            Reason::Duplicate { first: at(&first) },
            class,
            Reason::Unreadable(refused),
            Reason::CharterAgain,
        ]
    );
    assert_eq!(world.state.inquiries(&track(TRACK)).count(), 1);
}
