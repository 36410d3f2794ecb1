//! Who is at the other end of a request: the peer of the connection, or whom a trusted reverse proxy speaks for. What
//! anybody else says of that is not listened to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::{HeaderMap, HeaderName, uri::Authority};
use ipnet::IpNet;

use crate::{
    settings::{ProxyHeader, WebSettings},
    tls::Pin,
    web::forwarded::{self, ForwardedError},
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

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

/// How whoever sent a request reaches this node: scheme, host and port without a slash at the end, to be put before
/// paths; empty when nothing says it. An extension of every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(pub std::sync::Arc<str>);

/// What a trusted proxy said that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// No address.
    #[error("the reverse proxy sent `{0}` in X-Forwarded-For, which is no address")]
    Address(String),
    /// Neither `http` nor `https`.
    #[error("the reverse proxy sent `{0}` in X-Forwarded-Proto; it is http or https")]
    Proto(String),
    /// No host.
    #[error("the reverse proxy sent `{0}` in X-Forwarded-Host, which is no host")]
    Host(String),
    /// Bytes that are no text.
    #[error("the reverse proxy sent {0} with bytes that are no text")]
    Bytes(HeaderName),
    /// The header of RFC 7239.
    #[error("the reverse proxy sent a Forwarded header that cannot be read: {0}")]
    Forwarded(#[from] ForwardedError),
}

/// What is known of a request's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) remote: Remote,
    /// Whether the peer is a proxy that is trusted: its request id is taken too.
    pub(crate) trusted: bool,
    /// Whether nobody on the way could listen, as far as the node can tell: TLS, this machine, or a trusted proxy.
    pub(crate) private: bool,
    /// `https` or `http`, where it is known.
    pub(crate) scheme: Option<&'static str>,
    /// The host that was asked for, where a proxy said it.
    pub(crate) host: Option<String>,
}

/// Whether `ip` is in one of `networks`.
pub(crate) fn is_one_of(networks: &[IpNet], ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    networks.iter().any(|network| network.contains(&ip))
}

impl Way {
    /// Reads the way of a request: past the trusted proxies, from the nearest on, to the first that is none.
    pub(crate) fn read(
        settings: &WebSettings,
        peer: Option<Peer>,
        headers: &HeaderMap,
    ) -> Result<Self, ProxyError> {
        let Some(peer) = peer else {
            return Ok(Self::unknown());
        };
        let trusted = is_one_of(&settings.trusted_proxies, peer.ip);
        let mut way = Self {
            remote: Remote {
                ip: peer.ip,
                certificate: peer.certificate,
            },
            trusted,
            private: peer.tls || trusted || peer.ip.is_loopback(),
            scheme: Some(if peer.tls { "https" } else { "http" }),
            host: None,
        };
        if trusted {
            let known = |ip| is_one_of(&settings.trusted_proxies, ip);
            match settings.proxy_header {
                ProxyHeader::XForwardedFor => way.x_forwarded(headers, known)?,
                ProxyHeader::Forwarded => way.forwarded(headers, known)?,
            }
        }
        Ok(way)
    }

    fn unknown() -> Self {
        Self {
            remote: Remote {
                ip: Ipv4Addr::UNSPECIFIED.into(),
                certificate: None,
            },
            trusted: false,
            private: true,
            scheme: None,
            host: None,
        }
    }

    /// It came over the socket: whoever opens that is on this machine.
    pub(crate) fn socket() -> Self {
        let mut way = Self::unknown();
        way.remote.ip = Ipv4Addr::LOCALHOST.into();
        way
    }

    /// A request that came over no connection was made in this process, which says itself whom it speaks for.
    pub(crate) fn or_said(mut self, said: Option<Remote>, peer: Option<Peer>) -> Self {
        if let (Some(said), None) = (said, peer) {
            self.remote = said;
        }
        self
    }

    /// The client is somebody else than the peer: a certificate of the connection is the proxy's.
    fn speaks_for(&mut self, ip: IpAddr) {
        self.remote = Remote {
            ip: ip.to_canonical(),
            certificate: None,
        };
    }

    fn x_forwarded(
        &mut self,
        headers: &HeaderMap,
        known: impl Fn(IpAddr) -> bool,
    ) -> Result<(), ProxyError> {
        let hops = words(headers, &X_FORWARDED_FOR)?;
        // What stands further left was said by whoever is not trusted, and may be anything.
        for hop in hops.iter().rev() {
            let ip = hop_address(hop).ok_or_else(|| ProxyError::Address((*hop).to_owned()))?;
            self.speaks_for(ip);
            if !known(ip) {
                break;
            }
        }
        let protos = words(headers, &X_FORWARDED_PROTO)?;
        if let Some(proto) = protos.last() {
            let scheme = scheme(proto).ok_or_else(|| ProxyError::Proto((*proto).to_owned()))?;
            self.scheme = Some(scheme);
        }
        let hosts = words(headers, &X_FORWARDED_HOST)?;
        if let Some(host) = hosts.last() {
            let read = authority(host).ok_or_else(|| ProxyError::Host((*host).to_owned()))?;
            self.host = Some(read);
        }
        Ok(())
    }

    fn forwarded(
        &mut self,
        headers: &HeaderMap,
        known: impl Fn(IpAddr) -> bool,
    ) -> Result<(), ProxyError> {
        let hops = words(headers, &http::header::FORWARDED)?.join(",");
        for hop in forwarded::parse(&hops)?.iter().rev() {
            // A proxy may say that it does not know, or will not tell.
            let ip = hop.from.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
            self.speaks_for(ip);
            self.scheme = hop.proto.as_deref().and_then(scheme).or(self.scheme);
            self.host = hop.host.as_deref().and_then(authority).or(self.host.take());
            if !known(ip) {
                break;
            }
        }
        Ok(())
    }
}

/// The members of a list that may be in several headers of one name.
fn words<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Vec<&'a str>, ProxyError> {
    let mut words = Vec::new();
    for value in headers.get_all(name) {
        let text = std::str::from_utf8(value.as_bytes());
        let text = text.map_err(|_| ProxyError::Bytes(name.clone()))?;
        words.extend(text.split(',').map(str::trim));
    }
    Ok(words)
}

/// An address, with a port or without.
pub(crate) fn hop_address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    bare.unwrap_or(text)
        .parse()
        .ok()
        .or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

fn scheme(text: &str) -> Option<&'static str> {
    ["https", "http"]
        .into_iter()
        .find(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// A host with its port, and nothing before it.
pub(crate) fn is_authority(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else {
        return false;
    };
    let host = authority.host();
    // The parser lets anything stand for a port. RFC 3986 §3.2.3: digits, or none.
    let port = text.strip_prefix(host).map(|rest| rest.strip_prefix(':'));
    match port {
        Some(None) => text == host && !host.is_empty(),
        Some(Some(port)) => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            !host.is_empty() && digits && (port.is_empty() || port.parse::<u16>().is_ok())
        }
        // Somebody's name before the host.
        None => false,
    }
}

/// The same, of what a name on a network or an address is made of: what comes back in answers.
pub(crate) fn authority(text: &str) -> Option<String> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    (is_authority(text) && text.bytes().all(known)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn settings(header: ProxyHeader) -> WebSettings {
        WebSettings {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()],
            proxy_header: header,
            ..WebSettings::default()
        }
    }

    fn read(
        header: ProxyHeader,
        peer: &str,
        lines: &[(&'static str, &'static str)],
    ) -> Result<Way, ProxyError> {
        let peer = Peer {
            ip: peer.parse().unwrap(),
            certificate: Some(Pin::from_bytes([7; 32])),
            tls: false,
        };
        let mut all = HeaderMap::new();
        for (name, value) in lines {
            all.append(*name, HeaderValue::from_static(value));
        }
        Way::read(&settings(header), Some(peer), &all)
    }

    fn x(peer: &str, lines: &[(&'static str, &'static str)]) -> Result<Way, ProxyError> {
        read(ProxyHeader::XForwardedFor, peer, lines)
    }

    fn from(way: &Way) -> String {
        way.remote.ip.to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let said = [
            ("x-forwarded-for", "127.0.0.1"),
            ("forwarded", "for=127.0.0.1"),
            ("x-forwarded-proto", "nonsense"),
        ];
        let way = x("192.0.2.1", &said).unwrap();
        assert_eq!(from(&way), "192.0.2.1");
        assert!(!way.trusted && way.remote.certificate.is_some());
        assert_eq!(way.scheme, Some("http"));
    }

    #[test]
    fn a_proxy_is_believed_as_far_as_proxies_go() {
        let way = x("10.0.0.1", &[("x-forwarded-for", "203.0.113.9")]).unwrap();
        assert_eq!(from(&way), "203.0.113.9");
        assert_eq!(way.remote.certificate, None, "it is the proxy's");
        // What the client made up stands left of what the proxies added.
        let chain = [
            ("x-forwarded-for", "127.0.0.1, rubbish, 203.0.113.9"),
            ("x-forwarded-for", "10.9.9.9 , [fd00::1]:443"),
        ];
        assert_eq!(from(&x("10.0.0.1", &chain).unwrap()), "203.0.113.9");
        let all_ours = [("x-forwarded-for", "10.1.1.1,10.2.2.2")];
        assert_eq!(from(&x("10.0.0.1", &all_ours).unwrap()), "10.1.1.1");
        let ported = [("x-forwarded-for", "203.0.113.9:5123")];
        assert_eq!(from(&x("10.0.0.1", &ported).unwrap()), "203.0.113.9");
        let itself = x("10.0.0.1", &[]).unwrap();
        assert_eq!(from(&itself), "10.0.0.1");
        // The other header is passed on unseen by proxies that do not write it.
        let other = [
            ("forwarded", "for=127.0.0.1"),
            ("x-forwarded-for", "203.0.113.9"),
        ];
        assert_eq!(from(&x("10.0.0.1", &other).unwrap()), "203.0.113.9");
    }

    #[test]
    fn scheme_and_host_are_the_nearest_proxys() {
        let said = [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "gopher, https"),
            ("x-forwarded-host", "evil.example, taxii.example:8443"),
        ];
        let way = x("10.0.0.1", &said).unwrap();
        assert_eq!(way.scheme, Some("https"));
        assert_eq!(way.host.as_deref(), Some("taxii.example:8443"));
    }

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port() {
        for text in [
            "taxii.example",
            "taxii.example:8443",
            "taxii.example:",
            "127.0.0.1:80",
            "[::1]",
            "[2001:db8::9]:443",
            "my_node",
        ] {
            assert_eq!(authority(text).as_deref(), Some(text));
        }
        // RFC 3986 §3.2.2 has these for names, and nobody else does.
        for text in ["a,b", "a(b)"] {
            assert!(is_authority(text) && authority(text).is_none(), "{text}");
        }
        for text in [
            "",
            ":80",
            "a b",
            "me@taxii.example",
            "taxii.example/x",
            "taxii.example?x",
            "taxii.example#x",
            "taxii.example:x",
            "taxii.example:+1",
            "taxii.example:65536",
            "127.0.0.1:80,evil",
            "javascript:alert(1)",
            "[::1",
            "<script>",
            // Allowed there too, but the parser of `http` has it for no host; nobody asks for one.
            "a%20b",
        ] {
            assert!(!is_authority(text), "{text}");
        }
    }

    #[test]
    fn what_a_proxy_says_is_read_strictly() {
        let refused = |name, value| x("10.0.0.1", &[(name, value)]).unwrap_err().to_string();
        insta::assert_snapshot!(refused("x-forwarded-for", "203.0.113.9, 10.0.0.300"), @"the reverse proxy sent `10.0.0.300` in X-Forwarded-For, which is no address");
        insta::assert_snapshot!(refused("x-forwarded-for", "unknown"), @"the reverse proxy sent `unknown` in X-Forwarded-For, which is no address");
        insta::assert_snapshot!(refused("x-forwarded-for", "203.0.113.9,"), @"the reverse proxy sent `` in X-Forwarded-For, which is no address");
        insta::assert_snapshot!(refused("x-forwarded-proto", "ftp"), @"the reverse proxy sent `ftp` in X-Forwarded-Proto; it is http or https");
        insta::assert_snapshot!(refused("x-forwarded-host", "a b"), @"the reverse proxy sent `a b` in X-Forwarded-Host, which is no host");
        insta::assert_snapshot!(refused("x-forwarded-host", "me@taxii.example"), @"the reverse proxy sent `me@taxii.example` in X-Forwarded-Host, which is no host");
    }

    #[test]
    fn the_header_of_rfc_7239() {
        let read = |value| read(ProxyHeader::Forwarded, "10.0.0.1", &[("forwarded", value)]);
        let way = read("for=127.0.0.1, for=\"[2001:db8::9]:99\";proto=https;host=\"taxii.example\", for=10.2.2.2").unwrap();
        assert_eq!(from(&way), "2001:db8::9");
        assert_eq!(way.scheme, Some("https"));
        assert_eq!(way.host.as_deref(), Some("taxii.example"));
        for hidden in ["for=unknown", "for=_hidden", "proto=https"] {
            assert_eq!(from(&read(hidden).unwrap()), "0.0.0.0", "{hidden}");
        }
        assert!(matches!(
            read("for=127.0.0.1;;"),
            Err(ProxyError::Forwarded(_))
        ));
    }
}
