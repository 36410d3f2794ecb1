//! Judgement: what in an object breaks which rule of the standard.
//!
//! One pass over the parsed text, driven by the tables of [`crate::schema`]. A finding is two
//! numbers and two names; its path and its words are made only when a report is asked for, so an
//! object without a fault costs no allocation. MUST is told apart from SHOULD; whether either
//! refuses an object is a policy, not a judgement ([`crate::policy`]).
//!
//! ```
//! let mut checker = stix::Checker::new(stix::CheckOptions::default());
//! let report = checker.report(br#"{"type":"mutex","id":"mutex--1"}"#);
//! assert!(!report.valid);
//! assert_eq!(report.errors[0].rule, "stix.2.9.form");
//! assert_eq!(report.errors[0].path, "$.id");
//! ```
//!
//! What it cannot know it does not claim: whether a reference resolves, whether a protocol name
//! or a media type is registered today, whether a version repeats one seen long ago.

use crate::extension::Registry;
use crate::object::{Object, ObjectError, SpecVersion, View};
use crate::policy::{Judgement, Policy};
use crate::report::Report;
use crate::tree::{Arena, SyntaxError, Tree, Value};

mod bundle;
mod context;
mod custom;
mod extension;
mod finding;
mod format;
mod lineage;
mod marking;
mod object;
mod observed;
mod pattern;
mod rule;
mod translation;
mod value;

pub use bundle::{BundleCheck, OBJECTS_REMEMBERED_MAX, check_bundle};
pub(crate) use custom::is_property_name;
pub use finding::Finding;
pub use rule::{Rule, Severity};

/// What a checker is told beforehand.
#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// The extensions that are known, beside what objects declare of themselves.
    pub registry: Registry,
    /// Whether the patterns of indicators are judged, those whose language is STIX 2.1's.
    pub patterns: bool,
    /// Rules that are not to be reported.
    pub off: Vec<Rule>,
    /// The version of the specification that every object has to be of; without one, that which
    /// each says or implies (§3.2).
    pub spec: Option<SpecVersion>,
}

impl Default for CheckOptions {
    /// The published extensions, patterns judged, every rule on.
    fn default() -> Self {
        Self {
            registry: Registry::published(),
            patterns: true,
            off: Vec::new(),
            spec: None,
        }
    }
}

/// Checks one object after the other, reusing its buffers.
#[derive(Debug)]
pub struct Checker {
    arena: Arena,
    findings: Vec<Finding>,
    options: CheckOptions,
}

/// An object that was parsed and checked.
#[derive(Clone, Copy)]
pub struct Checked<'c> {
    tree: Tree<'c>,
    findings: &'c [Finding],
}

impl Checker {
    /// A checker with these options.
    #[must_use]
    pub fn new(options: CheckOptions) -> Self {
        Self {
            arena: Arena::default(),
            findings: Vec::new(),
            options,
        }
    }

    /// Checks the text of one object.
    ///
    /// # Errors
    /// [`SyntaxError`] if the text is not admissible JSON; then there is no object to judge.
    pub fn check<'c>(&'c mut self, text: &'c [u8]) -> Result<Checked<'c>, SyntaxError> {
        let tree = self.arena.parse(text)?;
        self.findings.clear();
        context::check_object(&tree, &self.options, &mut self.findings);
        if !self.options.off.is_empty() {
            let off = &self.options.off;
            self.findings
                .retain(|finding| !off.contains(&finding.rule()));
        }
        Ok(Checked {
            tree,
            findings: &self.findings,
        })
    }

    /// Takes an object from its canonical bytes and judges it by a policy, in one parse.
    ///
    /// # Errors
    /// As [`Object::from_canonical`].
    pub fn take(
        &mut self,
        canonical: Vec<u8>,
        policy: &Policy,
    ) -> Result<(Object, Judgement), ObjectError> {
        let checked = self.check(&canonical)?;
        let (view, judgement) = (View::of(checked.root())?, policy.judge(&checked));
        Ok((Object::from_parts(canonical, view), judgement))
    }

    /// Checks the text of one object and reports in words; a text that is not JSON is one error.
    pub fn report(&mut self, text: &[u8]) -> Report {
        match self.check(text) {
            Ok(checked) => checked.report(),
            Err(error) => Report::of_syntax(text, &error),
        }
    }
}

impl<'c> Checked<'c> {
    /// The object.
    #[must_use]
    pub fn root(&'c self) -> Value<'c> {
        self.tree.root()
    }

    /// What was found, errors and warnings.
    #[must_use]
    pub fn findings(&self) -> &'c [Finding] {
        self.findings
    }

    /// Whether no MUST is broken.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.rule().severity() == Severity::Should)
    }

    /// What was found, in words, with paths and places.
    #[must_use]
    pub fn report(&self) -> Report {
        Report::of(&self.tree, self.findings)
    }
}

#[cfg(test)]
mod tests;
