//! Who is at the other end of a request.

use std::net::IpAddr;

use crate::tls::Pin;

/// Who sent a request, as far as the connection and the trusted proxies on the way say; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// The client's address. The unspecified address when nothing says one, which no rule takes for a friend.
    pub ip: IpAddr,
    /// The key of the certificate the client showed and proved to hold, if it showed one.
    pub certificate: Option<Pin>,
}

/// The other end of a connection; an extension of every request that comes over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub ip: IpAddr,
    /// The key of its certificate, if it showed one.
    pub certificate: Option<Pin>,
    /// Whether the connection is TLS.
    pub tls: bool,
}
