//! A whole small dialogue, from the charter to a closed inquiry, as both parties see it.

use std::collections::BTreeMap;

use dialogue::{Outcome, StepKind, due};
use serde_json::json;

use crate::world::{TRACK, World, answer_draft, hour, party, pending, track};

/// a asks b twice. The first inquiry is acknowledged, opened, promised, answered late and closed;
/// the second is received and nothing more. c of another office meddles.
fn played() -> World {
    let mut world = World::new(&["a", "b", "c"]);
    let first = world.inquiry("a", "b");
    let first = world.pass("a", 1, first);
    let second = world.inquiry("a", "b");
    world.pass("a", 1, second);
    world.receipt("b", "a", 3, 2);
    world.receipt("c", "a", 3, 2);
    let step = world.step("b", StepKind::Acknowledged, &first, 3);
    world.pass("b", 3, step);
    let step = world.step("b", StepKind::Opened, &first, 4);
    world.pass("b", 4, step);
    let promise = world.answer("b", &first, pending(72));
    world.pass("b", 47, promise);
    let mut answer = answer_draft(&first, Outcome::Answered);
    let text = dialogue::Texts::one("en", "Since May.").unwrap();
    answer.answers = vec![dialogue::AskAnswer {
        number: 1,
        answer: text,
    }];
    let answer = answer.write(&world.stamp("b")).unwrap();
    let answer = world.pass("b", 50, answer);
    let meddling = world.answer("c", &first, Outcome::NotOurs);
    world.pass("c", 50, meddling);
    world.receipt("a", "b", 5, 51);
    world.information("b", 51);
    let step = world.step("a", StepKind::Acknowledged, &answer, 52);
    world.pass("a", 52, step);
    let close = world.step("a", StepKind::Closed, &first, 53);
    world.pass("a", 53, close);
    world
}

#[test]
fn the_inquiries_and_what_does_not_count() {
    let world = played();
    let track = track(TRACK);
    let status = |view: &dialogue::InquiryView| json!([view.number, view.status(hour(60))]);
    let views: Vec<_> = world.state.inquiries(&track).collect();
    let count = |name| {
        (
            party(name).to_string(),
            world.state.counts(&track, &party(name)),
        )
    };
    let counts: BTreeMap<_, _> = ["a", "b", "c"].map(count).into();
    insta::assert_json_snapshot!(json!({
        "inquiries": views,
        "status": views.iter().map(status).collect::<Vec<_>>(),
        "irregular": world.state.irregular(&track),
        "counts": counts,
    }));
}

#[test]
fn what_is_due_from_both_sides() {
    let world = played();
    let due = |name| due(&world.state, hour(60), &party(name));
    insta::assert_json_snapshot!(json!({ "a": due("a"), "b": due("b") }));
}
