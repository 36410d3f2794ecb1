//! Acts: items with a meaning in the dialogue (DESIGN §5), as STIX 2.1 objects of new types.
//!
//! One act per file: its object, its rules. What it does to the state of a track is its [`Fold`].
//! To add an act, write its file and add its line to `acts!`.
//!
//! Members that this version does not know are kept and allowed. What is stored and hashed is the
//! canonical bytes as they came; an act that is read never becomes other bytes.

pub(crate) mod answer;
pub(crate) mod charter;
pub(crate) mod field;
pub(crate) mod inquiry;
pub(crate) mod object;
pub(crate) mod reference;
pub(crate) mod refused;
pub(crate) mod step;
pub(crate) mod text;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::fold::irregular::Reason;
use crate::fold::track::{Arrival, Track};
use crate::id::Id;
use answer::Answer;
use charter::Charter;
use inquiry::Inquiry;
use object::Object;
use record::entry::Class;
use refused::{Refused, Rule};
use step::Step;

/// What an act does to the state of its track.
///
/// The outcome must not depend on what other logs have brought so far: what refers to an item
/// that is not there yet waits for it in the track.
pub(crate) trait Fold {
    /// Takes the act into the state.
    ///
    /// # Errors
    /// Fails when the act is kept as irregular for this reason. Nothing has changed then.
    fn fold(&self, arrival: &Arrival, track: &mut Track) -> Result<(), Reason>;
}

macro_rules! acts {
    ($($act:ident: $class:ident, $doc:literal;)*) => {
        /// An item with a meaning in the dialogue.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Act {
            $(#[doc = $doc] $act($act),)*
        }

        impl Act {
            /// Reads an act from its object.
            ///
            /// # Errors
            /// Refuses with the place and the rule; a type that this version does not know is
            /// refused as such.
            pub fn read(value: Value) -> Result<Self, Refused> {
                match type_name(&value)?.as_str() {
                    $($act::TYPE => $act::read(value).map(Self::$act),)*
                    unknown => Err(Refused::new("type", Rule::UnknownType(unknown.into()))),
                }
            }

            /// The class of the entry that it is passed under.
            pub fn class(&self) -> Class {
                match self {
                    $(Self::$act(_) => Class::$class,)*
                }
            }

            /// The object, with every member.
            pub fn object(&self) -> &Object {
                match self {
                    $(Self::$act(act) => act.object(),)*
                }
            }

            pub(crate) fn fold(&self, arrival: &Arrival, track: &mut Track) -> Result<(), Reason> {
                match self {
                    $(Self::$act(act) => act.fold(arrival, track),)*
                }
            }
        }

        $(
            impl From<$act> for Act {
                fn from(act: $act) -> Self {
                    Self::$act(act)
                }
            }
            /// Serialises as the object: every member, known or not.
            impl Serialize for $act {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.object().value().serialize(serializer)
                }
            }
        )*
    };
}

acts! {
    Charter: Control, "Parties, tracks and rules; entry 0 of every log.";
    Inquiry: Inquiry, "A question to an office of another party, due at a time.";
    Answer: Answer, "What came of an inquiry.";
    Step: Step, "What an office did with an item.";
}

impl Act {
    /// Reads an act from its canonical bytes, which admission has already checked.
    ///
    /// # Errors
    /// As [`Act::read`]; and bytes that are not JSON.
    pub fn parse(canonical: &[u8]) -> Result<Self, Refused> {
        let value = serde_json::from_slice(canonical)
            .map_err(|err| Refused::new("", Rule::NotJson(err.to_string().into())))?;
        Self::read(value)
    }

    /// The identifier of the act.
    pub fn id(&self) -> &Id {
        self.object().id()
    }
}

/// Serialises as the object: every member, known or not.
impl Serialize for Act {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object().value().serialize(serializer)
    }
}

fn type_name(value: &Value) -> Result<String, Refused> {
    let root = field::Field::root(value);
    Ok(root.member("type")?.text()?.to_owned())
}
