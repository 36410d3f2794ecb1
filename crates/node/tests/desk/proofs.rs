//! What a node proves, an outsider checks with the policy alone.

use record::{
    policy::Policy,
    verify::{Proved, VerifyError, verify},
};
use serde_json::{Value, json};

use crate::world::{Pair, indicator, question};

fn check(view: &Value) -> Result<Proved, VerifyError> {
    let policy = Policy::parse(view["policy"].as_str().unwrap().as_bytes()).unwrap();
    verify(view["proof"].as_str().unwrap().as_bytes(), &policy, None)
}

#[tokio::test]
async fn an_item_is_proved_at_each_level_with_the_receipt_that_covers_it() {
    let pair = Pair::new().await;
    pair.alpha.post("/inquiries", question()).await;
    let alone = pair
        .alpha
        .post(
            "/proofs",
            json!({ "item": "cyber/alpha/1", "level": "class" }),
        )
        .await;
    assert!(alone["policy"].as_str().unwrap().ends_with("quorum none\n"));
    check(&alone).unwrap();

    pair.exchange().await;
    for desk in [&pair.alpha, &pair.beta] {
        for level in ["class", "head", "content"] {
            let view = desk
                .post(
                    "/proofs",
                    json!({ "item": "cyber/alpha/1", "level": level }),
                )
                .await;
            assert!(
                view["policy"]
                    .as_str()
                    .unwrap()
                    .ends_with("quorum receivers\n")
            );
            let Proved::Item(item) = check(&view).unwrap() else {
                panic!("an item");
            };
            assert_eq!(item.content().is_some(), level == "content");
            let cosigners: Vec<&str> = item
                .judged()
                .cosigners()
                .iter()
                .map(|by| by.name.as_str())
                .collect();
            assert_eq!(cosigners, ["beta.example/chancery/receipt"]);
            // The same proof says nothing to one who believes other keys.
            let other = pair
                .alpha
                .post(
                    "/proofs",
                    json!({ "item": "security/alpha/0", "level": "class" }),
                )
                .await;
            let mixed = json!({ "proof": view["proof"], "policy": other["policy"] });
            assert!(matches!(check(&mixed), Err(VerifyError::Proof(_))));
        }
    }
}

#[tokio::test]
async fn an_absence_is_proved_or_the_item_is_named() {
    let pair = Pair::new().await;
    let prove = |class: &str, from: u64, until: Option<u64>| json!({ "track": "cyber", "party": "beta", "classes": [class], "from": from, "until": until });
    insta::assert_snapshot!(
        without_digits(&pair.alpha.refused("/absence-proofs", prove("answer", 0, None)).await), @"409 not_receipted: no other party has receipted any of beta.example/chancery/…, so nothing can be shown to be absent");
    pair.exchange().await;
    pair.beta
        .post("/pass?track=cyber", indicator(1, "one"))
        .await;
    pair.exchange().await;
    let view = pair
        .alpha
        .post("/absence-proofs", prove("answer", 0, None))
        .await;
    let Proved::Absence(absence) = check(&view).unwrap() else {
        panic!("an absence");
    };
    assert_eq!(absence.held_by().len(), 1);

    let mut told = Vec::new();
    for request in [
        prove("information", 0, None),
        prove("gossip", 0, None),
        prove("answer", 0, Some(1_000)),
        prove("answer", 1_000, None),
    ] {
        told.push(pair.alpha.refused("/absence-proofs", request).await);
    }
    insta::assert_snapshot!(told.join("\n"), @"
        409 not_absent: there is one: cyber/beta/2 is of the class information
        422 invalid: `gossip` is no class of items; the classes are: filler, control, information, inquiry, answer, proposal, meeting, notice, sealed, statement, commitment, step, ping
        409 not_receipted: receipts cover the log up to index 3, not up to 1000
        409 not_receipted: between index 3 and the last receipt there are no entries yet
        ");
    insta::assert_snapshot!(
        pair.alpha.refused("/proofs", json!({ "item": "cyber/beta/1", "level": "soul" })).await, @"422 invalid: `soul` is no level of a proof; it discloses the `class`, the `head` or the `content`");
}

/// The digits of an origin differ from run to run.
fn without_digits(text: &str) -> String {
    let mut words = text.split("/chancery/");
    let (before, after) = (words.next().unwrap(), words.next().unwrap());
    format!("{before}/chancery/…{}", &after[16..])
}
