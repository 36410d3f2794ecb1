//! Who may: the one place that decides who asks, and what they may read, write and do (DESIGN §9).
//!
//! A request is asked by a [`Caller`]. What a caller may do with a collection is a value, [`MayRead`] or
//! [`MayWrite`], that only this module makes; whatever needs the permission takes the value. What a caller may do with
//! the node is a [`Permission`], which each route of the JSON API names (`api.rs`).
//!
//! Roles are reader < analyst < drafter < officer; operator stands beside them and administers. Roles say what sort of
//! thing somebody may do; grants say in which collections.

mod caller;
mod login;
mod role;

pub use caller::{Caller, Forbidden, MayRead, MayWrite};
pub use login::{CHALLENGES, LoginError, Remote};
pub use role::{Permission, Role, RoleError};
