//! The syntax tree of a pattern (STIX 2.1 §9).
//!
//! Operands of the same operator lie side by side in one list, so a chain of ten thousand `OR`s is
//! wide, not deep. Parentheses that change nothing leave no trace; those that group are nesting.

use super::moment::Moment;
use super::span::Located;
use super::window::Window;

/// An observation expression: what must be seen in which observations (§9.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// `[…]`: one observation has an object that passes the comparison.
    Seen(Located<Comparison>),
    /// Every operand, each on observations of its own. At least two operands.
    And(Vec<Located<Observation>>),
    /// At least one operand. At least two operands.
    Or(Vec<Located<Observation>>),
    /// Every operand on observations of its own, in order of time. At least two operands.
    FollowedBy(Vec<Located<Observation>>),
    /// An expression under qualifiers, which apply from left to right. At least one qualifier.
    Qualified(Box<Located<Observation>>, Vec<Located<Qualifier>>),
}

/// A restriction on the observations that match an expression (§9.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// `START x STOP y`: observed at or after the first and before the second.
    StartStop(Located<Moment>, Located<Moment>),
    /// `WITHIN x SECONDS`: the last is observed less than this after the first.
    Within(Window),
    /// `REPEATS x TIMES`: so many times, each on observations of its own.
    Repeats(u64),
}

/// A comparison expression: what one object must be (§9.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Every operand, on the same object. At least two operands.
    And(Vec<Located<Comparison>>),
    /// At least one operand. At least two operands.
    Or(Vec<Located<Comparison>>),
    /// A single test of a property.
    Test(Test),
}

/// An object path, `NOT` or not, and what is asked of the values there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The test is preceded by `NOT`.
    pub negated: bool,
    /// Where the values are.
    pub path: Located<ObjectPath>,
    /// What is asked of them.
    pub condition: Condition,
}

/// What is asked of a value (§9.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `=`, `!=`, `<`, `<=`, `>`, `>=` a constant; the last four never with a boolean.
    Compare(Operator, Located<Constant>),
    /// `IN (…)`.
    In(Vec<Located<Constant>>),
    /// `LIKE`: `%` is any text, `_` any character.
    Like(Located<Box<str>>),
    /// `MATCHES`: a PCRE regular expression, searched.
    Matches(Located<Box<str>>),
    /// `ISSUBSET` of an address or a network.
    IsSubset(Located<Box<str>>),
    /// `ISSUPERSET` of an address or a network.
    IsSuperset(Located<Box<str>>),
    /// `EXISTS`.
    Exists,
}

/// The operators that compare with one constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// `=` (also written `==`).
    Equal,
    /// `!=` (also written `<>`).
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

impl Operator {
    /// Returns the operator as the canonical form writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// `type:property.property[0]`: where in which objects (§9.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPath {
    /// The value of the object's `type` property.
    pub object_type: Located<Box<str>>,
    /// The steps from the object to the values; the first is a [`Step::Key`].
    pub steps: Vec<Located<Step>>,
}

/// One step of an object path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A property, a dictionary key, or a property of what a reference refers to.
    Key(Box<str>),
    /// An element of a list, from 0. A negative index is never in range.
    Index(i64),
    /// `[*]`: any element of a list.
    Any,
}

/// A constant (§9.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `true` or `false`.
    Boolean(bool),
    /// An integer. §2.9 allows ±(2^53 - 1); what lies beyond is kept and reported by the checks.
    Integer(i64),
    /// A number with a decimal point.
    Float(Float),
    /// A text.
    String(Box<str>),
    /// Octets, written in base64.
    Binary(Box<[u8]>),
    /// Octets, written in hexadecimal.
    Hex(Box<[u8]>),
    /// A timestamp.
    Timestamp(Moment),
}

/// A finite double.
#[derive(Clone, Copy, Debug)]
pub struct Float(f64);

impl Float {
    /// Takes a double, unless it is infinite or not a number.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value))
    }

    /// Returns the double, which is finite.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Float {
    // By bits: -0.0 is written differently from 0.0. Evaluation compares numbers instead.
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Float {}
