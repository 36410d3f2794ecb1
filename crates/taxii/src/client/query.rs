use jiff::Timestamp;
use url::Url;

use super::{date, page::Cursor};

/// Objects, manifest records or versions asked for at a time, if nobody says how many.
const LIMIT_DEFAULT: u32 = 1_000;

/// What is asked of a collection (TAXII 2.1 §3.4). Empty asks for the last version of everything.
///
/// ```
/// use taxii::client::{Query, Version};
///
/// let query = Query::new().types(["indicator"]).versions([Version::First, Version::Last]).limit(100);
/// assert_eq!(query.to_string(), "limit=100&match[type]=indicator&match[version]=first,last");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    added_after: Option<Timestamp>,
    limit: Option<u32>,
    ids: Vec<String>,
    types: Vec<String>,
    versions: Vec<Version>,
    spec_versions: Vec<String>,
    next: Option<String>,
}

/// Which versions of each object (§3.4.1). Several are a union.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Version {
    /// The latest; what is meant when nothing is asked for.
    Last,
    /// The earliest.
    First,
    /// Every one. Asks for all there is, so others beside it are left out.
    All,
    /// This one, as a STIX timestamp.
    Exact(String),
}

impl Version {
    fn word(&self) -> &str {
        match self {
            Self::Last => "last",
            Self::First => "first",
            Self::All => "all",
            Self::Exact(version) => version,
        }
    }
}

impl Query {
    /// Everything, last versions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only what was added later than this.
    #[must_use]
    pub fn added_after(mut self, at: Timestamp) -> Self {
        self.added_after = Some(at);
        self
    }

    /// The page size, at least 1; 1,000 when not set. It is always sent: some servers take no `next` without it.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit.max(1));
        self
    }

    /// Only objects with these identifiers, besides those named before.
    #[must_use]
    pub fn ids<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        add(&mut self.ids, ids);
        self
    }

    /// Only objects of these types, besides those named before.
    #[must_use]
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        add(&mut self.types, types);
        self
    }

    /// These versions of each object, besides those named before. None is sent twice, and nothing beside
    /// [`Version::All`]: §3.4.1 forbids both.
    #[must_use]
    pub fn versions(mut self, versions: impl IntoIterator<Item = Version>) -> Self {
        for version in versions {
            if !self.versions.contains(&version) {
                self.versions.push(version);
            }
        }
        if self.versions.contains(&Version::All) {
            self.versions = vec![Version::All];
        }
        self
    }

    /// Only objects of these versions of STIX, as `2.1`, besides those named before.
    #[must_use]
    pub fn spec_versions<T: Into<String>>(mut self, specs: impl IntoIterator<Item = T>) -> Self {
        add(&mut self.spec_versions, specs);
        self
    }

    /// Goes on where an earlier crawl with the same query stopped.
    #[must_use]
    pub fn resume(mut self, at: Cursor) -> Self {
        match at {
            Cursor::Next(next) => self.next = Some(next),
            Cursor::AddedAfter(at) => {
                self.added_after = Some(at);
                self.next = None;
            }
        }
        self
    }

    pub(super) fn page_size(&self) -> u32 {
        self.limit.unwrap_or(LIMIT_DEFAULT)
    }

    pub(super) fn has_added_after(&self) -> bool {
        self.added_after.is_some()
    }

    pub(super) fn next_token(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// The same question without the date.
    pub(super) fn without_added_after(mut self) -> Self {
        self.added_after = None;
        self
    }

    /// Puts it into a URL.
    pub(super) fn put_into(&self, url: &mut Url) {
        let parameters = self.parameters();
        if parameters.is_empty() {
            return;
        }
        let mut pairs = url.query_pairs_mut();
        for (name, value) in &parameters {
            pairs.append_pair(name, value);
        }
    }

    /// Only what chooses among the versions of an object: what Delete an Object takes (§5.7).
    pub(super) fn put_match_into(&self, url: &mut Url) {
        let versions = Self {
            added_after: None,
            limit: None,
            next: None,
            ids: Vec::new(),
            types: Vec::new(),
            ..self.clone()
        };
        versions.put_into(url);
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let words: Vec<_> = self.versions.iter().map(Version::word).collect();
        let lists = [
            ("match[id]", self.ids.join(",")),
            ("match[type]", self.types.join(",")),
            ("match[version]", words.join(",")),
            ("match[spec_version]", self.spec_versions.join(",")),
        ];
        let single = [
            ("added_after", self.added_after.map(date::written)),
            ("limit", self.limit.map(|limit| limit.to_string())),
            ("next", self.next.clone()),
        ];
        let single = single
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let lists = lists.into_iter().filter(|(_, value)| !value.is_empty());
        single.chain(lists).collect()
    }
}

/// As it is asked, not escaped.
impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (name, value)) in self.parameters().iter().enumerate() {
            let and = if index == 0 { "" } else { "&" };
            write!(f, "{and}{name}={value}")?;
        }
        Ok(())
    }
}

fn add<T: Into<String>>(list: &mut Vec<String>, more: impl IntoIterator<Item = T>) {
    for each in more {
        let each = each.into();
        if !each.is_empty() && !list.contains(&each) {
            list.push(each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_escaped_in_the_url() {
        let mut url = Url::parse("https://a.example/objects/").unwrap();
        let at = "2026-11-22T03:09:32.5Z".parse().unwrap();
        Query::new()
            .added_after(at)
            .ids(["x--1", "x--2", "x--1"])
            .spec_versions(["2.0", "2.1"])
            .resume(Cursor::Next("a&b=c".to_owned()))
            .put_into(&mut url);
        assert_eq!(
            url.query().unwrap(),
            "added_after=2026-11-22T03%3A09%3A32.500000Z&next=a%26b%3Dc&match%5Bid%5D=x--1%2Cx--2&match%5Bspec_version%5D=2.0%2C2.1"
        );
    }

    #[test]
    fn versions_are_what_the_standard_allows() {
        let exact = || Version::Exact("2020-01-01T00:00:00Z".to_owned());
        let query = Query::new().versions([exact(), Version::Last, exact()]);
        assert_eq!(
            query.to_string(),
            "match[version]=2020-01-01T00:00:00Z,last"
        );
        let query = query.versions([Version::All, Version::First]);
        assert_eq!(query.to_string(), "match[version]=all");
        assert_eq!(Query::new().to_string(), "");
    }
}
