//! Comparing a value with a constant (STIX 2.1 §9.2, §9.6.1 to §9.6.4).

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::ast::{Constant, Operator};
use super::moment::Moment;
use super::select::Selected;

/// A constant made ready for comparing.
#[derive(Clone, Debug)]
pub(super) enum Comparand {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// A text, and its octets if all code points are below U+0100 (§9.6.4).
    String(Box<str>, Option<Box<[u8]>>),
    Octets(Box<[u8]>),
    Timestamp(Moment),
}

impl From<&Constant> for Comparand {
    fn from(constant: &Constant) -> Self {
        match constant {
            Constant::Boolean(value) => Self::Boolean(*value),
            Constant::Integer(value) => Self::Integer(*value),
            Constant::Float(value) => Self::Float(value.get()),
            Constant::String(text) => Self::String(text.clone(), latin1_octets(text)),
            Constant::Binary(octets) | Constant::Hex(octets) => Self::Octets(octets.clone()),
            Constant::Timestamp(moment) => Self::Timestamp(moment.clone()),
        }
    }
}

impl Comparand {
    /// Orders the value against the constant, or says that they cannot be compared.
    fn order(&self, value: &Selected<'_>) -> Option<Ordering> {
        match (value, self) {
            (Selected::Json(Value::Bool(value)), Self::Boolean(constant)) => {
                Some(value.cmp(constant))
            }
            (Selected::Json(Value::Number(value)), Self::Integer(constant)) => {
                order_integer(value, *constant)
            }
            (Selected::Json(Value::Number(value)), Self::Float(constant)) => {
                order_float(value, *constant)
            }
            // UTF-8 sorts by code point (§9.6.2).
            (Selected::Json(Value::String(value)), Self::String(constant, _)) => {
                Some(value.as_bytes().cmp(constant.as_bytes()))
            }
            (Selected::Json(Value::String(value)), Self::Octets(constant)) => {
                order_latin1(value, constant)
            }
            (Selected::Json(Value::String(value)), Self::Timestamp(constant)) => {
                Some(value.parse::<Moment>().ok()?.cmp(constant))
            }
            (Selected::Octets(value), Self::String(_, Some(constant)) | Self::Octets(constant)) => {
                Some(value.as_ref().cmp(constant))
            }
            _ => None,
        }
    }

    pub(super) fn equals(&self, value: &Selected<'_>) -> bool {
        self.order(value) == Some(Ordering::Equal)
    }

    /// §9.6.1: what cannot be compared gives false, but true for `!=`.
    pub(super) fn passes(&self, operator: Operator, value: &Selected<'_>) -> bool {
        let order = self.order(value);
        match operator {
            Operator::Equal => order == Some(Ordering::Equal),
            Operator::NotEqual => order != Some(Ordering::Equal),
            Operator::Less => order == Some(Ordering::Less),
            Operator::LessOrEqual => order.is_some_and(Ordering::is_le),
            Operator::Greater => order == Some(Ordering::Greater),
            Operator::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        }
    }
}

/// Maps U+0000 to U+00FF to octets, if the text has nothing else (§9.2).
pub(super) fn latin1_octets(text: &str) -> Option<Box<[u8]>> {
    text.chars()
        .map(|char| u8::try_from(u32::from(char)).ok())
        .collect()
}

fn order_latin1(text: &str, octets: &[u8]) -> Option<Ordering> {
    // All of the text must convert, also what lies behind the first difference.
    Some(latin1_octets(text)?.as_ref().cmp(octets))
}

fn order_integer(value: &Number, constant: i64) -> Option<Ordering> {
    if let Some(value) = value.as_i64() {
        return Some(value.cmp(&constant));
    }
    if let Some(value) = value.as_u64() {
        return Some(i128::from(value).cmp(&i128::from(constant)));
    }
    Some(order_mixed(i128::from(constant), value.as_f64()?).reverse())
}

fn order_float(value: &Number, constant: f64) -> Option<Ordering> {
    if let Some(value) = value.as_i64() {
        return Some(order_mixed(i128::from(value), constant));
    }
    if let Some(value) = value.as_u64() {
        return Some(order_mixed(i128::from(value), constant));
    }
    value.as_f64()?.partial_cmp(&constant)
}

/// Compares without rounding the integer to a double (§9.2: the full value).
fn order_mixed(integer: i128, float: f64) -> Ordering {
    // Beyond 2^100 every 64-bit integer is closer to zero, and the cast below would be in doubt.
    if float.abs() >= 2f64.powi(100) {
        return if float > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        };
    }
    let whole = float.trunc();
    integer
        .cmp(&(whole as i128))
        .then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_full_value() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        // 2^53 + 1 has no double.
        assert_eq!(
            order_float(&number("9007199254740993"), 9_007_199_254_740_992.0),
            Some(Ordering::Greater)
        );
        assert_eq!(order_integer(&number("1.5"), 1), Some(Ordering::Greater));
        assert_eq!(order_integer(&number("1.0"), 1), Some(Ordering::Equal));
        assert_eq!(order_integer(&number("-1.5"), -1), Some(Ordering::Less));
        assert_eq!(
            order_integer(&number("18446744073709551615"), -1),
            Some(Ordering::Greater)
        );
        assert_eq!(
            order_integer(&number("1e300"), i64::MAX),
            Some(Ordering::Greater)
        );
        assert_eq!(order_float(&number("-5"), -4.5), Some(Ordering::Less));
    }
}
