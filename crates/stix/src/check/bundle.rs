//! A bundle as a stream: every object judged by itself, and what only the whole can show: its own
//! properties, repeated objects, conflicting versions (STIX 2.1 §8, §3.6).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use super::context::Context;
use super::custom::is_property_name;
use super::finding::Finding;
use super::lineage::Lineages;
use super::rule::Rule;
use super::{Checked, Checker};
use crate::bundle::{BundleError, BundleLimits, BundleReader, Container, Piece, Splitter};
use crate::extension::Definition;
use crate::report::Report;
use crate::tree::{Kind, SyntaxError, Value};

/// Judges the objects of one bundle, remembering which versions of which objects came by.
#[derive(Debug, Default)]
pub struct BundleCheck {
    /// By the hash of identifier and version, the hash of the content.
    seen: HashMap<u64, u64>,
    lineages: Lineages,
    objects: u64,
}

impl BundleCheck {
    /// Nothing has come by yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
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
        for (rule, at) in self.lineages.add(root) {
            checker
                .findings
                .push(Finding::new(rule, at, rule.section(), ""));
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
        let version = version
            .and_then(super::context::instant)
            .map(crate::Instant::sort_key);
        let key = hash(&(id, version));
        let content = object.digest();
        match self.seen.insert(key, content) {
            None => None,
            Some(earlier) if earlier == content => Some(Rule::VersionRepeated),
            Some(_) => Some(Rule::VersionConflict),
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
        let Some(Container::Head(head)) = container else {
            return Ok(Report::clean());
        };
        let tree = checker.arena.parse(head).map_err(BundleError::Head)?;
        let mut findings = Vec::new();
        head_findings(tree.root(), self.objects, &mut findings);
        findings.retain(|finding| !checker.options.off.contains(&finding.rule()));
        let mut report = Report::of(&tree, &findings);
        report.place_in_head(tree.text(), splitter);
        Ok(report)
    }

    /// How many objects came by.
    #[must_use]
    pub fn objects(&self) -> u64 {
        self.objects
    }
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
        self.find(Rule::BundleNested, root, "");
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
    for piece in reader.by_ref() {
        let piece = piece?;
        let report = match check.check(checker, &piece.bytes) {
            Ok(checked) => checked.report(),
            Err(error) => Report::of_syntax(&piece.bytes, &error),
        };
        each(&piece, report);
    }
    check.finish(checker, reader.splitter(), reader.container())
}
