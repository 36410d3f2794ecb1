use std::sync::Arc;

use url::{Host, Url};

use super::{
    Client, Inner,
    backoff::{Never, Retry},
    credentials::Credentials,
    error::{Error, innermost},
    limits::{Limits, Times},
    spelling::Spellings,
};

/// Settings of a [`Client`] to be.
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    url: String,
    credentials: Result<Credentials, Error>,
    identity: Option<Vec<u8>>,
    roots_also: Vec<Vec<u8>>,
    roots_only: Option<Vec<u8>>,
    user_agent: String,
    times: Times,
    limits: Limits,
    retry: Box<dyn Retry>,
    insecure_http: bool,
}

impl Builder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            credentials: Ok(Credentials::default()),
            identity: None,
            roots_also: Vec::new(),
            roots_only: None,
            user_agent: concat!("chancery-taxii/", env!("CARGO_PKG_VERSION")).to_owned(),
            times: Times::default(),
            limits: Limits::default(),
            retry: Box::new(Never),
            insecure_http: false,
        }
    }

    /// Shows a user name and a password (RFC 7617), which TAXII 2.1 §3.2 wants every client to be able to. The last of
    /// `basic`, [`bearer`](Self::bearer) and [`api_key`](Self::api_key) counts.
    pub fn basic(mut self, user: &str, password: &str) -> Self {
        self.credentials = Credentials::basic(user, password);
        self
    }

    /// Shows a bearer token (RFC 6750).
    pub fn bearer(mut self, token: &str) -> Self {
        self.credentials = Credentials::bearer(token);
        self
    }

    /// Shows a key in a header of the server's choice, often `X-API-Key`.
    pub fn api_key(mut self, header: &str, key: &str) -> Self {
        self.credentials = Credentials::api_key(header, key);
        self
    }

    /// Shows a client certificate: PEM with the certificate, its chain and its private key.
    pub fn client_certificate(mut self, pem: &[u8]) -> Self {
        self.identity = Some(pem.to_vec());
        self
    }

    /// Believes these certificate authorities too (PEM), besides the machine's.
    pub fn trust_also(mut self, pem: &[u8]) -> Self {
        self.roots_also.push(pem.to_vec());
        self
    }

    /// Believes these certificate authorities (PEM) and no others.
    pub fn trust_only(mut self, pem: &[u8]) -> Self {
        self.roots_only = Some(pem.to_vec());
        self
    }

    /// What it calls itself.
    pub fn user_agent(mut self, name: &str) -> Self {
        name.clone_into(&mut self.user_agent);
        self
    }

    /// How long it waits.
    pub fn times(mut self, times: Times) -> Self {
        self.times = times;
        self
    }

    /// What a server may make it hold.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// When a failed request is sent again. Never, if nothing is said.
    pub fn retry(mut self, retry: impl Retry + 'static) -> Self {
        self.retry = Box::new(retry);
        self
    }

    /// Lets plain HTTP leave this machine. Credentials and objects are then readable for everyone on the way.
    pub fn insecure_http(mut self, yes: bool) -> Self {
        self.insecure_http = yes;
        self
    }

    /// The client. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// [`Error::NotAUrl`], [`Error::Insecure`], [`Error::Credentials`], [`Error::Tls`].
    pub fn build(self) -> Result<Client, Error> {
        let base = Url::parse(self.url.trim()).map_err(|error| Error::NotAUrl {
            text: self.url.clone(),
            why: error.to_string(),
        })?;
        no_user(&base)?;
        let http = self.connections(self.identity.as_deref())?;
        let bare = match self.identity {
            Some(_) => self.connections(None)?,
            None => http.clone(),
        };
        let client = Client(Arc::new(Inner {
            base,
            http,
            bare,
            credentials: self.credentials?,
            limits: self.limits,
            retry: self.retry,
            insecure_http: self.insecure_http,
            spellings: Spellings::default(),
        }));
        client.secure(client.url())?;
        Ok(client)
    }

    fn connections(&self, identity: Option<&[u8]>) -> Result<reqwest::Client, Error> {
        let wrong = |error: reqwest::Error| Error::Tls {
            why: innermost(&error),
        };
        let mut builder = reqwest::Client::builder()
            // Redirects are followed by hand: what may be shown depends on where they lead.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(&self.user_agent)
            .connect_timeout(self.times.connect_max)
            .read_timeout(self.times.silence_max)
            .timeout(self.times.request_max)
            .tcp_nodelay(true);
        for pem in &self.roots_also {
            builder = builder.tls_certs_merge(authorities(pem)?);
        }
        if let Some(pem) = &self.roots_only {
            builder = builder.tls_certs_only(authorities(pem)?);
        }
        if let Some(pem) = identity {
            builder = builder.identity(reqwest::Identity::from_pem(pem).map_err(wrong)?);
        }
        builder.build().map_err(wrong)
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("url", &self.url)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

fn authorities(pem: &[u8]) -> Result<Vec<reqwest::Certificate>, Error> {
    let list = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| Error::Tls {
        why: innermost(&error),
    })?;
    if list.is_empty() {
        return Err(Error::Tls {
            why: "there is no PEM certificate in what should be certificate authorities".to_owned(),
        });
    }
    Ok(list)
}

/// A URL is printed in messages, so no password may stand in it.
pub(super) fn no_user(url: &Url) -> Result<(), Error> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(());
    }
    Err(Error::NotAUrl {
        text: format!("{}://…@{}", url.scheme(), url.host_str().unwrap_or("")),
        why: "credentials do not belong into a URL".to_owned(),
    })
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
