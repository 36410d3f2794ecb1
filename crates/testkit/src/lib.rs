//! Clocks, faults and small valid samples for the tests of every crate.
