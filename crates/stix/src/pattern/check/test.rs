//! One comparison against the object model and against the rules for constants.

use super::super::ast::{Condition, Constant, Operator, Test};
use super::super::cidr::Network;
use super::super::limits::MatchLimits;
use super::super::pcre::{Pcre, RegexError};
use super::super::span::Located;
use super::super::test::{first_stranger, subject_of};
use super::model::Kind;
use super::path::{Target, follow};
use super::rule::Rule;
use super::{Check, INTEGER_MAX};

/// Lengths in hexadecimal digits of the algorithms that give a fixed length (§10.9).
const HASH_LENGTHS: [(&str, usize); 10] = [
    ("MD5", 32),
    ("RIPEMD-160", 40),
    ("SHA-1", 40),
    ("SHA-224", 56),
    ("SHA-256", 64),
    ("SHA-384", 96),
    ("SHA-512", 128),
    ("SHA3-256", 64),
    ("SHA3-512", 128),
    ("WHIRLPOOL", 128),
];

pub(super) fn check_test(test: &Test, limits: &MatchLimits, check: &mut Check<'_>) {
    let path = test.path.node();
    let target = match follow(path) {
        Ok(target) => target,
        Err((rule, span)) => {
            check.report(rule, span);
            None
        }
    };
    match &test.condition {
        Condition::Compare(operator, constant) => {
            check_constant(constant, *operator, target.as_ref(), check);
        }
        Condition::In(members) => {
            if members.is_empty() {
                check.report(Rule::EmptySet, test.path.span());
            }
            if let Some(stranger) = first_stranger(members) {
                check.report(Rule::MixedSet, stranger.span());
            }
            for member in members {
                check_constant(member, Operator::Equal, target.as_ref(), check);
            }
        }
        Condition::Like(_) => check_text_operator(test, target.as_ref(), check),
        Condition::Matches(expression) => {
            check_text_operator(test, target.as_ref(), check);
            if let Err(reason) = Pcre::new(expression.node(), subject_of(path), limits) {
                let rule = match reason {
                    RegexError::Invalid { .. } => Rule::Regex,
                    RegexError::Unsupported(_) | RegexError::TooLarge { .. } => {
                        Rule::RegexUnsupported
                    }
                };
                check.report_because(rule, expression.span(), &reason);
            }
        }
        Condition::IsSubset(text) | Condition::IsSuperset(text) => {
            check_network(test, text, target.as_ref(), check);
        }
        Condition::Exists => {}
    }
}

fn check_constant(
    constant: &Located<Constant>,
    operator: Operator,
    target: Option<&Target>,
    check: &mut Check<'_>,
) {
    let span = constant.span();
    if span
        .of(check.text())
        .is_some_and(|text| text.starts_with('+'))
    {
        check.report(Rule::PlusSign, span);
    }
    if let Constant::Integer(value) = constant.node()
        && value.unsigned_abs() > INTEGER_MAX
    {
        check.report(Rule::IntegerRange, span);
    }
    let Some(target) = target.filter(|target| !target.kinds.is_empty()) else {
        return;
    };
    if target.kinds.iter().all(|kind| !is_scalar(*kind)) {
        check.report(Rule::NotComparable, span);
    } else if !target
        .kinds
        .iter()
        .any(|kind| is_comparable(*kind, constant.node()))
    {
        check.report(Rule::ConstantType, span);
    }
    let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    if let (Some(algorithm), Constant::String(value), true) =
        (&target.algorithm, constant.node(), is_equality)
        && !is_hash_value(algorithm, value)
    {
        check.report(Rule::HashValue, span);
    }
}

fn is_scalar(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::List(_)
            | Kind::Dictionary(_)
            | Kind::Object(_)
            | Kind::Extensions(_)
            | Kind::Reference(_)
            | Kind::Hashes
    )
}

/// The table of §9.2.
fn is_comparable(kind: Kind, constant: &Constant) -> bool {
    match kind {
        Kind::Boolean => matches!(constant, Constant::Boolean(_)),
        Kind::Integer | Kind::Float => {
            matches!(constant, Constant::Integer(_) | Constant::Float(_))
        }
        Kind::Timestamp => matches!(constant, Constant::Timestamp(_)),
        Kind::String | Kind::Binary | Kind::Hex => {
            matches!(
                constant,
                Constant::String(_) | Constant::Binary(_) | Constant::Hex(_)
            )
        }
        Kind::Any => true,
        _ => false,
    }
}

fn is_hash_value(algorithm: &str, value: &str) -> bool {
    match HASH_LENGTHS.iter().find(|(name, _)| *name == algorithm) {
        Some((_, digits)) => {
            value.len() == *digits && value.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        None => true,
    }
}

fn check_text_operator(test: &Test, target: Option<&Target>, check: &mut Check<'_>) {
    let Some(target) = target.filter(|target| !target.kinds.is_empty()) else {
        return;
    };
    let is_text = |kind: &Kind| matches!(kind, Kind::String | Kind::Binary | Kind::Hex | Kind::Any);
    if !target.kinds.iter().any(is_text) {
        check.report(Rule::TextOperator, test.path.span());
    }
}

fn check_network(
    test: &Test,
    text: &Located<Box<str>>,
    target: Option<&Target>,
    check: &mut Check<'_>,
) {
    let network = Network::parse(text.node());
    if network.is_none() {
        check.report(Rule::Network, text.span());
    }
    let Some(target) = target else { return };
    let families: Vec<bool> = target
        .value_of
        .iter()
        .filter(|owner| matches!(**owner, "ipv4-addr" | "ipv6-addr"))
        .map(|owner| *owner == "ipv4-addr")
        .collect();
    if families.is_empty() {
        check.report(Rule::NetworkPath, test.path.span());
    } else if network.is_some_and(|network| !families.contains(&network.is_ipv4())) {
        check.report(Rule::NetworkFamily, text.span());
    }
}
