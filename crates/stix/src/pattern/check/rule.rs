//! The rules, each with a stable name, a severity and the section it comes from.

use std::fmt;

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The standard says MUST: the pattern is wrong.
    Must,
    /// The standard says SHOULD, or the pattern is allowed and cannot mean what it says.
    Should,
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $severity:ident, $section:literal;)*) => {
        /// A rule that a pattern can break. The names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the stable name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns what it is about, in words.
            #[must_use]
            pub fn summary(self) -> &'static str {
                let says = match self { $(Self::$variant => concat!($($doc),*),)* };
                says.trim_start().trim_end_matches('.')
            }

            /// Returns the rule with this stable name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|rule| rule.as_str() == name)
            }

            /// Returns how binding the rule is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// Returns the section of STIX 2.1 that the rule comes from.
            #[must_use]
            pub fn section(self) -> &'static str {
                match self { $(Self::$variant => $section,)* }
            }
        }
    };
}

rules! {
    /// The object type is none of the standard's: it may be an extension's, or misspelt.
    UnknownType = "pattern-unknown-type", Should, "9.7";
    /// The type has no such property.
    UnknownProperty = "pattern-unknown-property", Must, "9.7";
    /// The property is a custom one by its name.
    CustomProperty = "pattern-custom-property", Should, "9.7";
    /// An index where there is no list.
    NotAList = "pattern-not-a-list", Must, "9.7.2";
    /// A property of a list, without index: it leads nowhere.
    MissingIndex = "pattern-missing-index", Should, "9.7.2";
    /// A property of something that has none.
    NotNested = "pattern-not-nested", Must, "9.7";
    /// An index below zero.
    NegativeIndex = "pattern-negative-index", Must, "9.7.2";
    /// A constant compared with a list, an object or a reference: false, for the types are
    /// incompatible.
    NotComparable = "pattern-not-comparable", Should, "9.6.1";
    /// A constant of another data type than the property: false, or true for `!=`.
    ConstantType = "pattern-constant-type", Should, "9.6.1";
    /// `LIKE` or `MATCHES` on something that is neither text nor octets: false.
    TextOperator = "pattern-text-operator", Should, "9.6.1";
    /// Types joined by `AND` that no object can have at once.
    AndTypes = "pattern-and-types", Must, "9.5";
    /// A set with members of different data types.
    MixedSet = "pattern-mixed-set", Must, "9.6.1";
    /// A set without members: nothing is in it.
    EmptySet = "pattern-empty-set", Should, "9.6.1";
    /// `REPEATS 0 TIMES`.
    RepeatsPositive = "pattern-repeats-positive", Must, "9.5.1";
    /// `WITHIN 0 SECONDS`.
    WithinPositive = "pattern-within-positive", Must, "9.5.1";
    /// Two qualifiers of one kind on the same expression.
    QualifierTwice = "pattern-qualifier-twice", Must, "9.5.1";
    /// `START` is not before `STOP`: nothing is observed between.
    StartBeforeStop = "pattern-start-before-stop", Should, "9.5.1";
    /// What follows `MATCHES` is no PCRE regular expression.
    Regex = "pattern-regex", Must, "9.6.1";
    /// The regular expression uses what this implementation does not support.
    RegexUnsupported = "pattern-regex-unsupported", Should, "9.6.1";
    /// What follows `ISSUBSET` or `ISSUPERSET` is no address or network.
    Network = "pattern-network", Must, "9.6.1";
    /// An IPv6 network for an IPv4 address, or the reverse.
    NetworkFamily = "pattern-network-family", Must, "9.6.1";
    /// `ISSUBSET` or `ISSUPERSET` on something else than the value of an address.
    NetworkPath = "pattern-network-path", Must, "9.6.1";
    /// A number with a plus sign.
    PlusSign = "pattern-plus-sign", Must, "9.2";
    /// An integer beyond ±(2^53 - 1).
    IntegerRange = "pattern-integer-range", Must, "2.9";
    /// A hash value that its algorithm cannot give: it is never seen.
    HashValue = "pattern-hash-value", Should, "2.7";
    /// A time too fine to compute with here.
    TimePrecision = "pattern-time-precision", Should, "2.16";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
