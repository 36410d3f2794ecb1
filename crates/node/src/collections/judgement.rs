//! What a collection does with objects that have faults: how strict it is, and the rules of the house.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use stix::policy::{Policy, Strictness};

/// Most rules of the house in one collection.
pub const HOUSE_RULES_MAX: usize = 64;
/// Most properties that one rule asks for.
pub const HOUSE_PROPERTIES_MAX: usize = 64;

/// How a collection judges what is added to it. Cheap to clone.
#[derive(Clone)]
pub struct Judgement {
    strictness: Strictness,
    house: Arc<[HouseRule]>,
    policy: Arc<Policy>,
}

/// A rule of the house: objects of a type have these properties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseRule {
    /// The type it is for; every type when absent.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// The properties.
    pub requires: Vec<String>,
    /// Whether breaking it is as bad as breaking a MUST of the standard, or only a SHOULD.
    #[serde(default)]
    pub severity: HouseSeverity,
}

/// How bad it is to break a rule of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HouseSeverity {
    /// As a MUST.
    #[default]
    Must,
    /// As a SHOULD.
    Should,
}

/// Why this is no judgement.
#[derive(Debug, thiserror::Error)]
pub enum JudgementError {
    /// Another word.
    #[error(
        "`{0}` is no judgement: write accept, warn, refuse (what breaks a MUST) or refuse-should (a SHOULD too)"
    )]
    Word(String),
    /// The rules cannot be read.
    #[error(
        "the house rules cannot be read: {0}; they are a JSON list of {{\"type\": …, \"requires\": [property, …]}}"
    )]
    Json(#[from] serde_json::Error),
    /// Too many rules.
    #[error("{0} house rules, the limit is {HOUSE_RULES_MAX}")]
    TooMany(usize),
    /// A rule that asks for nothing, or too much.
    #[error(
        "house rule {at} asks for {properties} properties; it may ask for 1 to {HOUSE_PROPERTIES_MAX}"
    )]
    Properties {
        /// Which, from 1.
        at: usize,
        /// How many.
        properties: usize,
    },
}

impl Default for Judgement {
    /// Everything is taken, and what is found is told: tools of the field work as they are.
    fn default() -> Self {
        Self::of(Strictness::Warn, Arc::new([]))
    }
}

impl Judgement {
    /// Reads a word (`accept`, `warn`, `refuse`, `refuse-should`) and a JSON list of house rules.
    ///
    /// # Errors
    /// [`JudgementError`].
    pub fn parse(word: &str, house_rules: &str) -> Result<Self, JudgementError> {
        let strictness = match word {
            "accept" => Strictness::Accept,
            "warn" => Strictness::Warn,
            "refuse" => Strictness::RefuseMust,
            "refuse-should" => Strictness::RefuseShould,
            other => return Err(JudgementError::Word(other.to_owned())),
        };
        let house: Vec<HouseRule> = serde_json::from_str(house_rules)?;
        if house.len() > HOUSE_RULES_MAX {
            return Err(JudgementError::TooMany(house.len()));
        }
        for (at, rule) in house.iter().enumerate() {
            if !(1..=HOUSE_PROPERTIES_MAX).contains(&rule.requires.len()) {
                return Err(JudgementError::Properties {
                    at: at + 1,
                    properties: rule.requires.len(),
                });
            }
        }
        Ok(Self::of(strictness, house.into()))
    }

    fn of(strictness: Strictness, house: Arc<[HouseRule]>) -> Self {
        let policy = house.iter().fold(Policy::new(strictness), |policy, rule| {
            policy.with(rule.clone().into_policy())
        });
        Self {
            strictness,
            house,
            policy: Arc::new(policy),
        }
    }

    /// The policy that objects are checked with.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The word for how strict it is.
    pub fn word(&self) -> &'static str {
        match self.strictness {
            Strictness::Accept => "accept",
            Strictness::Warn => "warn",
            Strictness::RefuseMust => "refuse",
            Strictness::RefuseShould => "refuse-should",
        }
    }

    /// The rules of the house.
    pub fn house_rules(&self) -> &[HouseRule] {
        &self.house
    }
}

impl HouseRule {
    fn into_policy(self) -> stix::policy::HouseRule {
        let severity = match self.severity {
            HouseSeverity::Must => stix::Severity::Must,
            HouseSeverity::Should => stix::Severity::Should,
        };
        let (type_name, requires) = (self.type_name, self.requires);
        stix::policy::HouseRule::new(
            "house.requires",
            severity,
            "add the property",
            move |object| {
                let found = object.get("type").and_then(stix::tree::Value::as_str);
                if type_name.is_some() && type_name.as_deref() != found {
                    return None;
                }
                let missing = requires.iter().find(|name| object.get(name).is_none())?;
                let who = type_name.as_deref().unwrap_or("every object");
                Some(format!("here, {who} has to have {missing}"))
            },
        )
    }
}

impl fmt::Debug for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Judgement({}, {:?})", self.word(), self.house)
    }
}

#[cfg(test)]
mod tests {
    use stix::policy::Verdict;

    use super::*;

    const RULES: &str = r#"[{"type":"ipv4-addr","requires":["defanged"]},
        {"requires":["object_marking_refs"],"severity":"should"}]"#;
    const ADDRESS: &str = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3"}"#;

    fn verdict(judgement: &Judgement, object: &str) -> Verdict {
        let mut checker = stix::Checker::new(stix::CheckOptions::default());
        let checked = checker.check(object.as_bytes()).unwrap();
        judgement.policy().judge(&checked).verdict
    }

    #[test]
    fn house_rules_count_as_the_standard_does() {
        let sure = ADDRESS.replace('{', r#"{"defanged":true,"#);
        let with = |word| Judgement::parse(word, RULES).unwrap();
        assert_eq!(verdict(&Judgement::default(), ADDRESS), Verdict::Accept);
        assert_eq!(verdict(&with("warn"), ADDRESS), Verdict::Warn);
        assert_eq!(verdict(&with("refuse"), ADDRESS), Verdict::Refuse);
        assert_eq!(verdict(&with("refuse"), &sure), Verdict::Warn);
        assert_eq!(verdict(&with("refuse-should"), &sure), Verdict::Refuse);
        assert_eq!(with("refuse").word(), "refuse");
        assert_eq!(with("warn").house_rules().len(), 2);
    }

    #[test]
    fn what_is_no_judgement_says_why() {
        let refused = |word, rules: &str| Judgement::parse(word, rules).unwrap_err();
        assert!(matches!(refused("reject", "[]"), JudgementError::Word(word) if word == "reject"));
        for rules in [
            "",
            "{}",
            "[1]",
            r#"[{"type":"indicator"}]"#,
            r#"[{"requires":["a"],"else":1}]"#,
        ] {
            assert!(
                matches!(refused("warn", rules), JudgementError::Json(_)),
                "{rules}"
            );
        }
        assert!(matches!(
            refused("warn", r#"[{"requires":[]}]"#),
            JudgementError::Properties {
                at: 1,
                properties: 0
            }
        ));
        let many = format!("[{}]", vec![r#"{"requires":["a"]}"#; 65].join(","));
        assert!(matches!(
            refused("warn", &many),
            JudgementError::TooMany(65)
        ));
    }
}
