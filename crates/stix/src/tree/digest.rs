//! A hash of what a value says, whatever the spelling: equal for texts of equal canonical form.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Kind, Value};

impl Value<'_> {
    /// A hash that does not depend on the order of members, the spelling of numbers and strings,
    /// or white space. It is made in one walk, without the canonical text; two values that differ
    /// have the same one as often as hashes of 64 bits do.
    pub(crate) fn digest(self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.kind() as u8).hash(&mut hasher);
        match self.kind() {
            Kind::Null | Kind::True | Kind::False => {}
            // Both zeros are written 0 (RFC 8785 §3.2.2.3).
            Kind::Number => (self.as_f64().unwrap_or_default() + 0.0)
                .to_bits()
                .hash(&mut hasher),
            Kind::String => self.as_str().hash(&mut hasher),
            Kind::Array => self
                .items()
                .for_each(|item| item.digest().hash(&mut hasher)),
            Kind::Object => {
                // A sum is the same in any order.
                let members = self.members().map(|(name, value)| {
                    let mut hasher = DefaultHasher::new();
                    name.hash(&mut hasher);
                    value.digest().hash(&mut hasher);
                    hasher.finish()
                });
                members.fold(0, u64::wrapping_add).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::tree::Arena;

    fn digest(text: &str) -> u64 {
        let mut arena = Arena::default();
        arena.parse(text.as_bytes()).expect(text).root().digest()
    }

    #[test]
    fn what_says_the_same_has_the_same() {
        for (a, b) in [
            (
                r#"{"a":1,"b":[true,null]}"#,
                r#" { "b" : [ true , null ] , "a" : 1.0 }"#,
            ),
            (r#""\u0041\/""#, r#""A/""#),
            ("[0, 1e2]", "[-0.0,100]"),
        ] {
            assert_eq!(digest(a), digest(b), "{a} {b}");
        }
    }

    #[test]
    fn what_says_something_else_has_another() {
        let texts = [
            "0",
            "1",
            "\"1\"",
            "null",
            "true",
            "false",
            "[]",
            "{}",
            "[[]]",
            "[1,2]",
            "[2,1]",
            "[[1],2]",
            "[1,[2]]",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"b":1}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"a":2,"b":1}"#,
        ];
        let digests: std::collections::BTreeSet<u64> =
            texts.iter().map(|text| digest(text)).collect();
        assert_eq!(digests.len(), texts.len());
    }
}
