//! How a setting is written, and the words for one that is written otherwise.

use std::net::SocketAddr;

use ipnet::IpNet;
use node::settings::WitnessSettings;
use toml::Value;
use tracing_subscriber::EnvFilter;

/// How a setting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any words.
    Text,
    /// An `https://` URL.
    HttpsUrl,
    /// A URL of scheme, host and port alone.
    BaseUrl,
    /// ADDRESS:PORT.
    Address,
    /// A path; one that is not absolute begins in the node's directory.
    Path,
    /// `true` or `false`.
    OnOff,
    /// A whole number with its bounds.
    Count {
        /// Of what.
        unit: &'static str,
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of networks.
    Networks,
    /// Levels as `EnvFilter` reads them.
    LogLevel,
    /// A list of tables.
    Witnesses,
}

impl Kind {
    /// What a variable or a flag says, as the file would write it.
    pub(crate) fn reads(self, words: &str) -> Value {
        let text = || Value::String(words.to_owned());
        match self {
            Self::OnOff => words.parse().map_or_else(|_| text(), Value::Boolean),
            Self::Count { .. } => words.parse().map_or_else(|_| text(), Value::Integer),
            Self::Networks | Self::Witnesses => {
                let words = words
                    .split(',')
                    .map(str::trim)
                    .filter(|word| !word.is_empty());
                Value::Array(words.map(|word| Value::String(word.to_owned())).collect())
            }
            _ => text(),
        }
    }

    /// Whether a value is written as it should be; the error says how.
    pub(crate) fn check(self, value: &Value) -> Result<(), String> {
        let text = value.as_str();
        let fits = match self {
            Self::Text => text.is_some_and(|text| !text.trim().is_empty()),
            Self::Path => text.is_some_and(|text| !text.is_empty()),
            Self::HttpsUrl => text
                .and_then(|text| url::Url::parse(text).ok())
                .is_some_and(|url| url.scheme() == "https" && url.host_str().is_some()),
            Self::BaseUrl => text
                .and_then(|text| url::Url::parse(text).ok())
                .is_some_and(|url| {
                    ["http", "https"].contains(&url.scheme())
                        && url.path() == "/"
                        && url.query().is_none()
                        && url.fragment().is_none()
                        && url.username().is_empty()
                }),
            Self::Address => text.is_some_and(|text| text.parse::<SocketAddr>().is_ok()),
            Self::OnOff => value.is_bool(),
            Self::Count { min, max, .. } => value
                .as_integer()
                .is_some_and(|count| (min..=max).contains(&count)),
            Self::Choice(words) => text.is_some_and(|text| words.contains(&text)),
            Self::Networks => value.as_array().is_some_and(|list| {
                list.iter().all(|network| {
                    network
                        .as_str()
                        .is_some_and(|text| text.parse::<IpNet>().is_ok())
                })
            }),
            Self::LogLevel => text.is_some_and(|text| EnvFilter::try_new(text).is_ok()),
            Self::Witnesses => value
                .clone()
                .try_into::<Vec<WitnessSettings>>()
                .is_ok_and(|all| {
                    all.iter().all(|witness| {
                        let keys = &witness.keys;
                        url::Url::parse(&witness.url).is_ok()
                            && !keys.is_empty()
                            && keys
                                .iter()
                                .all(|key| key.parse::<record::key::Vkey>().is_ok())
                    })
                }),
        };
        match fits {
            true => Ok(()),
            false => Err(format!("is {value}; write {}", self.instead())),
        }
    }

    /// What to write.
    pub(crate) fn instead(self) -> String {
        match self {
            Self::Text => "words in quotation marks".to_owned(),
            Self::HttpsUrl => "a URL such as \"https://cert.alpha.example:8443\"".to_owned(),
            Self::BaseUrl => {
                "scheme, host and port alone, such as \"https://taxii.example\"".to_owned()
            }
            Self::Address => {
                "an address with its port, such as \"127.0.0.1:8080\" or \"[::]:8443\"".to_owned()
            }
            Self::Path => "a path, such as \"cert.pem\" or \"/etc/chancery/cert.pem\"".to_owned(),
            Self::OnOff => "true or false".to_owned(),
            Self::Count { unit, min, max } => {
                format!("a whole number from {min} to {max}, {unit}")
            }
            Self::Choice(words) => format!("\"{}\"", words.join("\" or \"")),
            Self::Networks => {
                "a list of networks, such as [\"10.0.0.0/8\", \"fd00::/8\"]; one address is \"192.0.2.7/32\"".to_owned()
            }
            Self::LogLevel => {
                "a level, such as \"info\", or several, such as \"info,node::sync=debug\"".to_owned()
            }
            Self::Witnesses => "for each a table [[witness]] with url = \"https://…\" and keys = [\"name+hash+key\"]".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(kind: Kind, toml: &str) -> String {
        let table: toml::Table = format!("it = {toml}").parse().unwrap();
        kind.check(&table["it"]).err().unwrap_or_default()
    }

    #[test]
    fn what_is_written_otherwise_is_told_how() {
        let secs = Kind::Count {
            unit: "seconds",
            min: 1,
            max: 600,
        };
        insta::assert_snapshot!(says(secs, "0"), @"is 0; write a whole number from 1 to 600, seconds");
        insta::assert_snapshot!(says(secs, "\"15s\""), @r#"is "15s"; write a whole number from 1 to 600, seconds"#);
        insta::assert_snapshot!(says(Kind::Address, "\"localhost:80\""), @r#"is "localhost:80"; write an address with its port, such as "127.0.0.1:8080" or "[::]:8443""#);
        insta::assert_snapshot!(says(Kind::BaseUrl, "\"https://a.example/taxii2/\""), @r#"is "https://a.example/taxii2/"; write scheme, host and port alone, such as "https://taxii.example""#);
        insta::assert_snapshot!(says(Kind::Networks, "[\"10.0.0.1\"]"), @r#"is ["10.0.0.1"]; write a list of networks, such as ["10.0.0.0/8", "fd00::/8"]; one address is "192.0.2.7/32""#);
        insta::assert_snapshot!(says(Kind::Choice(&["text", "json"]), "\"xml\""), @r#"is "xml"; write "text" or "json""#);
        insta::assert_snapshot!(says(Kind::OnOff, "1"), @"is 1; write true or false");
        insta::assert_snapshot!(says(Kind::LogLevel, "\"loud=very\""), @r#"is "loud=very"; write a level, such as "info", or several, such as "info,node::sync=debug""#);
        insta::assert_snapshot!(says(Kind::Witnesses, "[{ url = \"https://w.example\", keys = [\"w\"] }]"), @r#"is [{ keys = ["w"], url = "https://w.example" }]; write for each a table [[witness]] with url = "https://…" and keys = ["name+hash+key"]"#);
    }

    #[test]
    fn words_become_what_the_file_would_write() {
        let secs = Kind::Count {
            unit: "seconds",
            min: 1,
            max: 600,
        };
        assert_eq!(secs.reads("15"), Value::Integer(15));
        assert_eq!(secs.reads("15s"), Value::String("15s".to_owned()));
        assert_eq!(Kind::OnOff.reads("true"), Value::Boolean(true));
        let two = Kind::Networks.reads("10.0.0.0/8, fd00::/8");
        assert_eq!(two.as_array().map(Vec::len), Some(2));
        assert_eq!(Kind::Text.reads("7"), Value::String("7".to_owned()));
    }
}
