//! Admits connections. Counts them in all and per address, across all threads.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

use crate::{
    config::{ConnectionLimits, TrustedProxies},
    http::client,
};

/// How many surplus connections may get a refusal at the same time. Further ones are closed without an answer.
pub const REFUSED_AT_ONCE: usize = 64;

/// The state of a server's connections, shared by all threads.
#[derive(Debug)]
pub struct Connections {
    pub limits: ConnectionLimits,
    /// Whether browsers reach the server by https.
    pub is_https: bool,
    proxies: TrustedProxies,
    open: AtomicUsize,
    refused_now: AtomicUsize,
    /// Since the last report.
    refused: AtomicU64,
    by_network: Mutex<HashMap<IpAddr, usize>>,
    draining: AtomicBool,
    closing: AtomicBool,
}

/// How a new connection is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Full,
    /// Nearly all connections are taken: serves one request, with short deadlines, and only on essential paths.
    Hurried,
    /// Answers that the server is busy.
    Refused,
}

/// One connection's share of the limits. Released when it is dropped.
#[derive(Debug)]
pub struct Admission {
    connections: Arc<Connections>,
    pub service: Service,
    network: Option<IpAddr>,
}

impl Connections {
    pub fn new(limits: ConnectionLimits, proxies: TrustedProxies, is_https: bool) -> Self {
        Self {
            limits,
            is_https,
            proxies,
            open: AtomicUsize::new(0),
            refused_now: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            by_network: Mutex::default(),
            draining: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        }
    }

    /// None if there is no capacity even for a refusal. A trusted proxy brings everybody's requests, so it has no limit
    /// of its own.
    pub fn admit(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Admission> {
        let counted = peer.map(|peer| peer.to_canonical()).filter(|peer| !self.proxies.contains(*peer));
        let network = counted.map(client::network_of);
        if !self.take_share(network) {
            return self.admit_for_refusal();
        }
        let open = self.open.fetch_add(1, Relaxed) + 1;
        let mut admission = Admission { connections: self.clone(), service: Service::Full, network };
        if open > self.limits.connections {
            drop(admission);
            return self.admit_for_refusal();
        }
        if open > self.limits.connections - self.limits.connections / 8 {
            admission.service = Service::Hurried;
        }
        Some(admission)
    }

    /// Whether this is a trusted proxy.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.proxies.contains(peer.to_canonical())
    }

    fn take_share(&self, network: Option<IpAddr>) -> bool {
        let Some(network) = network else { return true };
        let mut by_network = self.by_network();
        let count = by_network.entry(network).or_default();
        let has_room = *count < self.limits.per_address;
        if has_room {
            *count += 1;
        }
        has_room
    }

    fn admit_for_refusal(self: &Arc<Self>) -> Option<Admission> {
        self.refused.fetch_add(1, Relaxed);
        let refused_now = self.refused_now.fetch_add(1, Relaxed);
        let admission = Admission { connections: self.clone(), service: Service::Refused, network: None };
        (refused_now < REFUSED_AT_ONCE).then_some(admission)
    }

    fn by_network(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_network.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of connections being served.
    pub fn open(&self) -> usize {
        self.open.load(Relaxed)
    }

    /// Whether half of the connections are taken. Idle ones then close earlier.
    pub fn is_crowded(&self) -> bool {
        self.open() > self.limits.connections / 2
    }

    /// Returns and resets the number of refused connections.
    pub fn take_refused(&self) -> u64 {
        self.refused.swap(0, Relaxed)
    }

    /// From now on, every answer ends its connection, and `/readyz` reports that the server is stopping.
    pub fn drain(&self) {
        self.draining.store(true, Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }

    /// From now on, idle connections end too.
    pub fn close_idle(&self) {
        self.closing.store(true, Relaxed);
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Relaxed)
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if self.service == Service::Refused {
            self.connections.refused_now.fetch_sub(1, Relaxed);
            return;
        }
        self.connections.open.fetch_sub(1, Relaxed);
        let Some(network) = self.network else { return };
        let mut by_network = self.connections.by_network();
        if let Some(count) = by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                by_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(connections: usize, per_address: usize) -> Arc<Connections> {
        let limits = ConnectionLimits { connections, per_address, ..ConnectionLimits::default() };
        let proxies = TrustedProxies::parse("10.0.0.1").unwrap();
        Arc::new(Connections::new(limits, proxies, false))
    }

    fn admit(connections: &Arc<Connections>, peer: &str) -> Option<Admission> {
        connections.admit(Some(peer.parse().unwrap()))
    }

    #[test]
    fn one_address_takes_its_share_and_no_more_and_gives_it_back() {
        let connections = connections(100, 2);
        let first = admit(&connections, "192.0.2.1").unwrap();
        let second = admit(&connections, "::ffff:192.0.2.1").unwrap();
        assert_eq!((first.service, second.service), (Service::Full, Service::Full));
        assert_eq!(admit(&connections, "192.0.2.1").unwrap().service, Service::Refused);
        assert_eq!(admit(&connections, "192.0.2.2").unwrap().service, Service::Full);
        drop(first);
        assert_eq!(admit(&connections, "192.0.2.1").unwrap().service, Service::Full);
        drop(second);
        assert_eq!((connections.open(), connections.by_network().len()), (0, 0));
        assert_eq!((connections.take_refused(), connections.take_refused()), (1, 0));
    }

    #[test]
    fn one_network_of_ipv6_is_one_address_and_a_trusted_proxy_has_no_limit() {
        let connections = connections(100, 1);
        let _first = admit(&connections, "2001:db8::1").unwrap();
        assert_eq!(admit(&connections, "2001:db8:0:ff::9").unwrap().service, Service::Refused);
        assert_eq!(admit(&connections, "2001:db8:1::1").unwrap().service, Service::Full);
        let proxied: Vec<_> = (0..50).filter_map(|_| admit(&connections, "10.0.0.1")).collect();
        assert!(proxied.len() == 50 && proxied.iter().all(|admission| admission.service == Service::Full));
    }

    #[test]
    fn the_last_eighth_is_hurried_then_refused_then_closed() {
        let connections = connections(16, 1_000);
        let held: Vec<_> = (0..16 + REFUSED_AT_ONCE).map(|_| admit(&connections, "192.0.2.1").unwrap()).collect();
        let services = held.iter().map(|admission| admission.service);
        let count = |wanted| services.clone().filter(|service| *service == wanted).count();
        assert_eq!((count(Service::Full), count(Service::Hurried)), (14, 2));
        assert_eq!(count(Service::Refused), REFUSED_AT_ONCE);
        assert!(admit(&connections, "192.0.2.1").is_none());
        drop(held);
        assert_eq!((connections.open(), connections.by_network().len()), (0, 0));
        assert_eq!(admit(&connections, "192.0.2.1").unwrap().service, Service::Full);
    }
}
