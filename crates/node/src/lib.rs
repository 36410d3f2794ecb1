//! One party's node: it keeps the party's logs, fetches, verifies and countersigns those of the others, and serves
//! people, tools and the other nodes.

pub mod access;
pub mod api;
pub mod backup;
pub mod bundle;
pub mod clock;
pub mod collections;
mod desk;
pub mod directory;
mod doctor;
pub mod end;
pub mod error;
pub mod feeds;
mod fsck;
pub mod health;
pub mod held;
pub mod home;
pub mod intake;
pub mod keys;
pub mod listen;
pub mod metrics;
mod node;
pub mod offer;
pub mod parties;

pub mod peer;
pub mod request;
pub mod resource;
pub mod rotate;
pub mod sequencer;
pub mod serve;
pub mod settings;
pub mod setup;
pub mod source;
pub mod sync;
mod taxii;
pub mod tls;
pub mod trees;
pub mod view;
pub mod web;

pub use node::{Machine, Node, OpenError, Purpose};
