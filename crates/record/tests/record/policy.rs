//! Policies: every rule of the file, and what satisfies one.

use record::key::{KeyError, Vkey};
use record::note::SignedNote;
use record::policy::{JudgementError, POLICY_BYTES_MAX, Policy, PolicyError};

use crate::world::{
    Log, at, log_signer, pair, party_signer, policy_text, receipt_signer, witness_signer,
};

fn witness(n: usize) -> Vkey {
    let name = format!("w{n}.example/chancery/witness");
    record::key::WitnessSigner::new(pair(&name))
        .unwrap()
        .vkeys()[0]
        .clone()
}

fn parse(text: &str) -> Result<Policy, PolicyError> {
    Policy::parse(text.as_bytes())
}

#[test]
fn quorums() {
    let mut log = Log::of(3);
    let note = log.sign(5).note().clone();
    let checkpoint = log.checkpoint();
    let lines: Vec<_> = (0..6)
        .map(|n| {
            let name = format!("w{n}.example/chancery/witness");
            let signer = record::key::WitnessSigner::new(pair(&name)).unwrap();
            signer.lines(&checkpoint, at(6))[0].clone()
        })
        .collect();
    let [log_ed, log_ml] = log_signer().vkeys();
    let mut text = format!("log {log_ed}\nlog {log_ml}\n");
    for n in 0..6 {
        text += &format!(
            "witness {} {}\n",
            ["X1", "X2", "X3", "Y1", "Y2", "Y3"][n],
            witness(n)
        );
    }
    // The example of the specification.
    text += "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
    let policy = parse(&text).unwrap();
    for signed in 0u32..64 {
        let some: Vec<_> = (0..6)
            .filter(|n| signed >> n & 1 == 1)
            .map(|n| lines[n].clone())
            .collect();
        let expected = (signed & 7).count_ones() >= 2 && signed >> 3 != 0;
        let judged = policy.judge(&note.with_lines(some).unwrap());
        match judged {
            Ok(judged) => {
                assert!(expected, "{signed:b}");
                assert_eq!(judged.cosigners().len(), signed.count_ones() as usize);
                assert_eq!(
                    (judged.log_time(), judged.cosigners()[0].time),
                    (Some(5), 6)
                );
            }
            Err(refused) => {
                assert!(!expected, "{signed:b}");
                assert_eq!(
                    refused,
                    JudgementError::Quorum {
                        found: signed.count_ones() as usize
                    }
                );
            }
        }
    }
}

#[test]
fn both_keys_of_a_log_and_of_a_receipt() {
    let policy = parse(&policy_text()).unwrap();
    let mut log = Log::of(3);
    let note = log.receipted(5);
    let judged = policy.judge(&note).unwrap();
    assert_eq!(judged.checkpoint(), &log.checkpoint());
    let names: Vec<&str> = judged
        .cosigners()
        .iter()
        .map(|cosigner| cosigner.name.as_str())
        .collect();
    assert_eq!(names, ["b.example/chancery/receipt"]);
    let without = |at: usize| {
        let mut lines = note.lines().to_vec();
        lines.remove(at);
        policy.judge(&SignedNote::new(note.text().to_owned(), lines).unwrap())
    };
    for at in [0, 1] {
        assert!(matches!(without(at), Err(JudgementError::Note(_))));
    }
    for at in [2, 3] {
        assert_eq!(without(at), Err(JudgementError::Quorum { found: 1 }));
    }
    // With half a receipt nobody vouches, even where the policy wants nobody.
    let lenient = parse(&policy_text().replace("quorum b\n", "quorum none\n")).unwrap();
    let half = SignedNote::new(note.text().to_owned(), note.lines()[..3].to_vec()).unwrap();
    assert_eq!(lenient.judge(&half).unwrap().cosigners(), []);
    // A bad line of a known witness refuses the note, needed or not.
    let mut other = Log::of(4);
    other.sign(5);
    let stolen = witness_signer().lines(&other.checkpoint(), at(5));
    assert!(matches!(
        policy.judge(&note.with_lines(stolen).unwrap()),
        Err(JudgementError::Note(_))
    ));
    let unknown = parse("quorum none\n").unwrap().judge(&note);
    assert!(matches!(unknown, Err(JudgementError::UnknownLog(_))));
    let no_checkpoint = party_signer().sign("x\n".to_owned()).unwrap();
    assert!(matches!(
        policy.judge(&no_checkpoint),
        Err(JudgementError::Parse(_))
    ));
}

#[test]
fn what_a_policy_may_look_like() {
    let key = witness(0);
    let text = format!(" \t\n#\n  # comment \u{e9}\n\twitness \t K {key}  \n\nquorum\tK \n");
    assert_eq!(parse(&text).unwrap().witnesses().count(), 1);
    // Names are bytes: a Kelvin sign is no K, and need not even be UTF-8.
    let mut bytes =
        format!("witness K {key}\nwitness \u{212a} {}\nwitness ", witness(1)).into_bytes();
    bytes.extend_from_slice(b"\xff\xfe ");
    bytes.extend_from_slice(format!("{} https://\u{e9}.example\nquorum ", witness(2)).as_bytes());
    bytes.extend_from_slice(b"\xff\xfe\n");
    let policy = Policy::parse(&bytes).unwrap();
    let last = policy.witnesses().last().unwrap();
    assert_eq!(
        (last.0, last.2),
        (
            b"\xff\xfe".as_slice(),
            Some("https://\u{e9}.example".as_bytes())
        )
    );
    // 32 of everything, and the words of the format as names.
    let mut text = String::new();
    for n in 0..32 {
        let name = format!("a.example/chancery/{n:016x}");
        text += &format!(
            "log {}\n",
            record::key::LogSigner::new(pair(&name)).unwrap().vkeys()[0]
        );
        text += &format!("witness w{n} {}\n", witness(n));
        text += &format!("group g{n} any w{n}\n");
    }
    assert_eq!(parse(&(text + "quorum g31\n")).unwrap().logs().len(), 32);
    let words = format!(
        "witness all {key}\nwitness log {}\ngroup 1 1 all log\nquorum 1\n",
        witness(1)
    );
    assert!(parse(&words).is_ok());
}

#[test]
fn policy_refusals() {
    use PolicyError as E;
    let (w0, w1) = (witness(0), witness(1));
    let [log_ed, _] = log_signer().vkeys();
    let [party_ed, party_ml] = party_signer().vkeys();
    let two = format!("witness a {w0}\nwitness b {w1}\n");
    let check = |text: &str, expected: E| assert_eq!(parse(text), Err(expected), "{text}");
    check("", E::NoQuorum);
    check("\n# x\n", E::NoQuorum);
    check("quorum none", E::UnterminatedLine);
    check(
        "quorum none\r\n",
        E::ControlCharacter {
            line: 1,
            byte: b'\r',
        },
    );
    check(
        "#\0\nquorum none\n",
        E::ControlCharacter { line: 1, byte: 0 },
    );
    check(
        "\n#\x7f\n",
        E::ControlCharacter {
            line: 2,
            byte: 0x7f,
        },
    );
    check("quorums none\n", E::UnknownKeyword { line: 1 });
    check("Quorum none\n", E::UnknownKeyword { line: 1 });
    check("quorum\n", E::WordCount { line: 1 });
    check("quorum none none\n", E::WordCount { line: 1 });
    check("quorum none # comment\n", E::WordCount { line: 1 });
    check("log\n", E::WordCount { line: 1 });
    check(&format!("log {log_ed} u v\n"), E::WordCount { line: 1 });
    check("witness a\n", E::WordCount { line: 1 });
    check(&format!("{two}group g any\n"), E::WordCount { line: 3 });
    check(
        "log x\n",
        E::Key {
            line: 1,
            reason: KeyError::Syntax,
        },
    );
    check(&format!("log {w0}\n"), E::KeyType { line: 1 });
    check(&format!("log {party_ml}\n"), E::KeyType { line: 1 });
    check(&format!("witness a {party_ed}\n"), E::KeyType { line: 1 });
    check(
        &format!("log {log_ed}\nlog {log_ed}\n"),
        E::DuplicateKey { line: 2 },
    );
    check(
        &format!("witness a {w0}\nwitness b {w0}\n"),
        E::DuplicateKey { line: 2 },
    );
    // The same key under another name.
    let renamed = Vkey::new("x".parse().unwrap(), w0.kind(), w0.public_key()).unwrap();
    check(
        &format!("witness a {w0}\nwitness b {renamed}\n"),
        E::DuplicateKey { line: 2 },
    );
    check(
        &format!("witness a {w0}\nwitness a {w1}\n"),
        E::DuplicateName { line: 2 },
    );
    check(
        &format!("witness none {w0}\n"),
        E::DuplicateName { line: 1 },
    );
    check(
        &format!("{two}group a any b\n"),
        E::DuplicateName { line: 3 },
    );
    check(
        &format!("{two}group none any b\n"),
        E::DuplicateName { line: 3 },
    );
    check("quorum a\n", E::UnknownName { line: 1 });
    check(&format!("quorum a\n{two}"), E::UnknownName { line: 1 });
    check(&format!("{two}group g any c\n"), E::UnknownName { line: 3 });
    check(
        &format!("{two}group g any none\n"),
        E::UnknownName { line: 3 },
    );
    check(&format!("{two}group g any g\n"), E::UnknownName { line: 3 });
    check(
        &format!("{two}group g any a a\n"),
        E::MemberTwice { line: 3 },
    );
    check(
        &format!("{two}group g any a b\ngroup h any b\n"),
        E::MemberTwice { line: 4 },
    );
    for k in [
        "0",
        "3",
        "01",
        "-1",
        "+1",
        "All",
        "1.0",
        "18446744073709551617",
    ] {
        check(&format!("{two}group g {k} a b\n"), E::Threshold { line: 3 });
    }
    check("quorum none\nquorum none\n", E::SecondQuorum { line: 2 });
    let long = "#".repeat(POLICY_BYTES_MAX) + "\n";
    check(
        &long,
        E::TooLarge {
            bytes: POLICY_BYTES_MAX + 1,
        },
    );
    let mut groups = format!("witness g {w0}\n");
    for n in 0..257 {
        let before = if n == 0 {
            "g".to_owned()
        } else {
            format!("g{}", n - 1)
        };
        groups += &format!("group g{n} any {before}\n");
    }
    check(&groups, E::TooMany { line: 258 });
    assert!(receipt_signer().vkeys()[0].kind().is_timed());
}
