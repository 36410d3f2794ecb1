//! Inquiries, answers and steps, on both sides of a line that is cut.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Pair, indicator, question};

fn step(item: &str, step: &str, person: Option<&str>) -> Value {
    json!({ "item": item, "step": step, "person": person })
}

fn answer(item: &str, outcome: &str, text: Option<&str>) -> Value {
    json!({ "item": item, "outcome": outcome, "lang": "en", "text": text })
}

#[tokio::test]
async fn an_inquiry_is_delivered_in_four_facts() {
    let pair = Pair::new().await;
    let (alpha, beta) = (&pair.alpha, &pair.beta);
    let asked = alpha.post("/inquiries", question()).await;
    let item = asked["item"].as_str().unwrap();
    assert_eq!((item, &asked["number"]), ("cyber/alpha/1", &json!(1)));
    assert_eq!(alpha.post("/inquiries", question()).await["number"], 2);
    assert_eq!(alpha.item(item).await["delivery"]["received"], Value::Null);

    pair.clock.forward(SignedDuration::from_secs(60));
    pair.exchange().await;
    assert_eq!(
        alpha.item(item).await["delivery"]["received"]["at"],
        "2026-03-01T09:01:00Z"
    );

    pair.clock.forward(SignedDuration::from_secs(60));
    beta.post("/steps", step(item, "acknowledged", None)).await;
    beta.post("/steps", step(item, "opened", Some("A. Lind")))
        .await;
    // Somebody else may open it too, and opening is no second acknowledgement.
    beta.post("/steps", step(item, "opened", Some("B. Berg")))
        .await;
    pair.clock.forward(SignedDuration::from_secs(60));
    beta.post("/answers", answer(item, "answered", Some("It is ours.")))
        .await;
    pair.exchange().await;

    for desk in [alpha, beta] {
        let status = desk.get("/status").await;
        let inquiry = &status["inquiries"][0];
        assert_eq!(
            (&inquiry["status"], &inquiry["answer"]),
            (&json!("answered"), &json!("It is ours."))
        );
        assert_eq!(inquiry["question"], "Is it yours?");
        insta::allow_duplicates! {
            insta::assert_snapshot!(serde_json::to_string_pretty(&inquiry["delivery"]).unwrap(), @r#"
                {
                  "acknowledged": {
                    "at": "2026-03-01T09:02:00Z",
                    "by": "duty-desk of beta.example"
                  },
                  "answered": {
                    "at": "2026-03-01T09:03:00Z",
                    "by": "beta.example",
                    "how": "answered"
                  },
                  "opened": {
                    "at": "2026-03-01T09:02:00Z",
                    "by": "A. Lind, duty-desk of beta.example"
                  },
                  "received": {
                    "at": "2026-03-01T09:01:00Z",
                    "by": "beta.example"
                  }
                }
                "#);
        }
    }
    let due = |status: &Value, side: &str| -> Vec<String> {
        let dues = status[side].as_array().unwrap().iter();
        dues.map(|due| due["says"].as_str().unwrap().to_owned())
            .collect()
    };
    let status = alpha.get("/status").await;
    insta::assert_snapshot!(due(&status, "due_from_us").join("\n"), @"cyber/beta/5 waits for our acknowledgement, due 2026-03-02T09:03:00Z");
    insta::assert_snapshot!(due(&status, "due_from_others").join("\n"), @"
        cyber/alpha/2 waits for beta's acknowledgement by duty-desk, due 2026-03-02T09:01:00Z
        our inquiry 2 (cyber/alpha/2) waits for the answer of beta's duty-desk, due 2026-03-04T09:00:00Z
        ");
    pair.clock.forward(SignedDuration::from_hours(80));
    let status = alpha.get("/status").await;
    assert_eq!(status["inquiries"][1]["status"], "overdue");
    insta::assert_snapshot!(due(&status, "due_from_others").join("\n"), @"
        cyber/alpha/2 waits for beta's acknowledgement by duty-desk, due 2026-03-02T09:01:00Z, overdue by 2 d 8 h
        our inquiry 2 (cyber/alpha/2) waits for the answer of beta's duty-desk, due 2026-03-04T09:00:00Z, overdue by 8 h 3 min
        ");
}

#[tokio::test]
async fn the_same_act_twice_is_refused_with_when_it_was_done() {
    let pair = Pair::new().await;
    let (alpha, beta) = (&pair.alpha, &pair.beta);
    alpha.post("/inquiries", question()).await;
    alpha.post("/pass?track=cyber", indicator(1, "one")).await;
    pair.exchange().await;
    let item = "cyber/alpha/1";
    beta.post("/steps", step(item, "acknowledged", None)).await;
    beta.post("/steps", step(item, "opened", Some("A. Lind")))
        .await;
    beta.post("/answers", answer(item, "answered", Some("Yes.")))
        .await;
    beta.post("/steps", step("cyber/alpha/2", "opened", Some("A. Lind")))
        .await;

    let mut told = Vec::new();
    for (path, body) in [
        ("/steps", step(item, "acknowledged", None)),
        ("/steps", step(item, "opened", Some("A. Lind"))),
        ("/steps", step("cyber/alpha/2", "opened", Some("A. Lind"))),
        ("/answers", answer(item, "partly", Some("Yes, again."))),
    ] {
        let words = beta.refused(path, body).await;
        // Receipts move what follows; the place of the answer is not what is tested.
        told.push(words.split(", in cyber").next().unwrap().to_owned());
    }
    insta::assert_snapshot!(told.join("\n"), @"
        409 already_done: cyber/alpha/1 was acknowledged already, by the office duty-desk on 2026-03-01T09:00:00Z
        409 already_done: cyber/alpha/1 was opened already, by A. Lind (duty-desk) on 2026-03-01T09:00:00Z
        409 already_done: cyber/alpha/2 was opened already, by A. Lind (duty-desk) on 2026-03-01T09:00:00Z
        409 already_answered: cyber/alpha/1 was answered already on 2026-03-01T09:00:00Z
        ");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words() {
    let pair = Pair::new().await;
    let (alpha, beta) = (&pair.alpha, &pair.beta);
    alpha.post("/inquiries", question()).await;
    alpha.post("/pass?track=cyber", indicator(1, "one")).await;
    pair.exchange().await;
    let ask = |name: &str, value: Value| {
        let mut request = question();
        request[name] = value;
        request
    };
    let mut told = Vec::new();
    for request in [
        ask("track", json!("cibber")),
        ask("to", json!("gamma")),
        ask("to", json!("alpha")),
        ask("office", json!("press")),
        ask("question", json!(" ")),
        ask("lang", json!("English please")),
        ask("due", json!("soon")),
        ask("due", json!("2026-02-01T00:00:00Z")),
        ask("asks", json!(["One?", ""])),
    ] {
        told.push(alpha.refused("/inquiries", request).await);
    }
    insta::assert_snapshot!(told.join("\n"), @"
        404 not_found: there is no track `cibber` here; the tracks are: Alpha-Beta/cyber, Alpha-Beta/security
        404 not_found: `gamma` names no single party of cyber; its parties are: alpha.example, beta.example
        422 invalid: alpha.example is this party itself; an inquiry asks another one
        404 not_found: beta.example has no office `press`; its offices are: duty-desk (Duty desk)
        422 invalid: the question is empty
        422 invalid: `English please` is no language tag; write one such as `en` or `pt-BR`
        422 invalid: when the answer is due: `soon` is no time: write an instant such as 2026-03-01T17:00:00+03:00 or 2026-03-01T14:00:00Z, or a time from now such as 90s, 30m, 72h or 10d
        422 invalid: when the answer is due: `2026-02-01T00:00:00Z` is in the past: here it is 2026-03-01T09:00:00Z
        422 invalid: sub-question 2 is empty
        ");

    let item = "cyber/alpha/1";
    let mut told = Vec::new();
    for request in [
        answer(item, "maybe", Some("Perhaps.")),
        answer(item, "answered", None),
        answer(item, "declined", None),
        answer(item, "pending", None),
        json!({ "item": item, "outcome": "answered", "lang": "en", "text": "Yes.", "until": "1h" }),
        json!({ "item": item, "outcome": "answered", "lang": "en", "text": "Yes.", "reason": "No." }),
        answer("cyber/alpha/2", "answered", Some("Thanks.")),
        answer("cyber/alpha/99", "answered", Some("Thanks.")),
        answer("cyber/alpha", "answered", Some("Thanks.")),
        answer("cyber/gamma/1", "answered", Some("Thanks.")),
    ] {
        told.push(beta.refused("/answers", request).await);
    }
    told.push(
        alpha
            .refused("/answers", answer(item, "answered", Some("Myself.")))
            .await,
    );
    insta::assert_snapshot!(told.join("\n"), @"
        422 invalid: `maybe` is no outcome; an answer is `answered`, `partly`, `declined`, `not_ours` or `pending`
        422 invalid: the answer has no words; write what it is
        422 invalid: to decline is to say why: give a reason (--reason 'A matter before the courts.')
        422 invalid: an answer that is pending says until when (--until 24h)
        422 invalid: only an answer that is pending has an `until`
        422 invalid: a reason goes with declining, or with saying whose it is; write an answer as its text
        409 not_an_inquiry: cyber/alpha/2 is on the record and is no inquiry that can be answered
        404 not_found: cyber/alpha/99 is not here: that log has the items 0 to 3
        404 not_found: `cyber/alpha` is no item: write TRACK/PARTY/INDEX or ORIGIN#INDEX
        404 not_found: `gamma` names no single party of cyber; its parties are: alpha.example, beta.example
        409 own_item: cyber/alpha/1 is this party's own inquiry; beta.example is to answer it
        ");

    let mut told = Vec::new();
    for request in [
        step(item, "closed", None),
        step(item, "opened", None),
        step(item, "acknowledged", Some("A. Lind")),
        step("cyber/alpha/0", "acknowledged", None),
        step("cyber/beta/0", "acknowledged", None),
    ] {
        told.push(beta.refused("/steps", request).await);
    }
    insta::assert_snapshot!(told.join("\n"), @"
        422 invalid: `closed` is no step; a step is `acknowledged` or `opened`
        422 invalid: say who has read it: an item is opened by a person (--person 'A. Lind')
        422 invalid: an office acknowledges, not a person; a person opens an item
        409 takes_no_steps: cyber/alpha/0 is no information, inquiry or answer; only those are acknowledged and opened
        409 own_item: cyber/beta/0 is this party's own item; only the others acknowledge or open it
        ");
}
