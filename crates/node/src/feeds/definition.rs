//! What a feed is, as it is asked for and as it is kept.

use std::{fmt, str::FromStr};

use dialogue::Ceiling;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::feeds::NewFeed;

/// Longest name of a feed, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// Shortest time from one round to the next, in seconds.
pub const INTERVAL_SECS_MIN: u32 = 10;
/// The same if nobody says it: a quarter of an hour.
pub const INTERVAL_SECS_DEFAULT: u32 = 900;
/// Most objects at a time.
pub const PAGE_SIZE_MAX: u32 = 10_000;
/// Objects at a time if nobody says it.
pub const PAGE_SIZE_DEFAULT: u32 = 1_000;
/// Most types that a feed is limited to.
pub const TYPES_MAX: usize = 100;

/// The name of a feed: what stands in a URL, and in the name of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedName(Box<str>);

impl FeedName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FeedName {
    type Err = DefinitionError;

    fn from_str(text: &str) -> Result<Self, DefinitionError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let good = text.len() <= NAME_BYTES_MAX
            && text.bytes().next().is_some_and(plain)
            && text.bytes().all(|byte| plain(byte) || byte == b'-');
        if good {
            return Ok(Self(text.into()));
        }
        Err(DefinitionError::Name {
            name: text.chars().take(NAME_BYTES_MAX).collect(),
        })
    }
}

impl fmt::Display for FeedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which way objects go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the other server into a collection of this node.
    Pull,
    /// From a collection of this node to the other server.
    Push,
}

/// What is shown to the other server. `Debug` prints the kind alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A user and a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// A bearer token.
    Bearer {
        /// The token.
        token: String,
    },
    /// A key in a header.
    ApiKey {
        /// The header's name.
        header: String,
        /// The key.
        key: String,
    },
    /// A client certificate: PEM with its chain and its private key.
    Certificate {
        /// The PEM.
        pem: String,
    },
}

impl Credentials {
    /// What kind they are.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic { .. } => "basic",
            Self::Bearer { .. } => "bearer",
            Self::ApiKey { .. } => "api_key",
            Self::Certificate { .. } => "certificate",
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(***)", self.kind())
    }
}

/// A feed as it is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddFeed {
    /// Its name.
    pub name: String,
    /// Which way objects go.
    pub direction: Direction,
    /// The collection of this node, as people name it.
    pub collection: String,
    /// The other server's API root, or discovery URL.
    pub url: String,
    /// The collection there: id, alias or title.
    pub remote_collection: String,
    /// What is shown there.
    pub credentials: Credentials,
    /// Certificate authorities (PEM) to believe instead of the machine's.
    #[serde(default)]
    pub authorities: Option<String>,
    /// From one round to the next, seconds.
    #[serde(default = "interval_secs_default")]
    pub interval_secs: u32,
    /// Objects at a time.
    #[serde(default = "page_size_default")]
    pub page_size: u32,
    /// STIX types; empty for all.
    #[serde(default)]
    pub types: Vec<String>,
    /// Every version of each object, not the last alone.
    #[serde(default)]
    pub all_versions: bool,
    /// Push: the strictest marking that leaves: `clear`, `green`, `amber`, `amber+strict`, `red`.
    #[serde(default)]
    pub ceiling: Option<String>,
    /// Push: objects without such a marking leave too.
    #[serde(default)]
    pub unmarked: bool,
    /// Plain HTTP may leave this machine.
    #[serde(default)]
    pub insecure_http: bool,
    /// Pull: only what is added there later than this.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

fn interval_secs_default() -> u32 {
    INTERVAL_SECS_DEFAULT
}

fn page_size_default() -> u32 {
    PAGE_SIZE_DEFAULT
}

/// Why a feed cannot be as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Its name.
    #[error(
        "`{name}` is no name for a feed: lower-case letters, digits and `-`, beginning with a letter or digit, at most {NAME_BYTES_MAX}"
    )]
    Name {
        /// As far as it goes.
        name: String,
    },
    /// Too often.
    #[error("a feed is run every {secs} s, the shortest is {INTERVAL_SECS_MIN} s")]
    Interval {
        /// What was asked for.
        secs: u32,
    },
    /// Too many at a time, or none.
    #[error("a feed moves {size} objects at a time, from 1 to {PAGE_SIZE_MAX} are possible")]
    PageSize {
        /// What was asked for.
        size: u32,
    },
    /// Not a type of STIX.
    #[error("`{text}` is no STIX type")]
    Type {
        /// The text.
        text: String,
    },
    /// Too many types.
    #[error("a feed is limited to {count} types, at most {TYPES_MAX} are possible")]
    TooManyTypes {
        /// How many.
        count: usize,
    },
    /// Not a level.
    #[error("`{text}` is no ceiling: clear, green, amber, amber+strict or red")]
    Ceiling {
        /// The text.
        text: String,
    },
    /// A push feed says up to which marking objects leave.
    #[error(
        "a push feed needs a ceiling, the strictest marking that may leave: clear, green, amber, amber+strict or red"
    )]
    NoCeiling,
    /// Something that only a push feed has.
    #[error("`{what}` is for push feeds: a pull feed sends nothing")]
    PushOnly {
        /// Its name.
        what: &'static str,
    },
    /// Something that only a pull feed has.
    #[error(
        "`{what}` is for pull feeds: a push feed begins with the first object of the collection"
    )]
    PullOnly {
        /// Its name.
        what: &'static str,
    },
}

impl AddFeed {
    /// Checks what does not depend on the node or the other server. Returns the name.
    ///
    /// # Errors
    /// [`DefinitionError`].
    pub fn check(&self) -> Result<FeedName, DefinitionError> {
        let name = self.name.parse()?;
        if self.interval_secs < INTERVAL_SECS_MIN {
            return Err(DefinitionError::Interval {
                secs: self.interval_secs,
            });
        }
        if !(1..=PAGE_SIZE_MAX).contains(&self.page_size) {
            return Err(DefinitionError::PageSize {
                size: self.page_size,
            });
        }
        if self.types.len() > TYPES_MAX {
            return Err(DefinitionError::TooManyTypes {
                count: self.types.len(),
            });
        }
        if let Some(text) = self.types.iter().find(|text| !stix::is_type_name(text)) {
            return Err(DefinitionError::Type { text: text.clone() });
        }
        match self.direction {
            Direction::Push => {
                ceiling(self.ceiling.as_deref())?;
                if self.since.is_some() {
                    return Err(DefinitionError::PullOnly { what: "since" });
                }
            }
            Direction::Pull if self.ceiling.is_some() => {
                return Err(DefinitionError::PushOnly { what: "ceiling" });
            }
            Direction::Pull if self.unmarked => {
                return Err(DefinitionError::PushOnly { what: "unmarked" });
            }
            Direction::Pull => {}
        }
        Ok(name)
    }
}

/// The ceiling of a push feed.
pub(super) fn ceiling(text: Option<&str>) -> Result<Ceiling, DefinitionError> {
    let text = text.ok_or(DefinitionError::NoCeiling)?;
    let word = text.to_ascii_lowercase();
    word.parse().map_err(|_| DefinitionError::Ceiling {
        text: text.chars().take(NAME_BYTES_MAX).collect(),
    })
}

/// Which way a feed that is kept goes.
pub(super) fn direction(feed: &NewFeed) -> Direction {
    if feed.push {
        Direction::Push
    } else {
        Direction::Pull
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(direction: Direction) -> AddFeed {
        AddFeed {
            name: "osint".to_owned(),
            direction,
            collection: "watchlist".to_owned(),
            url: "https://taxii.example/".to_owned(),
            remote_collection: "c".to_owned(),
            credentials: Credentials::None,
            authorities: None,
            interval_secs: INTERVAL_SECS_DEFAULT,
            page_size: PAGE_SIZE_DEFAULT,
            types: Vec::new(),
            all_versions: false,
            ceiling: (direction == Direction::Push).then(|| "green".to_owned()),
            unmarked: false,
            insecure_http: false,
            since: None,
        }
    }

    #[test]
    fn names_are_safe_in_urls_and_files() {
        for good in ["a", "7", "osint-2", &"x".repeat(64)] {
            assert!(good.parse::<FeedName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "A", "a/b", "..", "a.b", "ä", &"x".repeat(65)] {
            let refused = bad.parse::<FeedName>();
            assert!(
                matches!(refused, Err(DefinitionError::Name { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_push_feed_says_how_far_things_leave() {
        let refused = |change: fn(&mut AddFeed), direction| {
            let mut feed = feed(direction);
            change(&mut feed);
            feed.check().unwrap_err()
        };
        use Direction::{Pull, Push};
        assert_eq!(
            refused(|feed| feed.ceiling = None, Push),
            DefinitionError::NoCeiling
        );
        assert!(matches!(
            refused(|feed| feed.ceiling = Some("blue".to_owned()), Push),
            DefinitionError::Ceiling { .. }
        ));
        assert_eq!(
            refused(|feed| feed.unmarked = true, Pull),
            DefinitionError::PushOnly { what: "unmarked" }
        );
        assert_eq!(
            refused(|feed| feed.ceiling = Some("red".to_owned()), Pull),
            DefinitionError::PushOnly { what: "ceiling" }
        );
        assert_eq!(
            refused(|feed| feed.since = Some(Timestamp::UNIX_EPOCH), Push),
            DefinitionError::PullOnly { what: "since" }
        );
        assert_eq!(
            refused(|feed| feed.interval_secs = 9, Pull),
            DefinitionError::Interval { secs: 9 }
        );
        assert_eq!(
            refused(|feed| feed.page_size = 0, Pull),
            DefinitionError::PageSize { size: 0 }
        );
        assert!(matches!(
            refused(|feed| feed.types = vec!["a b".to_owned()], Pull),
            DefinitionError::Type { .. }
        ));
        assert!(feed(Push).check().is_ok() && feed(Pull).check().is_ok());
    }
}
