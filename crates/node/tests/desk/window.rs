//! A sender that nobody receipts stops.

use jiff::SignedDuration;
use serde_json::json;

use crate::world::{Pair, indicator, question};

#[tokio::test]
async fn a_full_window_holds_back_what_is_new_and_nothing_that_is_owed() {
    let pair = Pair::with_window(3).await;
    let (alpha, beta) = (&pair.alpha, &pair.beta);
    beta.post("/inquiries", json!({ "track": "cyber", "to": "alpha", "question": "And you?", "lang": "en", "due": "1h" })).await;
    pair.exchange().await;
    alpha
        .post(
            "/pass?track=cyber",
            json!([
                indicator(1, "one"),
                indicator(2, "two"),
                indicator(3, "three")
            ]),
        )
        .await;
    pair.clock.forward(SignedDuration::from_secs(90));
    for (path, body) in [
        ("/pass?track=cyber", indicator(4, "four")),
        ("/inquiries", question()),
    ] {
        let told = alpha.refused(path, body).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @"409 window_full: beta.example has not receipted 3 items of this party on `cyber`, the oldest sent 2026-03-01T09:00:00Z (1 min 30 s ago); the charter has a sender stop at 3 items or 7 d. Run `chancery sync`, or carry them over with `chancery export` and bring its receipts back, then go on");
        }
    }
    alpha
        .post(
            "/steps",
            json!({ "item": "cyber/beta/1", "step": "acknowledged" }),
        )
        .await;
    alpha.post("/answers", json!({ "item": "cyber/beta/1", "outcome": "answered", "lang": "en", "text": "Not ours." })).await;
    alpha
        .post("/pass?track=security", indicator(4, "four"))
        .await;

    pair.exchange().await;
    let report = alpha.post("/pass?track=cyber", indicator(4, "four")).await;
    assert_eq!(report["passed"], 1);
}

#[tokio::test]
async fn an_old_item_without_a_receipt_fills_the_window_too() {
    let pair = Pair::new().await;
    pair.alpha
        .post("/pass?track=cyber", indicator(1, "one"))
        .await;
    pair.clock.forward(SignedDuration::from_hours(7 * 24));
    pair.alpha
        .post("/pass?track=cyber", indicator(2, "two"))
        .await;
    pair.clock.forward(SignedDuration::from_secs(1));
    insta::assert_snapshot!(pair.alpha.refused("/pass?track=cyber", indicator(3, "three")).await, @"409 window_full: beta.example has not receipted 3 items of this party on `cyber`, the oldest sent 2026-03-01T09:00:00Z (7 d ago); the charter has a sender stop at 4096 items or 7 d. Run `chancery sync`, or carry them over with `chancery export` and bring its receipts back, then go on");
}
