//! Who is let in: passwords, tokens, certificates; what is taken away; how attempts are held up.

use http::{Method, header};
use jiff::SignedDuration;
use node::tls::Pin;
use serde_json::{Value, json};

use crate::{
    people::{PASSWORD, Web, collection, grant, owner, token, told, trail, user},
    world::{Desk, TestClock},
};

const WRONG: &str =
    "401 unauthorized: the name and password or the token are wrong, or no longer valid";

async fn desk() -> (Desk, TestClock) {
    let clock = TestClock::new();
    let desk = Desk::new("alpha", &clock).await;
    user(&desk, "al", "reader").await;
    (desk, clock)
}

async fn is_in(desk: &Desk, web: &Web) -> bool {
    let answer = web.get(desk, "/card").await;
    if !answer.status.is_success() {
        assert_eq!(answer.refusal(), WRONG);
    }
    answer.status.is_success()
}

#[tokio::test]
async fn nobody_is_told_how_to_log_in_and_never_why_not() {
    let (desk, _) = desk().await;
    user(&desk, "bo", "reader").await;
    owner(
        &desk,
        Method::PATCH,
        "/users/bo",
        json!({ "disabled": true }),
    )
    .await;
    let none = json!({ "name": "cy", "role": "reader" });
    owner(&desk, Method::POST, "/users", none).await;
    let answer = Web::nobody().get(&desk, "/card").await;
    let missing = "401 unauthorized: log in: send a user's name and password, or a token";
    assert_eq!(answer.refusal(), missing);
    for web in [
        Web::nobody(),
        Web::basic("al", "wrong horse battery"),
        Web::basic("nobody", PASSWORD),
        Web::basic("bo", PASSWORD),
        Web::basic("cy", ""),
        Web::basic("directory", PASSWORD),
        Web::basic("", ""),
        Web::bearer(&format!("chy_{}", "A".repeat(43))),
        Web::bearer("A"),
        Web::header("Digest username=\"al\""),
    ] {
        let answer = web.get(&desk, "/card").await;
        let offered: Vec<_> = answer
            .headers
            .get_all(header::WWW_AUTHENTICATE)
            .iter()
            .collect();
        assert_eq!(
            offered,
            [
                "Basic realm=\"chancery\", charset=\"UTF-8\"",
                "Bearer realm=\"chancery\""
            ]
        );
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
        if web.authorization.is_some() {
            assert_eq!(answer.refusal(), WRONG, "{:?}", web.authorization);
        }
    }
    assert!(
        Web::user("al")
            .get(&desk, "/card")
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn a_password_costs_its_hash_once() {
    let (desk, clock) = desk().await;
    for expected in [1, 2] {
        for _ in 0..50 {
            assert!(is_in(&desk, &Web::user("al")).await);
            assert_eq!(desk.node.logins_hashed(), expected);
        }
        // Some minutes on, it is asked anew.
        clock.forward(SignedDuration::from_secs(600));
    }
}

#[tokio::test]
async fn a_user_who_is_not_there_costs_what_one_costs_who_is() {
    let (desk, _) = desk().await;
    let none = json!({ "name": "no-password", "role": "reader" });
    owner(&desk, Method::POST, "/users", none).await;
    user(&desk, "off", "reader").await;
    owner(
        &desk,
        Method::PATCH,
        "/users/off",
        json!({ "disabled": true }),
    )
    .await;
    for (n, name) in ["al", "nobody", "no-password", "off", "Not A Name"]
        .iter()
        .enumerate()
    {
        let before = desk.node.logins_hashed();
        let web = Web::basic(name, "wrong horse battery").from(&format!("198.51.100.{n}"));
        assert!(!is_in(&desk, &web).await);
        assert_eq!(desk.node.logins_hashed() - before, 1, "{name}");
    }
}

#[tokio::test]
async fn a_new_password_and_a_disabled_user_count_at_once() {
    let (desk, _) = desk().await;
    assert!(is_in(&desk, &Web::user("al")).await);
    let change = async |change: Value| owner(&desk, Method::PATCH, "/users/al", change).await;
    change(json!({ "password": "another horse battery" })).await;
    assert!(
        !is_in(&desk, &Web::user("al")).await,
        "though it was remembered"
    );
    let new = Web::basic("al", "another horse battery");
    assert!(is_in(&desk, &new).await);
    change(json!({ "disabled": true })).await;
    assert!(!is_in(&desk, &new).await, "though it was remembered");
    change(json!({ "disabled": false })).await;
    assert!(is_in(&desk, &new).await);
    owner(&desk, Method::DELETE, "/users/al", Value::Null).await;
    assert!(!is_in(&desk, &new).await, "though it was remembered");
    // Somebody else of that name and password is somebody else.
    user(&desk, "al", "reader").await;
    assert!(!is_in(&desk, &new).await);
    assert!(is_in(&desk, &Web::user("al")).await);
}

#[tokio::test]
async fn a_token_counts_until_it_is_revoked_or_expired() {
    let (desk, clock) = desk().await;
    let short = json!({ "user": "al", "name": "Short", "expires": "1h" });
    let (short, _) = token(&desk, short).await;
    let (year, _) = token(&desk, json!({ "user": "al", "name": "Year" })).await;
    let (ever, id) = token(
        &desk,
        json!({ "user": "al", "name": "Ever", "expires": "never" }),
    )
    .await;
    for form in [
        Web::bearer(&short),
        Web::basic("al", &short),
        Web::basic("whoever", &short),
        Web::basic("", &short),
    ] {
        assert!(is_in(&desk, &form).await);
    }
    clock.forward(SignedDuration::from_hours(1));
    assert!(!is_in(&desk, &Web::bearer(&short)).await);
    told(&desk, "refused: token 1 (Short) is expired").await;
    clock.forward(SignedDuration::from_hours(24 * 365 - 2));
    assert!(is_in(&desk, &Web::bearer(&year)).await);
    clock.forward(SignedDuration::from_hours(1));
    assert!(!is_in(&desk, &Web::bearer(&year)).await);
    assert!(is_in(&desk, &Web::bearer(&ever)).await);
    let revoked = owner(&desk, Method::DELETE, &format!("/tokens/{id}"), Value::Null).await;
    assert_eq!(revoked["state"], "revoked");
    assert!(!is_in(&desk, &Web::bearer(&ever)).await);
    let (last, _) = token(&desk, json!({ "user": "al", "name": "Last" })).await;
    assert!(is_in(&desk, &Web::bearer(&last)).await);
    owner(
        &desk,
        Method::PATCH,
        "/users/al",
        json!({ "disabled": true }),
    )
    .await;
    assert!(
        !is_in(&desk, &Web::bearer(&last)).await,
        "of a disabled user"
    );
    let shown = desk.get("/tokens").await;
    let states: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|each| &each["state"])
        .collect();
    assert_eq!(
        states,
        ["expired", "revoked", "valid"],
        "the first is forgotten"
    );
    assert!(
        !shown.to_string().contains("chy_"),
        "the secret is shown once"
    );
}

#[tokio::test]
async fn the_last_use_of_a_token_is_noted_now_and_then() {
    let (desk, clock) = desk().await;
    let (secret, _) = token(&desk, json!({ "user": "al", "name": "Tool" })).await;
    let used = async |expected: Value| {
        for _ in 0..1_000 {
            if desk.get("/tokens").await[0]["last_used"] == expected {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("{}", desk.get("/tokens").await);
    };
    used(Value::Null).await;
    for (forward, noted) in [
        (0, "2026-03-01T09:00:00Z"),
        (59, "2026-03-01T09:00:00Z"),
        (1, "2026-03-01T09:01:00Z"),
    ] {
        clock.forward(SignedDuration::from_secs(forward));
        assert!(is_in(&desk, &Web::bearer(&secret)).await);
        used(noted.into()).await;
    }
}

#[tokio::test]
async fn a_certificate_stands_for_its_user() {
    let (desk, _) = desk().await;
    let pin = Pin::from_bytes([7; 32]);
    assert!(!desk.node.has_certificates());
    let add = json!({ "add_certificates": [pin.to_hex()] });
    owner(&desk, Method::PATCH, "/users/al", add.clone()).await;
    assert!(desk.node.has_certificates());
    let with = |pin, web: Web| Web {
        certificate: Some(pin),
        ..web
    };
    assert!(is_in(&desk, &with(pin, Web::nobody())).await);
    // What is said counts before what is shown, and a certificate that nobody knows is nobody's.
    assert!(!is_in(&desk, &with(pin, Web::basic("al", "wrong horse battery"))).await);
    let other = with(Pin::from_bytes([8; 32]), Web::nobody());
    let answer = other.get(&desk, "/card").await;
    assert!(answer.refusal().contains("log in"), "{}", answer.refusal());
    user(&desk, "bo", "reader").await;
    let (status, body) = desk
        .send(Method::PATCH, "/users/bo", add.to_string().into())
        .await;
    insta::assert_snapshot!(crate::world::refusal(status, &body), @"409 certificate_taken: the certificate stands for the user `al` already");
    let remove = json!({ "remove_certificates": [pin.to_hex()] });
    owner(&desk, Method::PATCH, "/users/al", remove).await;
    let answer = with(pin, Web::nobody()).get(&desk, "/card").await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn wrong_passwords_wait_and_those_who_are_in_stay_in() {
    let (desk, clock) = desk().await;
    let (secret, _) = token(&desk, json!({ "user": "al", "name": "Tool" })).await;
    assert!(is_in(&desk, &Web::user("al")).await);
    let elsewhere = |n: u32| format!("203.0.113.{n}");
    let wrong = Web::basic("al", "wrong horse battery");
    for n in 0..5 {
        assert!(
            !is_in(&desk, &wrong.clone().from(&elsewhere(1))).await,
            "{n}"
        );
    }
    let held = wrong.clone().from(&elsewhere(1)).get(&desk, "/card").await;
    insta::assert_snapshot!(held.refusal(), @"429 too_many_failures: too many failed attempts to log in; try again in 1 s");
    assert_eq!(held.retry_after(), 1);
    // Not even the right one is looked at there.
    let right = Web::user("al")
        .from(&elsewhere(1))
        .get(&desk, "/card")
        .await;
    assert!(
        right.status.is_success(),
        "it is remembered: {}",
        right.status
    );
    clock.forward(SignedDuration::from_secs(600));
    let held = wrong.clone().from(&elsewhere(1));
    assert!(!is_in(&desk, &held).await);
    let right = Web::user("al")
        .from(&elsewhere(1))
        .get(&desk, "/card")
        .await;
    assert_eq!((right.status.as_u16(), right.retry_after()), (429, 2));
    // Many addresses: now every new place waits for this user; not where they are known, and no token does.
    for n in 0..20 {
        wrong
            .clone()
            .from(&elsewhere(10 + n))
            .get(&desk, "/card")
            .await;
    }
    let new = Web::user("al")
        .from(&elsewhere(100))
        .get(&desk, "/card")
        .await;
    assert_eq!(new.status, 429);
    assert!(is_in(&desk, &Web::user("al")).await, "known here");
    assert!(is_in(&desk, &Web::bearer(&secret).from(&elsewhere(1))).await);
    // A user who is not there is held up in the same way.
    for _ in 0..5 {
        let web = Web::basic("nobody", "wrong horse battery").from("198.51.100.7");
        assert_eq!(web.get(&desk, "/card").await.refusal(), WRONG);
    }
    let web = Web::basic("nobody", "wrong horse battery").from("198.51.100.7");
    assert_eq!(web.get(&desk, "/card").await.retry_after(), 1);
}

#[tokio::test]
async fn a_flood_of_logins_computes_few_hashes() {
    let (desk, _) = desk().await;
    let attempts = (0..300).map(|n| {
        let web = Web::basic("al", &format!("wrong password {n}"));
        let (desk, web) = (&desk, web.from(&format!("2001:db8:0:{n:x}::1")));
        async move { web.get(desk, "/card").await }
    });
    let answers = futures::future::join_all(attempts).await;
    let of = |status: u16| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    // Those under way or waiting are answered, as far as the name is not held up; the others at once.
    assert!(of(401) <= 66, "{}", of(401));
    assert!(
        desk.node.logins_hashed() <= 22,
        "{}",
        desk.node.logins_hashed()
    );
    assert_eq!(of(401) + of(429), 300);
    for answer in answers.iter().filter(|answer| answer.status == 429) {
        assert!(answer.retry_after() >= 1);
    }
}

#[tokio::test]
async fn many_of_the_same_login_at_once_cost_few_hashes() {
    let (desk, _) = desk().await;
    let web = Web::user("al");
    let all = (0..60).map(|_| is_in(&desk, &web));
    assert!(
        futures::future::join_all(all)
            .await
            .into_iter()
            .all(|is_in| is_in)
    );
    assert!(
        desk.node.logins_hashed() <= 2,
        "{}",
        desk.node.logins_hashed()
    );
}

#[tokio::test]
async fn requests_beyond_the_rate_are_told_when_to_go_on() {
    let (desk, clock) = desk().await;
    let web = Web::bearer(&format!("chy_{}", "A".repeat(43)));
    let statuses = async |count: usize| {
        let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
        for _ in 0..count {
            *statuses
                .entry(web.get(&desk, "/card").await.status.as_u16())
                .or_default() += 1;
        }
        statuses
    };
    assert_eq!(statuses(2_010).await, [(401, 2_000), (429, 10)].into());
    let held = web.get(&desk, "/card").await;
    insta::assert_snapshot!(held.refusal(), @"429 too_many_requests: too many requests; go on in 1 s");
    assert_eq!(held.retry_after(), 1);
    assert!(
        is_in(&desk, &Web::user("al")).await,
        "a user has a bucket of their own"
    );
    clock.forward(SignedDuration::from_secs(1));
    assert_eq!(statuses(501).await, [(401, 500), (429, 1)].into());
}

#[tokio::test]
async fn failed_logins_are_in_the_trail_and_do_not_fill_it() {
    let (desk, _) = desk().await;
    is_in(&desk, &Web::user("al")).await;
    assert_eq!(
        told(&desk, "login").await,
        "al (192.0.2.1) login password: done x1"
    );
    for n in 0..100 {
        let web = Web::basic("Al\u{85}ice", "wrong horse battery");
        web.from(&format!("198.51.100.{n}"))
            .get(&desk, "/card")
            .await;
        Web::bearer(&format!("chy_{}", "A".repeat(43)))
            .get(&desk, "/card")
            .await;
        Web::basic("al", "wrong horse battery")
            .get(&desk, "/card")
            .await;
    }
    told(
        &desk,
        "al (192.0.2.1) login password: refused: it is wrong x1",
    )
    .await;
    told(
        &desk,
        "unknown (192.0.2.1) login token: refused: there is no such token x1",
    )
    .await;
    let lines = trail(&desk).await;
    assert!(lines.len() < 80, "{lines:#?}");
    assert!(!lines.join("\n").contains("horse"), "no secret");
    // What was gathered is written when the node stops, if it was not before.
    let Desk { node, home, .. } = desk;
    let settings = node.settings().clone();
    node.stop().await;
    let node = node::Node::open(home, settings).await.unwrap();
    let lines = node.store().trail(None, 1_000).await.unwrap();
    let wrong = lines
        .iter()
        .filter(|line| line.line.outcome.contains("there is no such token"));
    assert_eq!(wrong.map(|line| line.line.times).sum::<u64>(), 100);
}

#[tokio::test]
async fn a_scoped_token_is_for_its_collections_alone() {
    let (desk, _) = desk().await;
    for name in ["one", "two"] {
        collection(&desk, json!({ "name": name })).await;
    }
    collection(&desk, json!({ "name": "three", "public": true })).await;
    owner(
        &desk,
        Method::PATCH,
        "/users/al",
        json!({ "role": "operator" }),
    )
    .await;
    grant(&desk, "al", "*", "rw").await;
    let seen = async |web: Web| -> Vec<String> {
        let shown = web.get(&desk, "/collections").await.json();
        let shown = shown.as_array().unwrap().iter().map(|each| {
            let rights = (each["can_read"] == true, each["can_write"] == true);
            format!("{}: {rights:?}", each["alias"].as_str().unwrap())
        });
        shown.collect()
    };
    assert_eq!(
        seen(Web::user("al")).await,
        [
            "one: (true, true)",
            "three: (true, true)",
            "two: (true, true)"
        ]
    );
    let (one, _) = token(
        &desk,
        json!({ "user": "al", "name": "One", "collections": ["local/one"] }),
    )
    .await;
    assert_eq!(
        seen(Web::bearer(&one)).await,
        ["one: (true, true)", "three: (true, false)"]
    );
    let refused = Web::bearer(&one).get(&desk, "/users").await.refusal();
    insta::assert_snapshot!(refused, @"403 forbidden: the token `One` of al is for certain collections only and does not let anybody look at accounts and settings");
    let (read, _) = token(
        &desk,
        json!({ "user": "al", "name": "Read", "read_only": true }),
    )
    .await;
    assert_eq!(
        seen(Web::bearer(&read)).await,
        [
            "one: (true, false)",
            "three: (true, false)",
            "two: (true, false)"
        ]
    );
    assert!(
        Web::bearer(&read)
            .get(&desk, "/users")
            .await
            .status
            .is_success()
    );
    let refused = Web::bearer(&read)
        .post(&desk, "/users", json!({}))
        .await
        .refusal();
    insta::assert_snapshot!(refused, @"403 forbidden: the token `Read` of al is for reading only and does not let anybody administer the node");
}
