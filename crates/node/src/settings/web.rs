//! `[web]`: the listener for tools and people, and `[web.limits]`: how much and how long it bears with anybody.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// `[web]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSettings {
    /// Where it listens; nothing is served to tools over a network without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// The TLS certificate with its chain, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// How tools outside reach it, scheme, host and port, without a slash at the end; as the request says when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// TLS 1.2 is spoken too: TAXII 2.1 §8.2.2 has it that a server MUST. Only with forward secrecy and AEAD, which keeps
    /// clear of the list that §8.2.2 warns of.
    pub tls12: bool,
    /// Clients are asked for a certificate. Whoever has none goes on without.
    pub client_certificates: bool,
    /// The networks of reverse proxies that are believed when they say whom they speak for.
    pub trusted_proxies: Vec<IpNet>,
    /// The one header they say it in. Others that they pass on unseen are a stranger's words.
    pub proxy_header: ProxyHeader,
    /// How much and how long.
    pub limits: WebLimits,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            listen: None,
            cert: None,
            key: None,
            url: None,
            tls12: true,
            client_certificates: false,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            limits: WebLimits::default(),
        }
    }
}

/// The header in which a trusted reverse proxy says whom it speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto` and `X-Forwarded-Host`: what proxies do unless told otherwise.
    #[default]
    XForwardedFor,
    /// `Forwarded`, RFC 7239.
    Forwarded,
}

/// `[web.limits]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebLimits {
    /// Connections at once; more wait in the kernel's queue.
    pub connections_max: u32,
    /// Connections at once from one address (IPv6: from one /64); trusted proxies are not counted.
    pub connections_per_address_max: u32,
    /// How long a TLS handshake may take, seconds.
    pub handshake_secs: u64,
    /// How long the head of a request may take to arrive, seconds; also how long HTTP/1 waits for the next one.
    pub head_secs: u64,
    /// How long a connection may be without a request under way, seconds.
    pub idle_secs: u64,
    /// Bytes a second at which a client must send a body and take an answer.
    pub bytes_per_sec_min: u32,
    /// How long a client may lag behind that, seconds.
    pub lag_secs: u64,
    /// How long a request may take until its answer begins, seconds.
    pub request_secs: u64,
    /// How long requests under way may take once the node was asked to stop, seconds.
    pub stop_secs: u64,
    /// How long the node still serves while it says that it is not ready any more, seconds: for balancers that ask.
    pub drain_secs: u64,
}

impl Default for WebLimits {
    fn default() -> Self {
        Self {
            connections_max: 1_024,
            connections_per_address_max: 768,
            handshake_secs: 10,
            head_secs: 15,
            idle_secs: 75,
            bytes_per_sec_min: 1_024,
            lag_secs: 30,
            request_secs: 600,
            stop_secs: 20,
            drain_secs: 0,
        }
    }
}

impl WebLimits {
    /// How long a TLS handshake may take.
    pub fn handshake_time_max(&self) -> Duration {
        Duration::from_secs(self.handshake_secs)
    }

    /// How long the head of a request may take to arrive.
    pub fn head_time_max(&self) -> Duration {
        Duration::from_secs(self.head_secs)
    }

    /// How long a connection may be without a request under way.
    pub fn idle_time_max(&self) -> Duration {
        Duration::from_secs(self.idle_secs)
    }

    /// How long a client may lag behind [`WebLimits::bytes_per_sec_min`].
    pub fn lag_time_max(&self) -> Duration {
        Duration::from_secs(self.lag_secs)
    }

    /// How long a request may take until its answer begins.
    pub fn request_time_max(&self) -> Duration {
        Duration::from_secs(self.request_secs)
    }

    /// How long requests under way may take once the node was asked to stop.
    pub fn stop_time_max(&self) -> Duration {
        Duration::from_secs(self.stop_secs)
    }

    /// How long the node still serves while it says that it is not ready any more.
    pub fn drain_time(&self) -> Duration {
        Duration::from_secs(self.drain_secs)
    }
}
