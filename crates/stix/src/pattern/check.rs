//! Rules that a pattern can break although it parses (STIX 2.1 §9).
//!
//! Every finding names a [`Rule`] with its severity and section. Rules about the properties of
//! objects know the 18 cyber-observable types of the standard; what an extension adds they do not
//! know, which is why an unknown type is a warning.

mod model;
mod path;
mod rule;
mod test;

use std::collections::BTreeSet;
use std::fmt;

use super::Pattern;
use super::ast::{Comparison, Observation, Qualifier};
use super::limits::MatchLimits;
use super::moment::FRACTION_DIGITS_MAX;
use super::span::{Located, Span};

pub use rule::{Rule, Severity};

/// The largest integer of STIX in absolute value, 2^53 - 1 (§2.9).
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// A rule that a pattern breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    rule: Rule,
    span: Span,
    detail: Box<str>,
}

impl Finding {
    /// Returns the rule.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Returns the part of the text that breaks it.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

/// Checks a pattern; findings come in the order of the text, at most one per rule and place.
#[must_use]
pub fn check(pattern: &Pattern, limits: &MatchLimits) -> Vec<Finding> {
    let mut check = Check {
        text: pattern.as_str(),
        findings: Vec::new(),
    };
    observation(pattern.root(), limits, &mut check);
    let mut findings = check.findings;
    findings.sort_by_key(|finding| (finding.span.start(), finding.rule));
    findings.dedup_by_key(|finding| (finding.span, finding.rule));
    findings
}

struct Check<'t> {
    text: &'t str,
    findings: Vec<Finding>,
}

impl<'t> Check<'t> {
    fn text(&self) -> &'t str {
        self.text
    }

    fn report(&mut self, rule: Rule, span: Span) {
        let detail = span.of(self.text).unwrap_or_default().into();
        self.findings.push(Finding { rule, span, detail });
    }

    fn report_because(&mut self, rule: Rule, span: Span, reason: &dyn fmt::Display) {
        let detail = format!("{}: {reason}", span.of(self.text).unwrap_or_default()).into();
        self.findings.push(Finding { rule, span, detail });
    }
}

fn observation(located: &Located<Observation>, limits: &MatchLimits, check: &mut Check<'_>) {
    match located.node() {
        Observation::Seen(inner) => {
            comparison(inner, limits, check);
        }
        Observation::And(operands)
        | Observation::Or(operands)
        | Observation::FollowedBy(operands) => {
            operands
                .iter()
                .for_each(|operand| observation(operand, limits, check));
        }
        Observation::Qualified(inner, qualifiers) => {
            observation(inner, limits, check);
            let mut kinds = Vec::new();
            for qualifier in qualifiers {
                let kind = std::mem::discriminant(qualifier.node());
                if kinds.contains(&kind) {
                    check.report(Rule::QualifierTwice, qualifier.span());
                } else {
                    kinds.push(kind);
                }
                check_qualifier(qualifier, check);
            }
        }
    }
}

fn check_qualifier(qualifier: &Located<Qualifier>, check: &mut Check<'_>) {
    let span = qualifier.span();
    // `REPEATS +5 TIMES`, `WITHIN +5 SECONDS`; there is no other plus in a qualifier.
    if span.of(check.text()).is_some_and(|text| text.contains('+')) {
        check.report(Rule::PlusSign, span);
    }
    match qualifier.node() {
        Qualifier::Repeats(0) => check.report(Rule::RepeatsPositive, span),
        Qualifier::Within(window) if window.is_zero() => check.report(Rule::WithinPositive, span),
        Qualifier::StartStop(start, stop) => {
            if start.node() >= stop.node() {
                check.report(Rule::StartBeforeStop, span);
            }
            for moment in [start, stop] {
                if moment.node().fraction_digits() > FRACTION_DIGITS_MAX {
                    check.report(Rule::TimePrecision, moment.span());
                }
            }
        }
        Qualifier::Repeats(_) | Qualifier::Within(_) => {}
    }
}

/// Checks a comparison and returns the types that an object passing it can have.
fn comparison<'t>(
    located: &'t Located<Comparison>,
    limits: &MatchLimits,
    check: &mut Check<'_>,
) -> BTreeSet<&'t str> {
    match located.node() {
        Comparison::Test(inner) => {
            test::check_test(inner, limits, check);
            BTreeSet::from([&**inner.path.node().object_type.node()])
        }
        Comparison::Or(operands) => operands
            .iter()
            .flat_map(|operand| comparison(operand, limits, check))
            .collect(),
        Comparison::And(operands) => {
            let mut common: Option<BTreeSet<&str>> = None;
            for operand in operands {
                let types = comparison(operand, limits, check);
                let shared = match &common {
                    None => types,
                    Some(before) => before.intersection(&types).copied().collect(),
                };
                if shared.is_empty() {
                    // What came before is kept: one finding, not one per further operand.
                    if common.as_ref().is_some_and(|before| !before.is_empty()) {
                        check.report(Rule::AndTypes, operand.span());
                    }
                } else {
                    common = Some(shared);
                }
            }
            common.unwrap_or_default()
        }
    }
}
