//! STIX 2.1 objects: identifiers, timestamps, and the bytes they arrived in.

pub mod equivalence;
pub mod graph;
pub mod pattern;
