//! A charter goes to and fro until all have signed.

use serde_json::{Value, json};

use crate::world::{Desk, TestClock, found};

async fn two() -> (Desk, Desk) {
    let clock = TestClock::new();
    (
        Desk::new("alpha", &clock).await,
        Desk::new("beta", &clock).await,
    )
}

fn edited(document: &Value, edit: impl FnOnce(&mut Value)) -> Value {
    let mut charter: Value = serde_json::from_str(document.as_str().unwrap()).unwrap();
    edit(&mut charter);
    json!({ "document": charter.to_string() })
}

#[tokio::test]
async fn both_nodes_end_with_the_same_charter() {
    let (alpha, beta) = two().await;
    let drafted = alpha
        .post("/dialogues", found(&beta.card().await, 10))
        .await;
    assert_eq!(
        (&drafted["in_force"], &drafted["missing"]),
        (&json!(false), &json!(["beta.example"]))
    );
    assert_eq!(
        alpha.get("/tracks").await,
        json!([]),
        "no log before it is in force"
    );

    let signed = beta
        .post(
            "/dialogues/accept",
            json!({ "document": drafted["document"] }),
        )
        .await;
    assert_eq!(
        (&signed["in_force"], &signed["missing"]),
        (&json!(true), &json!([]))
    );
    let accept = json!({ "document": signed["document"] });
    let accepted = alpha.post("/dialogues/accept", accept.clone()).await;
    assert_eq!(accepted, signed);
    // The draft that went out first changes nothing any more, nor does the whole once more.
    for desk in [&alpha, &beta] {
        assert_eq!(desk.post("/dialogues/accept", accept.clone()).await, signed);
        let draft = json!({ "document": drafted["document"] });
        assert_eq!(desk.post("/dialogues/accept", draft).await, signed);
        let tracks = desk.get("/tracks").await;
        assert_eq!(tracks.as_array().unwrap().len(), 2);
        assert_eq!(
            (&tracks[0]["logs"][0]["size"], &tracks[0]["logs"][1]["size"]),
            (&json!(1), &json!(0))
        );
    }
    let zero = (
        alpha.item("cyber/alpha/0").await,
        beta.item("cyber/beta/0").await,
    );
    assert_eq!(
        zero.0["content"], zero.1["content"],
        "entry 0 is the same everywhere"
    );
}

#[tokio::test]
async fn a_charter_that_was_touched_is_refused() {
    let (alpha, beta) = two().await;
    let drafted = alpha
        .post("/dialogues", found(&beta.card().await, 10))
        .await;
    let document = &drafted["document"];

    let renamed = edited(document, |charter| charter["name"] = json!("Beta-Alpha"));
    insta::assert_snapshot!(beta.refused("/dialogues/accept", renamed).await, @"409 not_believed: alpha.example signed other terms than these");

    let card = edited(document, |charter| {
        charter["parties"][1]["card"] = charter["parties"][0]["card"].clone();
    });
    insta::assert_snapshot!(beta.refused("/dialogues/accept", card).await, @"409 other_card: `Alpha-Beta` names beta.example with a card that is not this node's own; hand the founder the card that `chancery card` prints, and have the dialogue founded with it");

    // Unsigned changes of terms, to one who has not seen the charter: nobody's signature is on them.
    let unsigned = edited(document, |charter| {
        charter["acceptances"] = json!([]);
        charter["tracks"][0]["window_items"] = json!(99);
    });
    beta.post("/dialogues/accept", unsigned.clone()).await;
    insta::assert_snapshot!(
        redacted(&alpha.refused("/dialogues/accept", unsigned).await), @"409 terms_differ: this charter of `Alpha-Beta` says something else than the one that is here under the same id; compare them with its founder, and found the dialogue anew if the terms are to change");

    insta::assert_snapshot!(beta.refused("/dialogues/accept", json!({ "document": "{}" })).await, @"422 invalid: this is no charter that can be read: type is missing");
    insta::assert_snapshot!(beta.refused("/dialogues/accept", json!({ "document": "{\"type\":" })).await, @"422 invalid: this is no charter that can be read: expected a value at byte 8 (/type)");
}

#[tokio::test]
async fn only_a_party_with_its_own_card_accepts() {
    let (alpha, beta) = two().await;
    let clock = TestClock::new();
    let (other_beta, gamma) = (
        Desk::new("beta", &clock).await,
        Desk::new("gamma", &clock).await,
    );
    let drafted = alpha
        .post("/dialogues", found(&beta.card().await, 10))
        .await;
    let accept = json!({ "document": drafted["document"] });
    insta::assert_snapshot!(gamma.refused("/dialogues/accept", accept.clone()).await, @"409 not_a_party: gamma.example is no party of `Alpha-Beta`: its parties are alpha.example, beta.example");
    insta::assert_snapshot!(other_beta.refused("/dialogues/accept", accept).await, @"409 other_card: `Alpha-Beta` names beta.example with a card that is not this node's own; hand the founder the card that `chancery card` prints, and have the dialogue founded with it");
}

#[tokio::test]
async fn what_makes_no_charter_is_refused_in_words() {
    let (alpha, beta) = two().await;
    let card = beta.card().await;
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut request = found(&card, 10);
        edit(&mut request);
        request
    };
    let own = alpha.card().await;
    let mut told = Vec::new();
    for request in [
        with(&|request| request["name"] = json!(" ")),
        with(&|request| request["tracks"] = json!([])),
        with(&|request| request["tracks"][0]["name"] = json!("Cyber Track")),
        with(&|request| request["tracks"][1]["name"] = json!("cyber")),
        with(&|request| request["tracks"][0]["access"] = json!("secret")),
        with(&|request| request["with"] = json!([card, card])),
        with(&|request| request["with"] = json!([own])),
        with(&|request| request["with"] = json!(["a card"])),
        with(&|request| request["with"] = json!([card.replace("\"v\":1", "\"v\":2")])),
    ] {
        told.push(alpha.refused("/dialogues", request).await);
    }
    insta::assert_snapshot!(told.join("\n"), @"
        422 invalid: this makes no charter: name is empty
        422 invalid: this makes no charter: tracks is empty
        422 invalid: `Cyber Track` is no name for a track, which is lower-case letters, digits and single hyphens: name has 'C' at byte 0, allowed are lower-case letters, digits and -
        422 invalid: this makes no charter: tracks[1] has the track cyber twice
        422 invalid: track `cyber` cannot be `secret`: a track is `open` or `closed`
        422 invalid: the card of beta.example is here twice
        422 invalid: the card of alpha.example is this party's own; only the cards of the others are needed
        422 invalid: card 1 cannot be believed: a note without a blank line before its signatures
        422 invalid: card 1 cannot be believed: a party note of version 2, known is 1
        ");
    assert_eq!(alpha.get("/dialogues").await, json!([]));

    alpha.post("/dialogues", found(&card, 10)).await;
    insta::assert_snapshot!(alpha.refused("/dialogues", found(&card, 10)).await, @"409 exists: there is a dialogue `Alpha-Beta` here already; give this one another name");
}

/// Without what differs from run to run.
fn redacted(text: &str) -> String {
    text.split("--").next().unwrap_or(text).to_owned()
}
