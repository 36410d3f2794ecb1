//! How many connections there may be at once: on a listener, and from one address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::listen::Terms;

/// The places of one listener.
#[derive(Debug, Clone)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    max: u32,
    by_address: Arc<ByAddress>,
    open: Gauge,
}

#[derive(Debug)]
struct ByAddress {
    max: u32,
    open: Mutex<HashMap<IpAddr, u32>>,
}

/// A connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
    by_address: Arc<ByAddress>,
    address: Option<IpAddr>,
    open: Gauge,
}

impl Places {
    pub(super) fn of(terms: &Terms) -> Self {
        let max = terms.limits.connections_max;
        Self {
            all: Arc::new(Semaphore::new(max as usize)),
            max,
            by_address: Arc::new(ByAddress {
                max: terms.limits.connections_per_address_max,
                open: Mutex::default(),
            }),
            open: terms.connections.open(),
        }
    }

    /// Waits for a place.
    pub(super) async fn take(&self) -> Place {
        self.open.inc();
        Place {
            // Nobody closes the semaphore, so there is always a permit in the end.
            _permit: self.all.clone().acquire_owned().await.ok(),
            by_address: self.by_address.clone(),
            address: None,
            open: self.open.clone(),
        }
    }

    /// Waits until every place was given back, or the time is up.
    pub(super) async fn all_left(&self, time_max: Duration) {
        let _ = tokio::time::timeout(time_max, self.all.acquire_many(self.max)).await;
    }
}

impl Place {
    /// The place of a connection from `ip`; `None` when that address has all it may have.
    pub(super) fn counted(mut self, ip: IpAddr) -> Option<Self> {
        let address = neighbourhood(ip);
        let mut open = lock(&self.by_address.open);
        let count = open.entry(address).or_insert(0);
        let enters = *count < self.by_address.max;
        if enters {
            *count += 1;
        }
        drop(open);
        self.address = enters.then_some(address);
        enters.then_some(self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.dec();
        let Some(address) = self.address else { return };
        let mut open = lock(&self.by_address.open);
        if let Some(count) = open.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&address);
            }
        }
    }
}

/// What counts as one address: whoever has an IPv6 address has its /64.
fn neighbourhood(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::settings::WebLimits;

    #[tokio::test]
    async fn an_address_has_so_many_places_and_gets_them_back() {
        let limits = WebLimits {
            connections_per_address_max: 2,
            ..WebLimits::default()
        };
        let terms = Terms::new(limits, CancellationToken::new());
        let places = Places::of(&terms);
        let enter = async |ip: &str| places.take().await.counted(ip.parse().unwrap());
        let first = enter("2001:db8::1").await.unwrap();
        let _second = enter("2001:db8::ffff:2").await.unwrap();
        assert!(enter("2001:db8::3").await.is_none(), "one /64");
        assert!(enter("2001:db8:0:1::3").await.is_some(), "another");
        let _v4 = enter("192.0.2.1").await.unwrap();
        let _mapped = enter("::ffff:192.0.2.1").await.unwrap();
        assert!(enter("192.0.2.1").await.is_none(), "mapped is the same");
        drop(first);
        assert!(enter("2001:db8::3").await.is_some(), "given back");
        assert_eq!(lock(&places.by_address.open).len(), 2);
        assert_eq!(places.open.get(), 3);
    }
}
