//! What a collection does with what the checker found: accept, warn, or refuse; and the rules of
//! the house, which are not the standard's.
//!
//! ```
//! use stix::policy::{HouseRule, Policy, Strictness, Verdict};
//!
//! let policy = Policy::new(Strictness::RefuseMust)
//!     .with(HouseRule::requires("indicator", &["description", "confidence"]));
//! let mut checker = stix::Checker::new(stix::CheckOptions::default());
//! let checked = checker.check(br#"{"type":"indicator","id":"indicator--1"}"#)?;
//! assert_eq!(policy.judge(&checked).verdict, Verdict::Refuse);
//! # Ok::<(), stix::tree::SyntaxError>(())
//! ```

use std::str::FromStr;

use thiserror::Error;

use crate::check::{Checked, Severity, is_property_name};
use crate::report::{Problem, Report};
use crate::tree::Value;

/// From which fault of an object on it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strictness {
    /// Nothing is refused and nothing is reported.
    Accept,
    /// Nothing is refused; what was found is reported.
    Warn,
    /// What breaks a MUST is refused.
    RefuseMust,
    /// What breaks a MUST or a SHOULD is refused.
    RefuseShould,
}

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is taken, and there is nothing to say.
    Accept,
    /// It is taken, and something is said.
    Warn,
    /// It is not taken.
    Refuse,
}

/// What a house rule says of an object: nothing, or what is wrong with it.
type Judge = Box<dyn Fn(Value<'_>) -> Option<String> + Send + Sync>;

/// A rule of the house.
pub struct HouseRule {
    name: &'static str,
    hint: &'static str,
    severity: Severity,
    judge: Judge,
}

/// The policy of a collection.
#[derive(Default)]
pub struct Policy {
    strictness: Option<Strictness>,
    house: Vec<HouseRule>,
}

/// A verdict and the grounds for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What becomes of the object.
    pub verdict: Verdict,
    /// What was found, house rules included; empty under [`Strictness::Accept`].
    pub report: Report,
}

impl HouseRule {
    /// A rule: `judge` says what is wrong with an object, or nothing.
    ///
    /// An object that breaks a rule of severity MUST is refused under every strictness that
    /// refuses at all; one of severity SHOULD only where SHOULD refuses.
    pub fn new(
        name: &'static str,
        severity: Severity,
        hint: &'static str,
        judge: impl Fn(Value<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            hint,
            severity,
            judge: Box::new(judge),
        }
    }

    /// The rule that objects of a type have these properties.
    #[must_use]
    pub fn requires(type_name: &str, properties: &[&str]) -> Self {
        let properties = properties.iter().map(|name| (*name).to_owned()).collect();
        Self::having(Severity::Must, type_name.to_owned(), properties)
    }

    /// The rule that objects of a type, or of any if it is `*`, have these properties.
    fn having(severity: Severity, type_name: String, properties: Vec<String>) -> Self {
        let judge = move |object: Value<'_>| {
            let found = object.get("type").and_then(Value::as_str)?;
            if found != type_name && type_name != "*" {
                return None;
            }
            let missing = properties.iter().find(|name| object.get(name).is_none())?;
            Some(format!("here, {found} has to have {missing}"))
        };
        Self::new("house.requires", severity, "add the property", judge)
    }
}

/// Why a text is not a house rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HouseRuleError {
    /// No colon, or nothing on one side of it.
    #[error("{0:?} is not of the form TYPE: PROPERTY, PROPERTY…")]
    Form(String),
    /// No type of STIX can have that name.
    #[error("{0:?} cannot name a type")]
    TypeName(String),
    /// No property can have that name.
    #[error("{0:?} cannot name a property")]
    PropertyName(String),
}

/// `indicator: description, confidence`: objects of the type have to have the properties; `*` is
/// every type. With `should ` before it the rule is of severity SHOULD.
///
/// ```
/// use stix::policy::{HouseRule, HouseRuleError};
///
/// assert!("indicator: description, confidence".parse::<HouseRule>().is_ok());
/// assert!("should *: created_by_ref".parse::<HouseRule>().is_ok());
/// let error = "indicator".parse::<HouseRule>().unwrap_err();
/// assert_eq!(error, HouseRuleError::Form("indicator".to_owned()));
/// ```
impl FromStr for HouseRule {
    type Err = HouseRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || HouseRuleError::Form(text.to_owned());
        let (severity, rule) = match text.trim().strip_prefix("should ") {
            Some(rule) => (Severity::Should, rule),
            None => (Severity::Must, text),
        };
        let (type_name, properties) = rule.split_once(':').ok_or_else(form)?;
        let type_name = type_name.trim();
        if type_name != "*" && !crate::is_type_name(type_name) {
            return Err(HouseRuleError::TypeName(type_name.to_owned()));
        }
        let properties: Vec<String> = properties
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect();
        if let Some(bad) = properties
            .iter()
            .find(|name| !(is_property_name(name) || *name == "id"))
        {
            return Err(if bad.is_empty() {
                form()
            } else {
                HouseRuleError::PropertyName(bad.clone())
            });
        }
        Ok(Self::having(severity, type_name.to_owned(), properties))
    }
}

impl Policy {
    /// A policy without house rules.
    #[must_use]
    pub fn new(strictness: Strictness) -> Self {
        Self {
            strictness: Some(strictness),
            house: Vec::new(),
        }
    }

    /// The policy with one more house rule.
    #[must_use]
    pub fn with(mut self, rule: HouseRule) -> Self {
        self.house.push(rule);
        self
    }

    /// From which fault on objects are refused; unless it was said otherwise, from a MUST on.
    #[must_use]
    pub fn strictness(&self) -> Strictness {
        self.strictness.unwrap_or(Strictness::RefuseMust)
    }

    /// What a checked object has that a house rule forbids, in words.
    #[must_use]
    pub fn house_problems(&self, object: Value<'_>) -> Vec<(Severity, Problem)> {
        let broken = self.house.iter().filter_map(|rule| {
            let message = (rule.judge)(object)?;
            let problem = Problem {
                path: "$".to_owned(),
                rule: rule.name,
                message,
                section: "house rule",
                hint: rule.hint,
                line: 1,
                column: 1,
            };
            Some((rule.severity, problem))
        });
        broken.collect()
    }

    /// Judges a checked object.
    #[must_use]
    pub fn judge(&self, checked: &Checked<'_>) -> Judgement {
        let strictness = self.strictness();
        if strictness == Strictness::Accept && self.house.is_empty() {
            return Judgement {
                verdict: Verdict::Accept,
                report: Report::clean(),
            };
        }
        let house = self.house_problems(checked.root());
        // Most objects are without a fault, and then there is nothing to put into words.
        if checked.findings().is_empty() && house.is_empty() {
            return Judgement {
                verdict: Verdict::Accept,
                report: Report::clean(),
            };
        }
        let mut report = match strictness {
            Strictness::Accept => Report::clean(),
            Strictness::Warn | Strictness::RefuseMust | Strictness::RefuseShould => {
                checked.report()
            }
        };
        for (severity, problem) in house {
            match severity {
                Severity::Must => report.errors.push(problem),
                Severity::Should => report.warnings.push(problem),
            }
        }
        report.valid = report.errors.is_empty();
        Judgement {
            verdict: verdict(strictness, &report),
            report,
        }
    }
}

fn verdict(strictness: Strictness, report: &Report) -> Verdict {
    let (errors, warnings) = (!report.errors.is_empty(), !report.warnings.is_empty());
    match strictness {
        Strictness::RefuseMust if errors => Verdict::Refuse,
        Strictness::RefuseShould if errors || warnings => Verdict::Refuse,
        _ if errors || warnings => Verdict::Warn,
        _ => Verdict::Accept,
    }
}

impl std::fmt::Debug for HouseRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HouseRule({}, {:?})", self.name, self.severity)
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Policy({:?}, {:?})", self.strictness(), self.house)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{CheckOptions, Checker};

    const GOOD: &str = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3"}"#;

    fn judge(policy: &Policy, text: &str) -> Judgement {
        let mut checker = Checker::new(CheckOptions::default());
        policy.judge(&checker.check(text.as_bytes()).expect(text))
    }

    #[test]
    fn each_strictness_refuses_from_its_fault_on() {
        let must = GOOD.replace("198.", "398.");
        let should = GOOD.replace("{", r#"{"x_custom":1,"#);
        for (strictness, verdicts) in [
            (Strictness::Accept, [Verdict::Accept; 3]),
            (
                Strictness::Warn,
                [Verdict::Accept, Verdict::Warn, Verdict::Warn],
            ),
            (
                Strictness::RefuseMust,
                [Verdict::Accept, Verdict::Warn, Verdict::Refuse],
            ),
            (
                Strictness::RefuseShould,
                [Verdict::Accept, Verdict::Refuse, Verdict::Refuse],
            ),
        ] {
            let policy = Policy::new(strictness);
            let found = [GOOD, &should, &must].map(|text| judge(&policy, text).verdict);
            assert_eq!(found, verdicts, "{strictness:?}");
        }
    }

    #[test]
    fn an_object_is_taken_and_judged_in_one_go() {
        let canonical = r#"{"id":"url--1","type":"url"}"#;
        let mut checker = Checker::new(CheckOptions::default());
        let policy = Policy::default();
        assert!(
            checker.take(canonical.into(), &policy).is_err(),
            "no identity"
        );
        let canonical = r#"{"id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","type":"ipv4-addr","value":"x"}"#;
        let (object, judgement) = checker.take(canonical.into(), &policy).expect("an object");
        assert_eq!(object.bytes(), canonical.as_bytes());
        assert_eq!(judgement.verdict, Verdict::Refuse);
    }

    #[test]
    fn a_house_rule_refuses_what_the_standard_allows() {
        let policy = Policy::default().with(HouseRule::requires("ipv4-addr", &["defanged"]));
        let judgement = judge(&policy, GOOD);
        assert_eq!(judgement.verdict, Verdict::Refuse);
        assert_eq!(
            judgement.report.errors[0].message,
            "here, ipv4-addr has to have defanged"
        );
        let defanged = GOOD.replace("{", r#"{"defanged":true,"#);
        assert_eq!(judge(&policy, &defanged).verdict, Verdict::Accept);
        let warn =
            Policy::new(Strictness::Warn).with(HouseRule::requires("ipv4-addr", &["defanged"]));
        assert_eq!(judge(&warn, GOOD).verdict, Verdict::Warn);
    }
}
