//! What is looked up when somebody asks for the metrics, and who may.

use std::net::IpAddr;

use axum::{Extension, extract::State, response::IntoResponse};
use http::{HeaderMap, StatusCode, header};
use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{counter::Counter, family::Family, gauge::Gauge, info::Info},
    registry::{Registry, Unit},
};
use store::StoreError;

use crate::{
    access::{Permission, Remote},
    error::ApiError,
    metrics::{Fraction, process},
    node::Node,
};

/// The media type of what is shown: OpenMetrics 1.0, which every Prometheus since 2.5 reads.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Most alarms that are counted.
const ALARMS_MAX: usize = 10_000;

/// `GET /metrics`: for this machine, and for operators.
pub(crate) async fn show(
    State(node): State<Node>,
    remote: Option<Extension<Remote>>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let remote = remote.map(|Extension(remote)| remote);
    if !remote.is_some_and(|remote| is_this_machine(remote.ip, &headers)) {
        let remote = remote.ok_or_else(refused)?;
        let caller = node.caller(&headers, &remote).await?;
        if caller.is_anonymous() {
            return Err(crate::access::LoginError::Missing.into());
        }
        caller.may(Permission::Metrics).map_err(|_| refused())?;
    }
    let text = node.scrape().await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text))
}

fn refused() -> ApiError {
    let title = "metrics are shown to this machine and to operators";
    ApiError::new(StatusCode::FORBIDDEN, "forbidden", title)
}

/// Whether a request comes from this machine itself. What a reverse proxy on this machine sends on, one that was not
/// named as trusted, comes from anywhere.
fn is_this_machine(ip: IpAddr, headers: &HeaderMap) -> bool {
    let sent_on = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    ip.is_loopback() && !sent_on.iter().any(|name| headers.contains_key(*name))
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfLog {
    dialogue: String,
    track: String,
    party: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfFeed {
    feed: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

impl Node {
    /// Everything counted and everything looked up, as text.
    async fn scrape(&self) -> Result<String, ApiError> {
        let now = self.looked_up().await?;
        let mut process = Registry::default();
        process::register(&mut process);
        let mut text = String::new();
        for registry in [self.metrics().registry(), &now, &process] {
            encode_registry(&mut text, registry).map_err(ApiError::internal)?;
        }
        encode_eof(&mut text).map_err(ApiError::internal)?;
        Ok(text)
    }

    async fn looked_up(&self) -> Result<Registry, StoreError> {
        let mut registry = Registry::with_prefix("chancery");
        let version = Version {
            version: env!("CARGO_PKG_VERSION"),
        };
        registry.register("build", "What runs here", Info::new(version));
        let mut gauge = |name: &str, help: &str, unit: Option<Unit>, value: f64| {
            let gauge = Fraction::default();
            gauge.set(value);
            match unit {
                Some(unit) => registry.register_with_unit(name, help, unit, gauge),
                None => registry.register(name, help, gauge),
            }
        };
        let ready = self.readiness().await.ready;
        gauge(
            "ready",
            "1 if the node can do its work",
            None,
            f64::from(u8::from(ready)),
        );
        let disk = self.store().disk_use().await?;
        let bytes = (disk.database_bytes + disk.wal_bytes) as f64;
        gauge("store", "The record on disk", Some(Unit::Bytes), bytes);
        let alarms = self.store().alarms(0, ALARMS_MAX).await?.len() as f64;
        gauge("alarms", "Alarms on the record", None, alarms);
        if let Some(certificate) = self.running().certificate() {
            let left = certificate.validity().1.duration_since(self.clock().now());
            let days = left.as_secs_f64() / 86_400.0;
            let help = "Until the certificate of the web listener ends; negative once it has";
            gauge("certificate_left_days", help, None, days);
        }
        self.logs_looked_up(&mut registry).await?;
        self.feeds_looked_up(&mut registry).await?;
        Ok(registry)
    }

    async fn feeds_looked_up(&self, registry: &mut Registry) -> Result<(), StoreError> {
        let failures = Family::<OfFeed, Gauge>::default();
        let paused = Family::<OfFeed, Gauge>::default();
        let success = Family::<OfFeed, Fraction>::default();
        let moved = Family::<OfFeed, Counter>::default();
        let refused = Family::<OfFeed, Counter>::default();
        for feed in self.store().feeds().await? {
            let of = OfFeed {
                feed: feed.feed.name,
            };
            failures.get_or_create(&of).set(feed.failures.into());
            paused.get_or_create(&of).set(feed.paused.into());
            if let Some(at) = feed.last_success {
                success.get_or_create(&of).set(at as f64 / 1e6);
            }
            moved.get_or_create(&of).inc_by(feed.counts.moved);
            refused.get_or_create(&of).inc_by(feed.counts.refused);
        }
        let help = "Rounds of a feed that failed since the last that did not";
        registry.register("feed_rounds_failing", help, failures);
        registry.register("feed_paused", "1 if a feed rests", paused);
        let help = "When a round of a feed last ended well, since the Unix epoch";
        registry.register_with_unit("feed_last_success", help, Unit::Seconds, success);
        let help = "Objects that a feed took in or brought to the other server";
        registry.register("feed_objects_moved", help, moved);
        let help = "Objects of a feed that one side refused";
        registry.register("feed_objects_refused", help, refused);
        Ok(())
    }

    async fn logs_looked_up(&self, registry: &mut Registry) -> Result<(), StoreError> {
        let entries = Family::<OfLog, Gauge>::default();
        let unreceipted = Family::<OfLog, Gauge>::default();
        for log in self.directory().logs().filter(|log| log.closed.is_none()) {
            let of = OfLog {
                dialogue: log.track.dialogue_name.clone(),
                track: log.track.terms.name().to_string(),
                party: log.party.to_string(),
            };
            let size = self.store().log(log.id).await?.map_or(0, |held| held.size);
            entries.get_or_create(&of).set(gauged(size));
            // A private track has nobody to receipt it.
            if log.mine && !self.others(&log.track).is_empty() {
                let cosigned = self.store().newest_cosigned(log.id).await?;
                let receipts = cosigned
                    .iter()
                    .filter(|cosigned| cosigned.kind == store::CosignatureKind::Receipt);
                let held = receipts.map(|receipt| receipt.size).max().unwrap_or(0);
                unreceipted
                    .get_or_create(&of)
                    .set(gauged(size.saturating_sub(held)));
            }
        }
        let help = "Entries held of a party's open log in a track";
        registry.register("log_entries", help, entries);
        let help = "Entries of an own log that no other party has countersigned yet";
        registry.register("log_entries_unreceipted", help, unreceipted);
        Ok(())
    }
}

fn gauged(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn this_machine_is_nobody_behind_a_proxy() {
        let mut headers = HeaderMap::new();
        assert!(is_this_machine("127.0.0.1".parse().unwrap(), &headers));
        assert!(is_this_machine("::1".parse().unwrap(), &headers));
        assert!(!is_this_machine("0.0.0.0".parse().unwrap(), &headers));
        assert!(!is_this_machine("192.0.2.1".parse().unwrap(), &headers));
        let name = HeaderName::from_static("x-forwarded-for");
        headers.insert(name, HeaderValue::from_static("127.0.0.1"));
        assert!(!is_this_machine("127.0.0.1".parse().unwrap(), &headers));
    }
}
