use super::name::*;
use super::network::*;
use super::octets::*;

fn check(test: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(test(text), "{text:?} is good");
    }
    for text in bad {
        assert!(!test(text), "{text:?} is bad");
    }
}

#[test]
fn addresses() {
    check(
        is_ipv4,
        &[
            "198.51.100.3",
            "10.2.4.5/24",
            "0.0.0.0/0",
            "255.255.255.255/32",
        ],
        &[
            "",
            "1.2.3",
            "256.1.1.1",
            "01.2.3.4",
            "1.2.3.4/33",
            "1.2.3.4/01",
            "1.2.3.4/",
            "1.2.3.4/+1",
        ],
    );
    check(
        is_ipv6,
        &[
            "2001:db8::1",
            "::",
            "::ffff:192.0.2.128",
            "fe80::/10",
            "::1/128",
            "2001:DB8::/32",
        ],
        &[
            "",
            "1.2.3.4",
            "2001:db8:::1",
            "::1/129",
            "::1/00",
            "fe80::1%eth0",
            "[::1]",
        ],
    );
    check(
        is_mac,
        &["00:00:ab:cd:ef:01"],
        &[
            "00:00:AB:cd:ef:01",
            "0:0:ab:cd:ef:1",
            "00-00-ab-cd-ef-01",
            "00:00:ab:cd:ef:01:",
        ],
    );
}

#[test]
fn names_of_the_network() {
    check(
        is_domain_name,
        &[
            "example.com",
            "example.com.",
            "xn--bcher-kva.example",
            "bücher.example",
            "_dmarc.a.b",
            "localhost",
        ],
        &[
            "",
            ".",
            "a..b",
            "-a.example",
            "a-.example",
            "exa mple.com",
            "http://a.example",
            "a.example/b",
        ],
    );
    let label = "a".repeat(63);
    assert!(is_domain_name(&label) && !is_domain_name(&format!("{label}a")));
    let long = vec!["a"; 127].join(".");
    assert!(is_domain_name(&long) && !is_domain_name(&format!("{long}.a")));
    check(
        is_email_address,
        &[
            "jane.smith@example.com",
            "\"a b\"@example.com",
            "a@[192.0.2.1]",
            "用户@例え.jp",
            "a+b@x.y",
        ],
        &[
            "",
            "@",
            "a@",
            "@a",
            "Jane <a@b.c>",
            "a b@c.d",
            ".a@b.c",
            "a..b@c.d",
            "a@b c",
            "a.example.com",
        ],
    );
    check(
        is_uri,
        &[
            "https://example.com/a?b#c",
            "urn:isbn:1",
            "hxxp://example.com",
            "http://[::1]:80/%20",
        ],
        &[
            "",
            "foo",
            "/a/b",
            "http://a b",
            " http://a",
            "http://a/{x}",
            "http://exämple.com/",
            "http://a/%zz",
        ],
    );
}

#[test]
fn octets() {
    check(is_hex, &["00", "00ff12"], &["", "0", "0g", "0F"]);
    check(
        is_base64,
        &["", "QQ==", "QUI=", "QUJD", "+/+/"],
        &["Q", "QQ=", "QQ=Q", "Q===", "QU-D", "QU JD"],
    );
    let good = |algorithm: &str, text: &str| matches!(hash(algorithm, text), Hash::Good);
    for (algorithm, digits) in [
        ("MD5", 32),
        ("SHA-1", 40),
        ("SHA-256", 64),
        ("SHA-512", 128),
        ("SHA3-256", 64),
        ("SHA3-512", 128),
        ("TLSH", 70),
    ] {
        assert!(good(algorithm, &"aF".repeat(digits / 2)), "{algorithm}");
        assert!(!good(algorithm, &"a".repeat(digits - 1)), "{algorithm}");
        assert!(!good(algorithm, &"g".repeat(digits)), "{algorithm}");
    }
    assert!(good("TLSH", &format!("T1{}", "A".repeat(70))));
    assert!(good(
        "SSDEEP",
        "96:s4Ud1Lj96tHHlZDrwciQmA+4uy1I0G4HYuL8N3TzS8QsO/wqWXLcMSx:sF1LjEtHHlZDrJzrhuyZvHYm8tKp/RWO"
    ));
    assert!(!good("SSDEEP", "x:y:z") && !good("SSDEEP", "96:abc"));
    assert!(matches!(hash("md5", "x"), Hash::Unknown));
}

#[test]
fn registered_names() {
    check(
        is_language,
        &[
            "en",
            "de-CH",
            "zh-Hant-TW",
            "sr-Latn",
            "x-private",
            "es-419",
            "i-klingon",
            "foo",
        ],
        &["", "e", "en_US", "español", "en-", "abcdefghij", "en--us"],
    );
    check(
        is_cpe,
        &[
            "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*",
            r"cpe:2.3:a:hp:openview_network_manager:7.51:*:*:*:*:linux:*:*",
            r"cpe:2.3:a:foo\\bar:big\$money_2010:*:*:*:*:special:ipod_touch:80gb:*",
            "cpe:2.3:o:-:x:?:*:*:*:*:*:*:*",
            "cpe:2.3:a:v:p:1.*:-:*:*:*:*:*:*",
        ],
        &[
            "invalid",
            "cpe:/a:microsoft:word:2000",
            "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*",
            "cpe:2.3:x:microsoft:word:2000:*:*:*:*:*:*:*",
            "cpe:2.3:a:micro soft:word:2000:*:*:*:*:*:*:*",
            "cpe:2.3:a:a*b:word:2000:*:*:*:*:*:*:*",
            "cpe:2.3:a::word:2000:*:*:*:*:*:*:*",
            r"cpe:2.3:a:a:b:c:*:*:*:*:*:*:\",
        ],
    );
    check(
        is_media_type,
        &["text/html", "application/vnd.ms-excel"],
        &["", "text", "bla/blabla", "text/", "text/a b"],
    );
    check(
        is_character_set,
        &["UTF-8", "windows-1252", "ISO-8859-1"],
        &["", "utf-8", "bla.bla", "latin1"],
    );
    check(
        is_country,
        &["DE", "US", "ZW"],
        &["de", "XX", "USA", "D", ""],
    );
    check(
        is_administrative_area,
        &["US-PA", "DE-BY", "FR-75"],
        &["PA", "US-", "us-pa", "XX-PA", "US-ABCD"],
    );
    check(
        is_relationship_type,
        &["uses", "x-1"],
        &["", "Uses", "a_b", "a b"],
    );
    check(
        is_service_name,
        &["tcp", "ipv4", "http", "ms-sql-s"],
        &["", "HTTP", "a b"],
    );
    check(
        is_lower_hyphen,
        &["a-b", "anonymized", "b-1.2"],
        &["A", "a b", "a_b", "É"],
    );
    assert!(
        has_short_hive(r"HKLM\system")
            && has_short_hive("hkcu")
            && !has_short_hive(r"HKEY_LOCAL_MACHINE\a")
    );
    assert!(!has_short_hive(r"HKLMX\system"));
}
