//! The pattern of an indicator: what the language's own rules say, and whether its names could be
//! names at all (STIX 2.1 §3.1, §9).

use super::context::Context;
use super::custom::is_property_name;
use super::rule::Rule;
use crate::SpecVersion;
use crate::pattern::ast::{Comparison, ObjectPath, Observation, Qualifier, Step};
use crate::pattern::{self, Located, Moment, ParseLimits, Pattern};
use crate::tree::Value;

impl<'t> Context<'t, '_> {
    /// Judges a pattern: one of STIX 2.1 by all rules; of one of STIX 2.0, which writes its times
    /// and names otherwise, only whether it is one. The rest is judged when it is upgraded.
    pub(super) fn pattern(&mut self, text: &str, value: Value<'t>, version: SpecVersion) {
        if version == SpecVersion::V20 {
            if Pattern::upgrade(text, &ParseLimits::default()).is_err() {
                self.find(Rule::Pattern, value, "");
            }
            return;
        }
        let Ok(parsed) = text.parse::<Pattern>() else {
            self.find(Rule::Pattern, value, "");
            return;
        };
        for finding in pattern::check(&parsed, &pattern::MatchLimits::default()) {
            let rule = match (finding.rule(), finding.rule().severity()) {
                // Any object may have custom properties (§11.1), so a path to one is no fault of
                // the object that the pattern stands in.
                (pattern::Rule::UnknownProperty, _) | (_, pattern::Severity::Should) => {
                    Rule::PatternAdvice
                }
                (_, pattern::Severity::Must) => Rule::PatternRule,
            };
            self.find(rule, value, finding.rule().as_str());
        }
        if !names(parsed.root().node()) {
            self.find(Rule::PatternNames, value, "");
        }
        self.validity(parsed.root().node(), value);
    }

    /// What a pattern looks for lies within the time that its indicator is valid for (§9.5.1).
    fn validity(&mut self, observation: &Observation, value: Value<'t>) {
        let moment = |name| {
            let text = self.root.get(name).and_then(Value::as_str)?;
            text.parse::<Moment>().ok()
        };
        let (from, until) = (moment("valid_from"), moment("valid_until"));
        let mut early = false;
        let mut late = false;
        windows(observation, &mut |start, stop| {
            early |= from.as_ref().is_some_and(|from| start < from);
            late |= until.as_ref().is_some_and(|until| stop > until);
        });
        if early {
            self.find(Rule::PatternValidity, value, "START");
        }
        if late {
            self.find(Rule::PatternValidity, value, "STOP");
        }
    }
}

/// Tells every `START … STOP …` of an observation.
fn windows(observation: &Observation, tell: &mut impl FnMut(&Moment, &Moment)) {
    match observation {
        Observation::Seen(_) => {}
        Observation::And(operands)
        | Observation::Or(operands)
        | Observation::FollowedBy(operands) => {
            for operand in operands {
                windows(operand.node(), tell);
            }
        }
        Observation::Qualified(inner, qualifiers) => {
            for qualifier in qualifiers {
                if let Qualifier::StartStop(start, stop) = qualifier.node() {
                    tell(start.node(), stop.node());
                }
            }
            windows(inner.node(), tell);
        }
    }
}

/// Whether every path of an observation begins with what could be a type and a property.
fn names(observation: &Observation) -> bool {
    match observation {
        Observation::Seen(comparison) => names_in(comparison.node()),
        Observation::And(operands)
        | Observation::Or(operands)
        | Observation::FollowedBy(operands) => operands.iter().all(|inner| names(inner.node())),
        Observation::Qualified(inner, _) => names(inner.node()),
    }
}

fn names_in(comparison: &Comparison) -> bool {
    match comparison {
        Comparison::And(operands) | Comparison::Or(operands) => {
            operands.iter().all(|inner| names_in(inner.node()))
        }
        Comparison::Test(test) => path(test.path.node()),
    }
}

fn path(path: &ObjectPath) -> bool {
    let property = path.steps.first().map(Located::node);
    let property = match property {
        Some(Step::Key(name)) => name.as_ref() == "id" || is_property_name(name),
        Some(Step::Index(_) | Step::Any) | None => false,
    };
    crate::is_type_name(path.object_type.node()) && property
}
