//! STIX 2.1 objects: identifiers, timestamps, and the bytes they arrived in.

pub mod bundle;
pub mod id;
pub mod object;
pub mod timestamp;
pub mod tree;

pub use bundle::{BundleError, BundleLimits, BundleReader, Piece};
pub use id::{Id, IdError, IdRef, is_type_name};
pub use object::{Object, ObjectError, SpecVersion, View, ViewError};
pub use timestamp::{Instant, Timestamp, TimestampError};
