//! Every setting, in the order in which they are shown: one line says what it is, how it is written, its bounds, what
//! it is when nobody says anything, and which flag and variable say it too.

use super::kind::Kind;

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name in `node.toml`, tables before dots.
    pub(crate) key: &'static str,
    /// How it is written.
    pub(crate) kind: Kind,
    /// What it is when nobody says anything.
    pub(crate) default: Fallback,
    /// The variable of the environment that says it.
    pub(crate) variable: Option<&'static str>,
    /// The flag of `chancery serve` that says it.
    pub(crate) flag: Option<&'static str>,
    /// What it means, in a sentence or two.
    pub(crate) about: &'static str,
}

/// What a setting is when nobody says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// Somebody must.
    Required,
    /// Nothing.
    None,
    /// This, as it is written in `node.toml`.
    Is(&'static str),
}

use Fallback::{Is, None as Nothing, Required};

/// The secrets-free list of all settings.
pub(crate) const SETTINGS: &[Setting] = &[
    file_only(
        "host",
        Kind::Text,
        "This party's host name. It names the party on every record for good, and is never changed.",
    ),
    file_only("name", Kind::Text, "The party's name as people know it."),
    file_only(
        "url",
        Kind::HttpsUrl,
        "Where the other parties reach this node. They go by the card, which says the same.",
    ),
    Setting {
        key: "listen",
        kind: Kind::Address,
        default: Required,
        variable: Some("CHANCERY_LISTEN"),
        flag: Some("--listen"),
        about: "The address the node listens on for the other parties (mutual TLS).",
    },
    Setting {
        key: "poll_secs",
        kind: Kind::Count {
            unit: "seconds",
            min: 1,
            max: 86_400,
        },
        default: Is("30"),
        variable: Some("CHANCERY_POLL_SECS"),
        flag: Option::None,
        about: "How often the other parties are asked without a hint from them.",
    },
    Setting {
        key: "web.listen",
        kind: Kind::Address,
        default: Nothing,
        variable: Some("CHANCERY_WEB_LISTEN"),
        flag: Some("--web"),
        about: "The address for tools and people: TAXII, the JSON API, health, metrics. Any but a loopback address needs `cert` and `key`, or `trusted_proxies`.",
    },
    Setting {
        key: "web.cert",
        kind: Kind::Path,
        default: Nothing,
        variable: Some("CHANCERY_WEB_CERT"),
        flag: Some("--web-cert"),
        about: "Its TLS certificate with the chain, PEM. Read again when it changes, and on SIGHUP.",
    },
    Setting {
        key: "web.key",
        kind: Kind::Path,
        default: Nothing,
        variable: Some("CHANCERY_WEB_KEY"),
        flag: Some("--web-key"),
        about: "The certificate's private key, PEM, not readable by everybody.",
    },
    Setting {
        key: "web.url",
        kind: Kind::BaseUrl,
        default: Nothing,
        variable: Some("CHANCERY_WEB_URL"),
        flag: Some("--web-url"),
        about: "How tools outside reach it: scheme, host and port. What the request says when absent.",
    },
    on_or_off(
        "web.tls12",
        "CHANCERY_WEB_TLS12",
        "true",
        "Whether TLS 1.2 is spoken besides 1.3, as TAXII 2.1 §8.2.2 demands. Turn it off where every tool speaks 1.3.",
    ),
    on_or_off(
        "web.client_certificates",
        "CHANCERY_WEB_CLIENT_CERTIFICATES",
        "false",
        "Whether clients are asked for a certificate. Whoever has none goes on without; one that is pinned to a user logs in.",
    ),
    Setting {
        key: "web.trusted_proxies",
        kind: Kind::Networks,
        default: Is("[]"),
        variable: Some("CHANCERY_WEB_TRUSTED_PROXIES"),
        flag: Option::None,
        about: "The networks of reverse proxies that are believed when they say whom they speak for. They may speak plain HTTP. In a variable, separated by commas.",
    },
    Setting {
        key: "web.proxy_header",
        kind: Kind::Choice(&["x-forwarded-for", "forwarded"]),
        default: Is("\"x-forwarded-for\""),
        variable: Some("CHANCERY_WEB_PROXY_HEADER"),
        flag: Option::None,
        about: "The one header in which those proxies say it. The other is not looked at, because a proxy passes on what it does not write.",
    },
    limit(
        "web.limits.connections_max",
        "CHANCERY_WEB_LIMITS_CONNECTIONS_MAX",
        "connections",
        (1, 1_000_000),
        "1024",
        "Connections at once on each listener; more wait in the kernel's queue. Each takes a file descriptor.",
    ),
    limit(
        "web.limits.connections_per_address_max",
        "CHANCERY_WEB_LIMITS_CONNECTIONS_PER_ADDRESS_MAX",
        "connections",
        (1, 1_000_000),
        "768",
        "Connections at once from one address (IPv6: one /64). Trusted proxies are not counted.",
    ),
    limit(
        "web.limits.handshake_secs",
        "CHANCERY_WEB_LIMITS_HANDSHAKE_SECS",
        "seconds",
        (1, 600),
        "10",
        "How long a TLS handshake may take.",
    ),
    limit(
        "web.limits.head_secs",
        "CHANCERY_WEB_LIMITS_HEAD_SECS",
        "seconds",
        (1, 600),
        "15",
        "How long the head of a request may take to arrive.",
    ),
    limit(
        "web.limits.idle_secs",
        "CHANCERY_WEB_LIMITS_IDLE_SECS",
        "seconds",
        (1, 86_400),
        "75",
        "How long a connection may be without a request under way.",
    ),
    limit(
        "web.limits.bytes_per_sec_min",
        "CHANCERY_WEB_LIMITS_BYTES_PER_SEC_MIN",
        "bytes a second",
        (1, 1_000_000_000),
        "1024",
        "How fast a client must send a body and take an answer.",
    ),
    limit(
        "web.limits.lag_secs",
        "CHANCERY_WEB_LIMITS_LAG_SECS",
        "seconds",
        (1, 3_600),
        "30",
        "How far a client may fall behind that before it is cut off.",
    ),
    limit(
        "web.limits.request_secs",
        "CHANCERY_WEB_LIMITS_REQUEST_SECS",
        "seconds",
        (1, 86_400),
        "600",
        "How long a request may take until its answer begins.",
    ),
    limit(
        "web.limits.stop_secs",
        "CHANCERY_WEB_LIMITS_STOP_SECS",
        "seconds",
        (0, 3_600),
        "20",
        "How long requests under way may take once the node was asked to stop.",
    ),
    limit(
        "web.limits.drain_secs",
        "CHANCERY_WEB_LIMITS_DRAIN_SECS",
        "seconds",
        (0, 3_600),
        "0",
        "How long the node still serves while /health/ready already says that it is leaving: for balancers that ask.",
    ),
    limit(
        "taxii.page_default",
        "CHANCERY_TAXII_PAGE_DEFAULT",
        "objects",
        (1, 100_000),
        "1000",
        "Objects of a page when the client sets no `limit`.",
    ),
    limit(
        "taxii.page_max",
        "CHANCERY_TAXII_PAGE_MAX",
        "objects",
        (1, 100_000),
        "10000",
        "Objects of a page, whatever `limit` the client sets.",
    ),
    limit(
        "taxii.page_bytes_max",
        "CHANCERY_TAXII_PAGE_BYTES_MAX",
        "bytes",
        (1_024, 1_073_741_824),
        "16777216",
        "Bytes of the objects of a page. A page is cut before it; one larger object is a page of its own.",
    ),
    limit(
        "taxii.body_bytes_max",
        "CHANCERY_TAXII_BODY_BYTES_MAX",
        "bytes",
        (1_024, 268_435_456),
        "104857600",
        "Bytes of a body: the max_content_length of every API root.",
    ),
    limit(
        "taxii.bodies_bytes_max",
        "CHANCERY_TAXII_BODIES_BYTES_MAX",
        "bytes",
        (1_024, 1_099_511_627_776),
        "536870912",
        "Bytes of all bodies under way together; who comes after that is asked to come again.",
    ),
    limit(
        "taxii.status_hours",
        "CHANCERY_TAXII_STATUS_HOURS",
        "hours",
        (24, 87_600),
        "168",
        "How long a status is shown after nothing of it was pending any more; the standard asks for 24.",
    ),
    limit(
        "taxii.statuses_max",
        "CHANCERY_TAXII_STATUSES_MAX",
        "statuses",
        (1, 1_000_000_000),
        "100000",
        "Statuses that are kept beyond the 24 hours of the standard.",
    ),
    limit(
        "requests.user_requests_per_sec",
        "CHANCERY_REQUESTS_USER_REQUESTS_PER_SEC",
        "requests a second",
        (0, 1_000_000),
        "5000",
        "How many requests a user may make for long, over all their connections; 0 for no limit.",
    ),
    limit(
        "requests.user_requests_burst",
        "CHANCERY_REQUESTS_USER_REQUESTS_BURST",
        "requests",
        (0, 10_000_000),
        "20000",
        "How many a user may make at once, after a pause.",
    ),
    limit(
        "requests.address_requests_per_sec",
        "CHANCERY_REQUESTS_ADDRESS_REQUESTS_PER_SEC",
        "requests a second",
        (0, 1_000_000),
        "500",
        "How many requests may come from one address without a login that holds; 0 for no limit.",
    ),
    limit(
        "requests.address_requests_burst",
        "CHANCERY_REQUESTS_ADDRESS_REQUESTS_BURST",
        "requests",
        (0, 10_000_000),
        "2000",
        "How many of those may come at once, after a pause.",
    ),
    Setting {
        key: "log.format",
        kind: Kind::Choice(&["text", "json"]),
        default: Is("\"text\""),
        variable: Some("CHANCERY_LOG_FORMAT"),
        flag: Option::None,
        about: "Lines for people, or one JSON object a line.",
    },
    Setting {
        key: "log.level",
        kind: Kind::LogLevel,
        default: Is("\"info\""),
        variable: Some("CHANCERY_LOG_LEVEL"),
        flag: Some("-v"),
        about: "What is logged: error, warn, info, debug or trace, alone or by part, such as `info,access=off`. RUST_LOG is heeded when the variable is not set.",
    },
    Setting {
        key: "witness",
        kind: Kind::Witnesses,
        default: Is("[]"),
        variable: Option::None,
        flag: Option::None,
        about: "Ordinary C2SP witnesses that are asked to cosign this node's logs, each with `url` and `keys`. Sending never waits for them.",
    },
];

/// The variable besides `CHANCERY_LOG_LEVEL` that says what is logged, as in every other program of this kind.
pub(crate) const RUST_LOG: &str = "RUST_LOG";
/// Variables of ours that are no settings of a node but say which node is meant.
pub(crate) const OTHER_VARIABLES: [&str; 3] = ["CHANCERY_HOME", "CHANCERY_TOKEN", "CHANCERY_URL"];

const fn file_only(key: &'static str, kind: Kind, about: &'static str) -> Setting {
    Setting {
        key,
        kind,
        default: Required,
        variable: Option::None,
        flag: Option::None,
        about,
    }
}

const fn on_or_off(
    key: &'static str,
    variable: &'static str,
    default: &'static str,
    about: &'static str,
) -> Setting {
    Setting {
        key,
        kind: Kind::OnOff,
        default: Is(default),
        variable: Some(variable),
        flag: Option::None,
        about,
    }
}

const fn limit(
    key: &'static str,
    variable: &'static str,
    unit: &'static str,
    (min, max): (i64, i64),
    default: &'static str,
    about: &'static str,
) -> Setting {
    Setting {
        key,
        kind: Kind::Count { unit, min, max },
        default: Is(default),
        variable: Some(variable),
        flag: Option::None,
        about,
    }
}

#[cfg(test)]
mod tests {
    use node::settings::{Settings, WitnessSettings};

    use super::*;

    fn keys(prefix: &str, table: &toml::Table, into: &mut Vec<String>) {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            match value {
                toml::Value::Table(table) => keys(&format!("{key}."), table, into),
                _ => into.push(key),
            }
        }
    }

    #[test]
    fn the_table_names_every_setting_there_is() {
        let listen = "127.0.0.1:1".parse().unwrap();
        let mut settings = Settings::new("a.example", "A", "https://a.example", listen);
        settings.web.listen = Some(listen);
        settings.web.cert = Some("cert".into());
        settings.web.key = Some("key".into());
        settings.web.url = Some("https://a.example".to_owned());
        settings.witnesses = vec![WitnessSettings {
            url: String::new(),
            keys: Vec::new(),
        }];
        let (mut there, mut known) = (Vec::new(), Vec::new());
        keys("", &toml::Table::try_from(settings).unwrap(), &mut there);
        known.extend(SETTINGS.iter().map(|setting| setting.key.to_owned()));
        there.sort();
        known.sort();
        assert_eq!(there, known);
    }

    #[test]
    fn variables_are_named_for_their_settings() {
        for setting in SETTINGS {
            let Some(variable) = setting.variable else {
                continue;
            };
            let expected = format!("CHANCERY_{}", setting.key.replace('.', "_").to_uppercase());
            assert_eq!(variable, expected);
            assert!(!OTHER_VARIABLES.contains(&variable));
        }
    }
}
