//! STIX 2.1, whole: the objects of cyber-threat intelligence, kept byte for byte and judged by the
//! OASIS standard.
//!
//! An [`Object`] is its canonical bytes (RFC 8785) beside a thin typed view of them; nothing is
//! ever written anew, coerced or dropped. A [`Checker`] says what in a text breaks which rule of the
//! standard, MUST apart from SHOULD, with path, section and remedy. A [`Builder`] makes objects
//! that are checked before they exist. A [`BundleReader`] finds the objects of a bundle in a stream.
//!
//! ```
//! use stix::{BundleLimits, CheckOptions, Checker, Object, check_bundle};
//!
//! let bundle = br#"{
//!   "type": "bundle",
//!   "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d",
//!   "objects": [
//!     {"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
//!      "value": "198.51.100.3"},
//!     {"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
//!      "value": "198.51.100.300"}]}"#;
//!
//! let mut checker = Checker::new(CheckOptions::default());
//! let mut taken = Vec::new();
//! check_bundle(&mut checker, &bundle[..], BundleLimits::default(), |piece, report| {
//!     if report.valid {
//!         taken.extend(Object::admit(&piece.bytes));
//!     } else {
//!         assert_eq!(report.errors[0].path, "$.value");
//!         assert_eq!(report.errors[0].section, "6.8.1");
//!     }
//! })?;
//! assert_eq!(taken[0].id().type_name(), "ipv4-addr");
//! # Ok::<(), stix::BundleError>(())
//! ```
//!
//! | what for | where |
//! |---|---|
//! | identifiers, instants, bytes | [`id`], [`timestamp`], [`object`], [`bundle`], [`tree`] |
//! | the standard's own tables | [`schema`], [`vocabulary`], [`relationships`] |
//! | judgement | [`check`], [`report`], [`policy`], [`pattern`] |
//! | markings, selectors, languages | [`marking`], [`selector`], [`language`] |
//! | identity and change | [`deterministic`], [`version`], [`extension`] |
//! | making and converting | [`builder`], [`upgrade`] |
//! | meaning | [`graph`], [`equivalence`] |
//!
//! The crate is pure: no files, no network, no clock, no randomness. What is wrong with a text is
//! a value, not a panic, and everything has a limit with a name. The sections cited are those of
//! [STIX 2.1](https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html); `docs/STIX-RULES.md` lays
//! every type and every rule beside its tests.

pub mod builder;
pub mod bundle;
pub mod check;
pub mod deterministic;
pub mod equivalence;
pub mod extension;
pub mod graph;
pub mod id;
pub mod language;
pub mod marking;
pub mod object;
pub mod pattern;
pub mod policy;
pub mod relationships;
pub mod report;
pub mod schema;
pub mod selector;
pub mod timestamp;
pub mod tree;
pub mod upgrade;
pub mod version;
pub mod vocabulary;

pub use builder::{BuildError, Builder, Built};
pub use bundle::{BundleError, BundleLimits, BundleReader, Piece, Place, bundle_of};
pub use check::{CheckOptions, Checked, Checker, Rule, Severity, check_bundle};
pub use id::{Id, IdError, IdRef, is_type_name};
pub use object::{Object, ObjectError, SpecVersion, View, ViewError};
pub use report::{Problem, Report};
pub use selector::{Selector, SelectorError};
pub use timestamp::{Instant, Timestamp, TimestampError};

/// The examples of the README run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
