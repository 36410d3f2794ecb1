//! Telling the service manager how the node stands: sd_notify(3), a few words in a datagram. Nobody listening is no
//! error: the same program runs by hand and in containers.

use std::{
    os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixDatagram},
    },
    time::Duration,
};

use crate::config;

/// The way to the service manager.
#[derive(Debug)]
pub(crate) struct Manager {
    to: Option<(UnixDatagram, SocketAddr)>,
    watchdog: Option<Duration>,
}

impl Manager {
    /// The manager that started this process, if one did and wants to be told.
    pub(crate) fn of_this_process() -> Self {
        let pid = config::variable("WATCHDOG_PID");
        let ours = pid.is_none_or(|pid| pid == std::process::id().to_string());
        let watchdog = config::variable("WATCHDOG_USEC").filter(|_| ours);
        let path = config::variable("NOTIFY_SOCKET");
        Self::new(path.as_deref(), watchdog.as_deref())
    }

    fn new(socket: Option<&str>, watchdog_usec: Option<&str>) -> Self {
        let address = socket.and_then(|path| match path.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name).ok(),
            None => SocketAddr::from_pathname(path).ok(),
        });
        let to = address.and_then(|address| Some((UnixDatagram::unbound().ok()?, address)));
        let micros = watchdog_usec.and_then(|usec| usec.parse().ok());
        let watchdog = micros.filter(|_| to.is_some()).map(Duration::from_micros);
        Self { to, watchdog }
    }

    /// How often it wants to hear that the node lives: half of what it bears.
    pub(crate) fn watchdog_pause(&self) -> Option<Duration> {
        self.watchdog.map(|time| time / 2)
    }

    /// The node serves.
    pub(crate) fn ready(&self, status: &str) {
        self.tell(&format!("READY=1\nSTATUS={}", one_line(status)));
    }

    /// The node lives.
    pub(crate) fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// The node reads its certificate again; `ready` follows. systemd goes by the monotonic clock.
    pub(crate) fn reloading(&self) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let micros = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000;
        self.tell(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
    }

    /// The node finishes what is under way.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=finishing what is under way");
    }

    fn tell(&self, words: &str) {
        let Some((socket, address)) = &self.to else {
            return;
        };
        if let Err(error) = socket.send_to_addr(words.as_bytes(), address) {
            tracing::warn!("the service manager cannot be told: {error}");
        }
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(manager: &UnixDatagram) -> String {
        let mut bytes = [0; 512];
        manager
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let count = manager.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..count].to_vec()).unwrap()
    }

    fn tells(listener: &UnixDatagram, socket: &str) {
        let node = Manager::new(Some(socket), Some("4000000"));
        assert_eq!(node.watchdog_pause(), Some(Duration::from_secs(2)));
        node.ready("serves\nall");
        assert_eq!(heard(listener), "READY=1\nSTATUS=serves all");
        node.reloading();
        let reloading = heard(listener);
        let micros = reloading
            .strip_prefix("RELOADING=1\nMONOTONIC_USEC=")
            .unwrap();
        assert!(micros.parse::<u64>().unwrap() > 0);
        node.alive();
        assert_eq!(heard(listener), "WATCHDOG=1");
    }

    #[test]
    fn a_manager_is_told_at_a_path() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        tells(&listener, path.to_str().unwrap());
    }

    #[test]
    fn a_manager_is_told_in_the_abstract() {
        let name = format!("chancery-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixDatagram::bind_addr(&address).unwrap();
        tells(&listener, &format!("@{name}"));
    }

    #[test]
    fn without_a_manager_nothing_happens() {
        for socket in [None, Some("/nowhere/notify"), Some("")] {
            let node = Manager::new(socket, None);
            node.ready("serves");
            assert_eq!(node.watchdog_pause(), None);
        }
        assert_eq!(Manager::new(None, Some("4000000")).watchdog_pause(), None);
    }
}
