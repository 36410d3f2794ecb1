//! A bundle as a stream: every object judged by itself, and what only the whole can show: its own
//! properties, repeated objects, conflicting versions (STIX 2.1 §8, §3.6).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use super::context::{Context, instant};
use super::custom::is_property_name;
use super::finding::Finding;
use super::lineage::Lineages;
use super::rule::Rule;
use super::translation::Lists;
use super::{Checked, Checker};
use crate::bundle::{BundleError, BundleLimits, BundleReader, Container, Piece, Splitter};
use crate::extension::Definition;
use crate::report::{Problem, Report};
use crate::tree::{Kind, SyntaxError, Value};

/// How many objects of a bundle are remembered, unless it is said otherwise: some 50 octets for
/// each, 22 MB in all.
pub const OBJECTS_REMEMBERED_MAX: usize = 450_000;

/// Judges the objects of one bundle, remembering which versions of which objects came by.
///
/// It remembers the first so many. What comes after them is compared with them, but not with one
/// another, which the report of the whole says; a bundle can be as large as the disk.
#[derive(Debug)]
pub struct BundleCheck {
    /// By the hash of identifier and version, the hash of the content.
    seen: HashMap<u64, u64>,
    lineages: Lineages,
    lists: Lists,
    objects: u64,
    remembered_max: usize,
    /// Whether there was no room left for an object.
    full: bool,
    /// Whether the bundle says that it is one of STIX 2.0.
    is_version_20: bool,
}

impl Default for BundleCheck {
    fn default() -> Self {
        Self::remembering(OBJECTS_REMEMBERED_MAX)
    }
}

impl BundleCheck {
    /// Nothing has come by yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing has come by yet, and the first `objects_max` objects will be remembered.
    #[must_use]
    pub fn remembering(objects_max: usize) -> Self {
        Self {
            seen: HashMap::new(),
            lineages: Lineages::default(),
            lists: Lists::default(),
            objects: 0,
            remembered_max: objects_max,
            full: false,
            is_version_20: false,
        }
    }

    /// Takes from what stands before the objects of which version the bundle says that it is: in
    /// one of STIX 2.0 no object has to say so itself.
    pub fn within(&mut self, splitter: &Splitter) {
        self.is_version_20 = splitter.is_version_20();
    }

    /// Checks one object of the bundle. An extension definition is known to the checker from then
    /// on.
    ///
    /// # Errors
    /// [`SyntaxError`] if the text is not admissible JSON.
    pub fn check<'c>(
        &mut self,
        checker: &'c mut Checker,
        text: &'c [u8],
    ) -> Result<Checked<'c>, SyntaxError> {
        self.objects += 1;
        let tree = checker.arena.parse(text)?;
        checker.findings.clear();
        super::context::check_object(&tree, &checker.options, &mut checker.findings);
        let root = tree.root();
        if let Some(rule) = self.repeats(root) {
            checker
                .findings
                .push(Finding::new(rule, root, rule.section(), ""));
        }
        for (rule, at) in self.lineages.add(root, self.remembered_max) {
            checker
                .findings
                .push(Finding::new(rule, at, rule.section(), ""));
        }
        for (rule, at, beside) in self.lists.add(root) {
            checker
                .findings
                .push(Finding::new(rule, at, rule.section(), beside));
        }
        if self.is_version_20 {
            checker
                .findings
                .retain(|finding| finding.rule() != Rule::ImpliedVersion);
        }
        if let Some(definition) = Definition::of(root)
            && let Some(Ok(id)) = root.get("id").and_then(Value::as_str).map(str::parse)
        {
            checker.options.registry.insert(&id, definition);
        }
        let off = &checker.options.off;
        checker
            .findings
            .retain(|finding| !off.contains(&finding.rule()));
        Ok(Checked {
            tree,
            findings: &checker.findings,
        })
    }

    /// Whether an object of this identifier and version came earlier, the same or another.
    fn repeats(&mut self, object: Value<'_>) -> Option<Rule> {
        let id = object.get("id")?.as_str()?;
        let version = object.get("modified").or_else(|| object.get("created"));
        // `…00Z` and `…00.000Z` are one version.
        let version = version.and_then(instant).map(crate::Instant::sort_key);
        let content = content(object);
        let room = self.seen.len() < self.remembered_max;
        match self.seen.entry(hash(&(id, version))) {
            Entry::Vacant(place) => {
                if room {
                    place.insert(content);
                }
                self.full |= !room;
                None
            }
            Entry::Occupied(place) if *place.get() == content => Some(Rule::VersionRepeated),
            Entry::Occupied(_) => Some(Rule::VersionConflict),
        }
    }

    /// What is wrong with the container itself, once all of its objects came by: its own
    /// properties, its list. Of what is no bundle, nothing is.
    ///
    /// # Errors
    /// [`BundleError::Head`] if what stands around the objects is not admissible JSON; the
    /// splitter makes sure that it is.
    pub fn finish(
        &self,
        checker: &mut Checker,
        splitter: &Splitter,
        container: Option<&Container>,
    ) -> Result<Report, BundleError> {
        let mut report = match container {
            Some(Container::Head(head)) => {
                let tree = checker.arena.parse(head).map_err(BundleError::Head)?;
                let mut findings = Vec::new();
                head_findings(tree.root(), self.objects, &mut findings);
                findings.retain(|finding| !checker.options.off.contains(&finding.rule()));
                let mut report = Report::of(&tree, &findings);
                report.place_in_head(tree.text(), splitter);
                report
            }
            _ => Report::clean(),
        };
        if self.full {
            report.warnings.push(self.forgetful());
        }
        Ok(report)
    }

    /// That not all objects were compared with one another.
    fn forgetful(&self) -> Problem {
        Problem {
            path: "$".to_owned(),
            rule: "limit.remembered",
            message: format!(
                "repeated and conflicting objects are told among the first {} only",
                self.remembered_max
            ),
            section: "3.6",
            hint: "judge it in parts, if that matters",
            line: 1,
            column: 1,
        }
    }

    /// How many objects came by.
    #[must_use]
    pub fn objects(&self) -> u64 {
        self.objects
    }
}

/// A hash of what an object says. A property with its default value is as good as left out, and an
/// instant is the same at any precision (§3.6).
fn content(object: Value<'_>) -> u64 {
    let is_default = |name: &str, value: Value<'_>| {
        matches!(name, "revoked" | "defanged" | "summary") && value.as_bool() == Some(false)
    };
    let members = object
        .members()
        .filter(|(name, value)| !is_default(name, *value));
    let each = members.map(|(name, value)| match name {
        "created" | "modified" => hash(&(name, instant(value).map(crate::Instant::sort_key))),
        _ => hash(&(name, value.digest())),
    });
    // A sum is the same in any order.
    each.fold(0, u64::wrapping_add)
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Context<'_, '_> {
    /// A bundle where an object has to stand.
    pub(super) fn bundle_as_object(&mut self) {
        let root = self.root;
        match root.get("objects") {
            Some(list) if list.kind() != Kind::Array => {
                self.find_in(Rule::JsonType, list, "8.1", "a list");
            }
            _ => self.find(Rule::BundleNested, root, ""),
        }
    }
}

/// Checks what a bundle is besides its objects; `head` is its text with the list emptied.
fn head_findings(root: Value<'_>, objects: u64, findings: &mut Vec<Finding>) {
    let mut find = |rule: Rule, at: Value<'_>, argument: &'static str| {
        findings.push(Finding::new(rule, at, rule.section(), argument));
    };
    match root.get("type") {
        // An envelope, whose form is not the standard's business, has no identifier.
        None if root.get("id").is_none() => return,
        None => find(Rule::TypeMissing, root, ""),
        Some(value) if value.as_str() != Some("bundle") => return,
        Some(_) => {}
    }
    match root.get("id") {
        None => find(Rule::Required, root, "id"),
        Some(value) => match value.as_str().map(crate::IdRef::parse) {
            None => find(Rule::JsonType, value, "a string"),
            Some(Err(_)) => find(Rule::IdForm, value, ""),
            Some(Ok(id)) if id.type_name() != "bundle" => find(Rule::IdPrefix, value, ""),
            Some(Ok(id)) => {
                if !id.is_rfc4122_variant() || !(1..=5).contains(&id.uuid_version()) {
                    find(Rule::IdUuid, value, "");
                } else if id.uuid_version() != 4 {
                    find(Rule::IdVersion4, value, "");
                }
            }
        },
    }
    if let Some(list) = root.get("objects") {
        if list.kind() != Kind::Array {
            find(Rule::JsonType, list, "a list");
        } else if objects == 0 {
            find(Rule::BundleEmptyList, list, "");
        }
    }
    for (name, value) in root.members() {
        // A bundle of STIX 2.0 says its version; one of 2.1 has no such property.
        let of_20 = name == "spec_version" && value.as_str() == Some("2.0");
        if of_20 {
            find(Rule::OlderVersion, value, "");
        } else if !matches!(name, "type" | "id" | "objects") {
            find(Rule::BundleProperty, value, "");
            if !is_property_name(name) {
                find(Rule::PropertyName, value, "");
            }
            match value.kind() {
                Kind::Null => find(Rule::Null, value, ""),
                Kind::Array if value.is_empty() => find(Rule::ListEmpty, value, ""),
                Kind::Object if value.is_empty() => find(Rule::DictionaryEmpty, value, ""),
                _ => {}
            }
        }
    }
}

/// Checks a bundle, an envelope, a list or a bare object as it is read, in memory for one object
/// and a few bytes for each that came by.
///
/// `each` gets every object with its report; what is wrong with the bundle itself is the report
/// that is given back at the end.
///
/// # Errors
/// [`BundleError`] if the objects cannot be told apart or a limit is crossed.
pub fn check_bundle(
    checker: &mut Checker,
    input: impl Read,
    limits: BundleLimits,
    mut each: impl FnMut(&Piece, Report),
) -> Result<Report, BundleError> {
    let mut check = BundleCheck::new();
    let mut reader = BundleReader::new(input, limits);
    while let Some(piece) = reader.next() {
        let piece = piece?;
        check.within(reader.splitter());
        let report = match check.check(checker, &piece.bytes) {
            Ok(checked) => checked.report(),
            Err(error) => Report::of_syntax(&piece.bytes, &error),
        };
        each(&piece, report);
    }
    check.finish(checker, reader.splitter(), reader.container())
}
