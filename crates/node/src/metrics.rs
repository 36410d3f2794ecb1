//! What the node counts, as Prometheus reads it. What happens is counted where it happens; what is there is looked up
//! when somebody asks (`scrape.rs`). Every label has a bounded set of values: routes are patterns, methods are those that
//! have names, collections and peers are the operator's own.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

mod process;
pub(crate) mod scrape;

/// Upper bounds of what a request may take, seconds: from a page out of memory to a large import.
const SECONDS_BOUNDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0,
];

/// What is counted. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    registry: Registry,
    requests: Family<Answer, Counter>,
    seconds: Family<Asked, Histogram>,
    answered_bytes: Family<Asked, Counter>,
    under_way: Gauge,
    open: Family<Of, Gauge>,
    not_served: Family<Why, Counter>,
    logins_failed: Counter,
    added: Family<Collection, Counter>,
    refused: Family<Collection, Counter>,
    rounds: Family<With, Counter>,
    failed_rounds: Family<With, Counter>,
}

/// What was asked: a method, and the pattern of the route.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) route: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Collection {
    collection: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct With {
    peer: String,
}

/// What is counted of the connections of one listener.
#[derive(Debug, Clone, Default)]
pub struct Connections {
    listener: &'static str,
    open: Gauge,
    refused: Family<Why, Counter>,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Of {
    listener: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Why {
    listener: &'static str,
    reason: Refusal,
}

/// Why a connection was not served.
#[derive(Debug, Clone, Copy, Hash, PartialEq, Eq, EncodeLabelValue)]
pub enum Refusal {
    /// Its address has too many.
    Address,
    /// No TLS came about, or not in time.
    Handshake,
}

impl Connections {
    /// How many are open.
    pub fn open(&self) -> Gauge {
        self.open.clone()
    }

    /// One was refused.
    pub fn refused(&self, reason: Refusal) {
        let listener = self.listener;
        self.refused.get_or_create(&Why { listener, reason }).inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let counted = Counted {
            registry: Registry::with_prefix("chancery"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS_BOUNDS)),
            answered_bytes: Family::default(),
            under_way: Gauge::default(),
            open: Family::default(),
            not_served: Family::default(),
            logins_failed: Counter::default(),
            added: Family::default(),
            refused: Family::default(),
            rounds: Family::default(),
            failed_rounds: Family::default(),
        };
        Self(Arc::new(counted.registered()))
    }
}

impl Counted {
    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register(
            "http_requests",
            "Requests answered, by method, route and status; status 0 is a client that left before",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "From the head of a request to the last byte of its answer",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register_with_unit(
            "http_response_body",
            "Bodies of answers, as they went over the wire",
            Unit::Bytes,
            self.answered_bytes.clone(),
        );
        registry.register(
            "http_requests_under_way",
            "Requests under way now",
            self.under_way.clone(),
        );
        registry.register(
            "connections_open",
            "Connections open now, and the one that is waited for",
            self.open.clone(),
        );
        registry.register(
            "connections_refused",
            "Connections that were not served",
            self.not_served.clone(),
        );
        registry.register(
            "logins_failed",
            "Attempts to log in that failed",
            self.logins_failed.clone(),
        );
        registry.register(
            "objects_added",
            "Objects taken into a collection",
            self.added.clone(),
        );
        registry.register(
            "objects_refused",
            "Objects refused for a collection",
            self.refused.clone(),
        );
        registry.register(
            "sync_rounds",
            "Rounds with another party",
            self.rounds.clone(),
        );
        registry.register(
            "sync_rounds_failed",
            "Rounds with another party in which something failed",
            self.failed_rounds.clone(),
        );
        self
    }
}

impl Metrics {
    /// Requests under way.
    pub(crate) fn under_way(&self) -> &Gauge {
        &self.0.under_way
    }

    /// A request was answered: with that status, in that time, with so many bytes.
    pub(crate) fn answered(&self, asked: &Asked, status: u16, time: Duration, bytes: u64) {
        let answer = Answer {
            method: asked.method,
            route: asked.route.clone(),
            status,
        };
        self.0.requests.get_or_create(&answer).inc();
        self.0
            .seconds
            .get_or_create(asked)
            .observe(time.as_secs_f64());
        self.0.answered_bytes.get_or_create(asked).inc_by(bytes);
    }

    /// What is counted of one listener: `web`, `parties`, `socket`.
    pub(crate) fn connections(&self, listener: &'static str) -> Connections {
        Connections {
            listener,
            open: self.0.open.get_or_create(&Of { listener }).clone(),
            refused: self.0.not_served.clone(),
        }
    }

    /// Somebody failed to log in.
    pub fn login_failed(&self) {
        self.0.logins_failed.inc();
    }

    /// So many objects were taken into a collection, and so many refused.
    pub fn passed(&self, collection: &str, added: u64, refused: u64) {
        let collection = Collection {
            collection: collection.to_owned(),
        };
        self.0.added.get_or_create(&collection).inc_by(added);
        self.0.refused.get_or_create(&collection).inc_by(refused);
    }

    /// A round with another party is over.
    pub fn went_round(&self, peer: &str, failed: bool) {
        let with = With {
            peer: peer.to_owned(),
        };
        self.0.rounds.get_or_create(&with).inc();
        self.0
            .failed_rounds
            .get_or_create(&with)
            .inc_by(failed.into());
    }

    fn registry(&self) -> &Registry {
        &self.0.registry
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// A gauge of what is a fraction.
type Fraction = Gauge<f64, AtomicU64>;
