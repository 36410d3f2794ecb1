//! STIX 2.1 objects: identifiers, timestamps, and the bytes they arrived in.

pub mod bundle;
pub mod check;
pub mod deterministic;
pub mod extension;
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

pub use bundle::{BundleError, BundleLimits, BundleReader, Piece};
pub use check::{CheckOptions, Checked, Checker, Rule, Severity, check_bundle};
pub use id::{Id, IdError, IdRef, is_type_name};
pub use object::{Object, ObjectError, SpecVersion, View, ViewError};
pub use report::{Problem, Report};
pub use selector::{Selector, SelectorError};
pub use timestamp::{Instant, Timestamp, TimestampError};
