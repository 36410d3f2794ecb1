//! TAXII 2.1 ([OASIS Standard](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)): what travels, how it
//! is asked for, and a client. The server is in `node`; what both sides need is here, pure.

#[cfg(feature = "client")]
pub mod client;
pub mod cursor;
pub mod filter;
pub mod media;
pub mod resource;
pub mod timestamp;

pub use cursor::Cursor;
pub use filter::Filter;
pub use timestamp::Timestamp;
