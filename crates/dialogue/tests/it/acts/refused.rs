//! What is wrong with an act, by the rule that it breaks and the place.

use super::*;

#[test]
fn an_inquiry_is_refused_by_rule() {
    for name in ["number", "question", "asked", "due"] {
        check(inquiry(), &format!("/{name}"), None, name, &Rule::Missing);
    }
    for name in ["party", "office"] {
        check(
            inquiry(),
            &format!("/asked/{name}"),
            None,
            &format!("asked.{name}"),
            &Rule::Missing,
        );
    }
    let check = |pointer: &str, value: Value, path: &str, rule: Rule| {
        check(inquiry(), pointer, Some(value), path, &rule);
    };
    let (min, max) = (1, (1 << 53) - 1);
    check(
        "/number",
        json!(0),
        "number",
        Rule::OutOfBounds { found: 0, min, max },
    );
    check(
        "/number",
        json!(1.5),
        "number",
        json_type("a whole number", "a number"),
    );
    check(
        "/number",
        json!(1_u64 << 53),
        "number",
        Rule::OutOfBounds {
            found: 1 << 53,
            min,
            max,
        },
    );
    check("/question", json!([]), "question", Rule::Empty);
    check(
        "/question",
        json!("Why?"),
        "question",
        json_type("a list", "a text"),
    );
    check(
        "/question/0/lang",
        json!("?"),
        "question[0].lang",
        Rule::Language("?".into()),
    );
    check(
        "/question/0/text",
        json!(" "),
        "question[0].text",
        Rule::Empty,
    );
    check(
        "/question/0/authentic",
        json!(false),
        "question",
        Rule::NothingAuthentic,
    );
    let upper = NameError::Character { found: 'B', at: 0 };
    check(
        "/asked/party",
        json!("B.example"),
        "asked.party",
        upper.clone().into(),
    );
    check("/asked/office", json!("B"), "asked.office", upper.into());
    let numbering = Rule::Numbering {
        expected: "the next number",
        found: 3,
    };
    check("/asks/1/number", json!(3), "asks[1].number", numbering);
    let ask = json!({ "number": 1, "question": [] });
    check(
        "/asks",
        json!(vec![ask; 257]),
        "asks",
        Rule::TooMany {
            count: 257,
            max: 256,
        },
    );
    check(
        "/asks/0/question",
        json!([]),
        "asks[0].question",
        Rule::Empty,
    );
    check(
        "/due/offset",
        json!("Z"),
        "due.offset",
        TimeError::Offset("Z".into()).into(),
    );
    check(
        "/due/utc",
        json!("soon"),
        "due.utc",
        TimeError::Timestamp("soon".into()).into(),
    );
    check(
        "/due",
        json!("2026-03-01T00:00:00Z"),
        "due",
        json_type("an object", "a text"),
    );
    check(
        "/urgency",
        json!("now"),
        "urgency",
        word("now", &["routine", "priority", "flash"]),
    );
    check(
        "/object_refs",
        json!(["x"]),
        "object_refs[0]",
        IdError::Separator("x".into()).into(),
    );
    check(
        "/in_reply_to/log",
        json!("a"),
        "in_reply_to.log",
        NameError::Origin("a".into()).into(),
    );
    check(
        "/in_reply_to/seq",
        json!(-1),
        "in_reply_to.seq",
        json_type("a whole number", "a number"),
    );
}

#[test]
fn an_answer_is_refused_by_rule() {
    check(
        answer(Outcome::Declined),
        "/reason",
        None,
        "reason",
        &needed("declined"),
    );
    check(
        answer(Outcome::Partly),
        "/text",
        None,
        "text",
        &needed("partly"),
    );
    check(
        answer(pending(9)),
        "/until",
        None,
        "until",
        &needed("pending"),
    );
    let until = pending_value();
    let not_with = Rule::NotWith { with: "not_ours" };
    check(
        answer(Outcome::NotOurs),
        "/until",
        Some(until),
        "until",
        &not_with,
    );
    let reason = answer(Outcome::Declined)["reason"].clone();
    let not_with = Rule::NotWith { with: "answered" };
    check(
        answer(Outcome::Answered),
        "/reason",
        Some(reason.clone()),
        "reason",
        &not_with,
    );
    let not_with = Rule::NotWith { with: "pending" };
    check(
        answer(pending(9)),
        "/reason",
        Some(reason),
        "reason",
        &not_with,
    );

    let check = |pointer: &str, value: Option<Value>, path: &str, rule: Rule| {
        check(answer(Outcome::Answered), pointer, value, path, &rule);
    };
    check("/in_reply_to", None, "in_reply_to", Rule::Missing);
    for name in ["log", "seq", "id"] {
        check(
            &format!("/in_reply_to/{name}"),
            None,
            &format!("in_reply_to.{name}"),
            Rule::Missing,
        );
    }
    check("/outcome", None, "outcome", Rule::Missing);
    let words = &["answered", "partly", "declined", "not_ours", "pending"];
    check(
        "/outcome",
        Some(json!("yes")),
        "outcome",
        word("yes", words),
    );
    let numbering = Rule::Numbering {
        expected: "a larger number",
        found: 1,
    };
    check(
        "/answers/1/number",
        Some(json!(1)),
        "answers[1].number",
        numbering,
    );
    let bounds = Rule::OutOfBounds {
        found: 257,
        min: 1,
        max: 256,
    };
    check(
        "/answers/1/number",
        Some(json!(257)),
        "answers[1].number",
        bounds,
    );
    check(
        "/answers/0/answer",
        Some(json!([])),
        "answers[0].answer",
        Rule::Empty,
    );
}

fn pending_value() -> Value {
    answer(pending(9))["until"].clone()
}

#[test]
fn a_step_is_refused_by_rule() {
    check(
        step(StepKind::Opened),
        "/person",
        None,
        "person",
        &needed("opened"),
    );
    let check = |pointer: &str, value: Option<Value>, path: &str, rule: Rule| {
        check(step(StepKind::Acknowledged), pointer, value, path, &rule);
    };
    for name in ["step", "of", "office", "at"] {
        check(&format!("/{name}"), None, name, Rule::Missing);
    }
    let words = &["acknowledged", "opened", "closed"];
    check(
        "/step",
        Some(json!("agreed")),
        "step",
        word("agreed", words),
    );
    check("/person", Some(json!("")), "person", Rule::Empty);
    let long = "x".repeat(256);
    check(
        "/person",
        Some(json!(long)),
        "person",
        Rule::TooLong {
            bytes: 256,
            max: 255,
        },
    );
    check("/at/utc", None, "at.utc", Rule::Missing);
}

#[test]
fn a_charter_is_refused_by_rule() {
    for name in [
        "version",
        "name",
        "purpose",
        "statements",
        "parties",
        "tracks",
        "acceptances",
    ] {
        check(charter(), &format!("/{name}"), None, name, &Rule::Missing);
    }
    let whole = charter();
    let check = |pointer: &str, value: Value, path: &str, rule: Rule| {
        check(charter(), pointer, Some(value), path, &rule);
    };
    let [a, b] = [&whole["parties"][0], &whole["parties"][1]];
    let (host_a, host_b) = ("a.example".parse().unwrap(), "b.example".parse().unwrap());
    check(
        "/parties",
        json!([b, a]),
        "parties",
        Rule::NotSorted(host_a),
    );
    check(
        "/parties",
        json!([a, b, b]),
        "parties",
        Rule::PartyTwice(host_b),
    );
    check("/parties", json!([]), "parties", Rule::Empty);
    check(
        "/parties",
        json!(vec![a; 65]),
        "parties",
        Rule::TooMany { count: 65, max: 64 },
    );
    check("/parties/0/card", json!(""), "parties[0].card", Rule::Empty);
    let too_long = Rule::TooLong {
        bytes: 32_769,
        max: 32_768,
    };
    check(
        "/parties/0/card",
        json!("x".repeat(32_769)),
        "parties[0].card",
        too_long,
    );
    check(
        "/name",
        json!("x".repeat(256)),
        "name",
        Rule::TooLong {
            bytes: 256,
            max: 255,
        },
    );

    let track = &whole["tracks"][0];
    check("/tracks", json!([]), "tracks", Rule::Empty);
    check(
        "/tracks",
        json!(vec![track; 65]),
        "tracks",
        Rule::TooMany { count: 65, max: 64 },
    );
    check(
        "/tracks",
        json!([track, track]),
        "tracks[1]",
        Rule::TrackTwice("cyber".parse().unwrap()),
    );
    let upper = NameError::Character { found: 'C', at: 0 };
    check(
        "/tracks/0/name",
        json!("Cyber"),
        "tracks[0].name",
        upper.into(),
    );
    let stranger = Rule::UnknownParty("c.example".parse().unwrap());
    check(
        "/tracks/1/parties",
        json!(["c.example"]),
        "tracks[1].parties",
        stranger,
    );
    check(
        "/tracks/1/parties",
        json!([]),
        "tracks[1].parties",
        Rule::Empty,
    );
    let twice = Rule::PartyTwice("a.example".parse().unwrap());
    check(
        "/tracks/0/parties",
        json!(["a.example", "a.example"]),
        "tracks[0].parties",
        twice,
    );
    check(
        "/tracks/0/access",
        json!("all"),
        "tracks[0].access",
        word("all", &["closed", "open"]),
    );
    for (name, max) in [
        ("window_items", 1_u64 << 32),
        ("window_days", 366),
        ("heartbeat_secs", 3_600),
        ("acknowledge_secs", 31_622_400),
    ] {
        let path = format!("tracks[0].{name}");
        for found in [0, max + 1] {
            let rule = Rule::OutOfBounds { found, min: 1, max };
            check(&format!("/tracks/0/{name}"), json!(found), &path, rule);
        }
    }

    let statement = "/statements/receipt/0";
    check(
        "/statements",
        json!({}),
        "statements.receipt",
        Rule::Missing,
    );
    for (member, value) in [("lang", json!("fr")), ("text", json!("I have it."))] {
        let pointer = format!("{statement}/{member}");
        check(
            &pointer,
            value,
            "statements.receipt",
            Rule::ReceiptStatement,
        );
    }
    let stranger = json!([{ "party": "c.example", "note": "x", "logs": [] }]);
    let rule = Rule::UnknownParty("c.example".parse().unwrap());
    check("/acceptances", stranger, "acceptances[0]", rule);
    let acceptance = |party: &str| json!({ "party": party, "note": "x", "logs": [] });
    let unsorted = json!([acceptance("b.example"), acceptance("a.example")]);
    check(
        "/acceptances",
        unsorted,
        "acceptances",
        Rule::NotSorted("a.example".parse().unwrap()),
    );
    let unnoted = json!([{ "party": "a.example", "note": "", "logs": [] }]);
    check("/acceptances", unnoted, "acceptances[0].note", Rule::Empty);
}
