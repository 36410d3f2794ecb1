//! Names, keys, private keys and pairs of them.

use super::*;

#[test]
fn names() {
    let too_long = "a".repeat(256);
    assert_eq!(
        too_long.parse::<KeyName>(),
        Err(NameError::TooLong {
            bytes: 256,
            bytes_max: 255
        })
    );
    assert_eq!("".parse::<KeyName>(), Err(NameError::Empty));
    for c in ['+', ' ', '\u{a0}', '\u{2003}', '\n', '\u{85}', '\u{7f}'] {
        assert_eq!(
            format!("a{c}b").parse::<KeyName>(),
            Err(NameError::Character(c)),
            "{c:?}"
        );
    }
    for host in [
        "a",
        "a.example",
        "a-b.example:1",
        "127.0.0.1:65535",
        "xn--bcher-kva.example",
    ] {
        assert_eq!(host.parse::<Host>().unwrap().as_str(), host);
    }
    for host in [
        "A.example",
        "a..example",
        ".a",
        "a.",
        "-a",
        "a-",
        "a_b",
        "a:0",
        "a:65536",
        "a:080",
        "a:",
        "a:1:2",
        "a/b",
        "bücher.example",
        "[::1]",
        "a b",
    ] {
        assert_eq!(
            host.parse::<Host>(),
            Err(NameError::NotAHost(host.to_owned()))
        );
    }
    assert!("a.".repeat(115).parse::<Host>().is_err());
    assert!(matches!(
        format!("{}a", "a.".repeat(115)).parse::<Host>(),
        Err(NameError::TooLong {
            bytes: 231,
            bytes_max: 229
        })
    ));
    let longest: Host = format!("{}a", "a.".repeat(114)).parse().unwrap();
    assert_eq!(Origin::new(&longest, [0xff; 8]).as_str().len(), 255);
    let origin = Origin::new(
        &"a.example".parse().unwrap(),
        *b"\x01\x23\x45\x67\x89\xab\xcd\xef",
    );
    assert_eq!(
        (origin.as_str(), origin.host().as_str()),
        (LOG, "a.example")
    );
    for name in [
        "a.example",
        "a.example/chancery/receipt",
        "a.example/chancery/0123456789abcde",
        "a.example/chancery/0123456789ABCDEF",
        "a.example/other/0123456789abcdef",
        "A.example/chancery/0123456789abcdef",
        "/chancery/0123456789abcdef",
        "a.example/chancery/0123456789abcdef/",
    ] {
        assert_eq!(
            name.parse::<Origin>(),
            Err(NameError::NotAnOrigin(name.to_owned()))
        );
    }
    let role = |name: &str| {
        name.parse::<KeyName>()
            .unwrap()
            .role()
            .map(|(_, role)| role)
    };
    assert_eq!(role("a.example/chancery/party"), Some(Role::Party));
    assert_eq!(role("a.example/chancery/witness"), Some(Role::Witness));
    assert_eq!(role("a.example/chancery/other"), None);
}

#[test]
fn vkey_refusals() {
    let check = |text: &str, expected: KeyError| {
        assert_eq!(text.parse::<Vkey>().unwrap_err(), expected, "{text}");
    };
    check("", KeyError::Syntax);
    check("example.com/foo+530d903a", KeyError::Syntax);
    check(
        &EXAMPLE_KEY.replace("530d903a", "530D903A"),
        KeyError::Syntax,
    );
    check(
        &EXAMPLE_KEY.replace("530d903a", "530d903"),
        KeyError::Syntax,
    );
    check(
        &EXAMPLE_KEY.replace("530d903a", "+30d903a"),
        KeyError::Syntax,
    );
    check(&EXAMPLE_KEY.replace("3U2k", "3U2"), KeyError::Syntax);
    check("a+00000000+", KeyError::Syntax);
    let wrong = EXAMPLE_KEY
        .replace("530d903a", "530d903b")
        .parse::<Vkey>()
        .unwrap_err();
    assert!(matches!(wrong, KeyError::Id { found, expected }
        if found.to_string() == "530d903b" && expected.to_string() == "530d903a"));
    let renamed = EXAMPLE_KEY.replace("/foo", "/bar").parse::<Vkey>();
    assert!(matches!(renamed, Err(KeyError::Id { .. })));
    check(
        &format!("a+00000000+{}", base64_of(&[2; 33])),
        KeyError::UnknownType(2),
    );
    check(
        &format!("a+00000000+{}", base64_of(&[0xff; 33])),
        KeyError::UnknownType(0xff),
    );
    let length = |found| KeyError::Length {
        algorithm: Algorithm::Ed25519,
        found,
        expected: 32,
    };
    check(&format!("a+00000000+{}", base64_of(&[1; 32])), length(31));
    check(&format!("a+00000000+{}", base64_of(&[1; 34])), length(33));
    let mut identity = [0; 33];
    (identity[0], identity[1]) = (1, 1);
    check(
        &format!("a+00000000+{}", base64_of(&identity)),
        KeyError::SmallOrder,
    );
    let mut second_spelling = [0xff; 33];
    (second_spelling[0], second_spelling[1], second_spelling[32]) = (4, 0xef, 0x7f);
    check(
        &format!("a+00000000+{}", base64_of(&second_spelling)),
        KeyError::NotCanonical,
    );
}

#[test]
fn private_keys() {
    let key = key("a.example/chancery/party", Algorithm::MlDsa44);
    let file = key.to_file();
    assert!(file.starts_with("PRIVATE+CHANCERY+ml-dsa-44+a.example/chancery/party+"));
    assert!(file.ends_with("=\n"));
    assert_eq!(file.parse::<PrivateKey>().unwrap().vkey(), key.vkey());
    let seed_text = file.trim_end().rsplit('+').next().unwrap();
    let shown = format!("{key:?} {:?}", Seed::new([0x41; 32]));
    assert!(
        !shown.contains(seed_text) && !shown.contains("65"),
        "{shown}"
    );
    let check = |text: &str, expected: KeyError| {
        assert_eq!(text.parse::<PrivateKey>().unwrap_err(), expected, "{text}");
    };
    check("PRIVATE+KEY+x", KeyError::Syntax);
    check(
        "PRIVATE+CHANCERY+ed25519+a.example/chancery/party",
        KeyError::Syntax,
    );
    check(
        &file.replace("ml-dsa-44", "rsa"),
        KeyError::UnknownAlgorithm("rsa".to_owned()),
    );
    check(&file.replace("=\n", "\n"), KeyError::Syntax);
    check(&format!("{}\n", file.as_str()), KeyError::Syntax);
    let name = "a.example/chancery/other".to_owned();
    check(&file.replace("/party", "/other"), KeyError::NoRole(name));
    check(
        &file.replace("a.example", "a example"),
        KeyError::Name(NameError::Character(' ')),
    );
}

#[test]
fn pairs_and_keyrings() {
    let name = "a.example/chancery/party";
    let swapped = KeyPair::new(key(name, Algorithm::MlDsa44), key(name, Algorithm::Ed25519));
    let algorithm = Algorithm::MlDsa44;
    assert_eq!(swapped.unwrap_err(), KeyError::WrongAlgorithm { algorithm });
    let other = "b.example/chancery/party";
    let two = KeyPair::new(
        key(name, Algorithm::Ed25519),
        key(other, Algorithm::MlDsa44),
    );
    assert_eq!(
        two.unwrap_err(),
        KeyError::TwoNames(name.to_owned(), other.to_owned())
    );
    let wrong_role = LogSigner::new(pair(name)).unwrap_err();
    assert_eq!(
        wrong_role,
        KeyError::Role {
            name: name.to_owned(),
            expected: Role::Log
        }
    );

    let seeded = |name: &str, algorithm, seed| {
        PrivateKey::from_seed(name.parse().unwrap(), algorithm, Seed::new([seed; 32])).unwrap()
    };
    let same = KeyPair::new(
        seeded(name, Algorithm::Ed25519, 1),
        seeded(name, Algorithm::MlDsa44, 1),
    );
    assert_eq!(
        same.unwrap_err(),
        KeyError::UsedTwice(name.to_owned(), name.to_owned())
    );

    let receipt = "a.example/chancery/receipt";
    let keys = |names: &[(&str, Algorithm, u8)]| {
        Keyring::load(
            names
                .iter()
                .map(|&(name, algorithm, seed)| seeded(name, algorithm, seed))
                .collect(),
        )
    };
    let (ed, ml) = (Algorithm::Ed25519, Algorithm::MlDsa44);
    let ring = keys(&[
        (receipt, ed, 1),
        (name, ml, 2),
        (receipt, ml, 3),
        (name, ed, 4),
        (LOG, ed, 5),
        (LOG, ml, 6),
    ])
    .unwrap();
    assert!(ring.log(&origin()).is_some() && ring.receipt().is_some() && ring.party().is_some());
    assert!(ring.witness().is_none());
    assert_eq!(ring.logs().count(), 1);
    let twice = keys(&[
        (receipt, ed, 1),
        (receipt, ml, 2),
        (name, ed, 1),
        (name, ml, 3),
    ]);
    assert_eq!(
        twice.unwrap_err(),
        KeyError::UsedTwice(receipt.to_owned(), name.to_owned())
    );
    let incomplete = keys(&[(receipt, ed, 1)]).unwrap_err();
    assert_eq!(
        incomplete,
        KeyError::Incomplete {
            name: receipt.to_owned(),
            algorithm: ml,
            found: 0
        }
    );
    let doubled = keys(&[(receipt, ed, 1), (receipt, ed, 2), (receipt, ml, 3)]).unwrap_err();
    assert_eq!(
        doubled,
        KeyError::Incomplete {
            name: receipt.to_owned(),
            algorithm: ed,
            found: 2
        }
    );
    let mixed = keys(&[(receipt, ed, 1), (other, ml, 2)]).unwrap_err();
    assert_eq!(
        mixed,
        KeyError::TwoNames(receipt.to_owned(), other.to_owned())
    );
}
