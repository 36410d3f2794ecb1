//! The server.

pub mod api;
pub mod bundle;
pub mod clock;
pub mod error;
pub mod home;
pub mod listen;
pub mod peer;
pub mod request;
pub mod resource;
pub mod source;
pub mod tls;
pub mod view;
