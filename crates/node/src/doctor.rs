//! What an operator can put right: each thing that was looked at, what was found, and what to do.

use std::os::unix::fs::PermissionsExt as _;

use jiff::Timestamp;
use store::SignedKind;

use crate::{
    error::ApiError,
    keys::Keys,
    node::Node,
    view::{Finding, StatusView},
};

/// Free space below which a warning is given, bytes.
const DISK_WARNING_BYTES: u64 = 5 << 30;
/// Free space below which the node will soon stop, bytes.
const DISK_FAULT_BYTES: u64 = 256 << 20;
/// Longest path of a Unix socket that every system takes, bytes.
const SOCKET_PATH_BYTES_MAX: usize = 100;
/// Fastest polling that makes sense, seconds.
const POLL_SECS_MIN: u64 = 1;

/// How bad a finding is.
#[derive(Clone, Copy)]
enum Level {
    Ok,
    Warning,
    Fault,
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, level: Level, subject: &str, says: impl Into<String>) {
        let level = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Fault => "fault",
        };
        self.0.push(Finding {
            level: level.to_owned(),
            subject: subject.to_owned(),
            says: says.into(),
        });
    }
}

impl Node {
    /// Looks at everything; what is well is told too.
    pub(crate) async fn doctor(&self) -> Result<Vec<Finding>, ApiError> {
        let mut found = Findings(Vec::new());
        self.settings_hold(&mut found);
        self.keys_hold(&mut found);
        self.files_hold(&mut found);
        self.clock_holds(&mut found).await?;
        self.disk_holds(&mut found);
        self.restored_logs(&mut found);
        let status = self.status().await?;
        self.exceptions(&mut found).await?;
        peers(&mut found, &status);
        dues(&mut found, &status);
        alarms(&mut found, &status);
        Ok(found.0)
    }

    fn settings_hold(&self, found: &mut Findings) {
        let (settings, card) = (self.settings(), self.card().card());
        let mut wrong = Vec::new();
        if settings.host != card.host.as_str() {
            wrong.push(format!(
                "`host` is {} and the card says {}; the host names the party for good, put it back",
                settings.host, card.host
            ));
        }
        if settings.url != card.url {
            wrong.push(format!(
                "`url` is {} and the card says {}; the others go by the card",
                settings.url, card.url
            ));
        }
        if settings.poll_secs < POLL_SECS_MIN {
            wrong.push(
                "`poll_secs` is 0; write how often the others are asked, in seconds".to_owned(),
            );
        }
        for witness in &settings.witnesses {
            if witness.keys.is_empty() {
                wrong.push(format!("the witness {} has no keys", witness.url));
            }
        }
        if wrong.is_empty() {
            found.add(
                Level::Ok,
                "settings",
                "they can be read and agree with the card",
            );
        }
        for says in wrong {
            found.add(Level::Fault, "settings", says);
        }
        let socket = self.home().socket();
        let bytes = socket.as_os_str().len();
        if bytes > SOCKET_PATH_BYTES_MAX {
            found.add(Level::Fault, "socket", format!(
                "{} is {bytes} bytes long, and a socket's path takes {SOCKET_PATH_BYTES_MAX}; move the node's directory up",
                socket.display()
            ));
        }
    }

    fn keys_hold(&self, found: &mut Findings) {
        // Loading refuses a mode that others can read, and a key that stands in two places.
        let keys = match Keys::load(self.home()) {
            Ok(keys) => keys,
            Err(error) => {
                found.add(Level::Fault, "keys", error.to_string());
                return;
            }
        };
        let card = self.card().card();
        let differs = [
            ("party", keys.party.vkeys() != card.party),
            ("receipt", keys.receipt.vkeys() != card.receipt),
            ("witness", keys.witness.vkeys() != card.witness),
            (
                "TLS",
                !card
                    .tls
                    .iter()
                    .any(|pin| pin.as_bytes() == keys.tls.pin().as_bytes()),
            ),
        ];
        for (role, _) in differs.iter().filter(|(_, differs)| *differs) {
            found.add(Level::Fault, "keys", format!(
                "the {role} keys are not those of the card, so the others will not believe them; restore the directory's own"
            ));
        }
        if differs.iter().all(|(_, differs)| !differs) {
            found.add(
                Level::Ok,
                "keys",
                "each has one role, only their owner can read them, and the card names them",
            );
        }
    }

    fn files_hold(&self, found: &mut Findings) {
        let path = self.home().dir();
        let mode = std::fs::metadata(path).map(|about| about.permissions().mode() & 0o777);
        if let Ok(mode) = mode
            && mode & 0o077 != 0
        {
            let says = format!("{} has mode {mode:o}: chmod go= {0}", path.display());
            found.add(Level::Fault, "files", says);
        }
    }

    async fn clock_holds(&self, found: &mut Findings) -> Result<(), ApiError> {
        let signed = self.sign_state().all().await.map_err(ApiError::internal)?;
        let last = signed
            .iter()
            .map(|(_, _, signed)| signed.time)
            .max()
            .unwrap_or(0);
        let now = self.clock().now();
        let last = i64::try_from(last)
            .ok()
            .and_then(|secs| Timestamp::from_second(secs).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH);
        if last > now {
            found.add(Level::Fault, "clock", format!(
                "it says {now:.0}, and this node signed something at {last:.0}; nothing is signed backwards, so set the clock right"
            ));
        } else {
            found.add(
                Level::Ok,
                "clock",
                format!(
                    "it says {now:.0}, after everything that was signed; the others must agree with it"
                ),
            );
        }
        let unsigned = self.unsigned_logs(&signed);
        for origin in unsigned {
            found.add(
                Level::Warning,
                "logs",
                format!("{origin} has signed nothing yet"),
            );
        }
        Ok(())
    }

    fn unsigned_logs(&self, signed: &[(SignedKind, String, store::Signed)]) -> Vec<String> {
        let directory = self.directory();
        let own = directory
            .logs()
            .filter(|log| log.mine && log.closed.is_none());
        own.filter(|log| {
            let mut signed = signed.iter();
            !signed.any(|(kind, origin, _)| {
                *kind == SignedKind::Checkpoint && *origin == log.origin.as_str()
            })
        })
        .map(|log| log.origin.to_string())
        .collect()
    }

    fn restored_logs(&self, found: &mut Findings) {
        for log in self.directory().logs() {
            if let Some(reason) = self.not_to_go_on(log.id) {
                let says = format!(
                    "{} was {reason}; with the next `serve`, or the next command that writes, it is closed and a \
                     successor opened",
                    log.origin
                );
                found.add(Level::Warning, "logs", says);
            }
        }
    }

    fn disk_holds(&self, found: &mut Findings) {
        let free = match rustix::fs::statvfs(self.home().dir()) {
            Ok(about) => about.f_bavail.saturating_mul(about.f_frsize),
            Err(error) => {
                found.add(
                    Level::Warning,
                    "disk",
                    format!("how much is free cannot be told: {error}"),
                );
                return;
            }
        };
        let mebibytes = free >> 20;
        let (level, advice) = match free {
            ..DISK_FAULT_BYTES => (
                Level::Fault,
                "; make room now, without it nothing is received or passed",
            ),
            DISK_FAULT_BYTES..DISK_WARNING_BYTES => {
                (Level::Warning, "; make room, the record only grows")
            }
            _ => (Level::Ok, ""),
        };
        found.add(level, "disk", format!("{mebibytes} MiB are free{advice}"));
    }

    async fn exceptions(&self, found: &mut Findings) -> Result<(), ApiError> {
        let counts = self.store().counts().await?;
        let directory = self.directory();
        for (log, count) in counts.excepted {
            let mut logs = directory.logs();
            let origin = logs
                .find(|each| each.id == log)
                .map_or_else(|| log.to_string(), |log| log.origin.to_string());
            found.add(Level::Warning, "exceptions", format!(
                "{count} items of {origin} could not be held and are excepted from receipts; they are tried again with each round"
            ));
        }
        Ok(())
    }
}

fn peers(found: &mut Findings, status: &StatusView) {
    for peer in &status.peers {
        match (&peer.error, &peer.last_heard) {
            (Some(error), heard) => {
                let heard = heard.as_deref().unwrap_or("never");
                found.add(
                    Level::Warning,
                    "peers",
                    format!(
                        "{} was not reached ({error}), and last heard {heard}",
                        peer.host
                    ),
                );
            }
            (None, None) => found.add(
                Level::Warning,
                "peers",
                format!("{} was never heard; `chancery sync` tries it", peer.host),
            ),
            (None, Some(heard)) => found.add(
                Level::Ok,
                "peers",
                format!("{} was last heard {heard}", peer.host),
            ),
        }
    }
}

fn dues(found: &mut Findings, status: &StatusView) {
    let dues = status.due_from_us.iter().chain(&status.due_from_others);
    for due in dues.filter(|due| due.overdue || due.says.contains("the window is full")) {
        found.add(Level::Warning, "due", due.says.clone());
    }
}

fn alarms(found: &mut Findings, status: &StatusView) {
    for alarm in &status.alarms {
        let level = if alarm.kind == "restored" {
            Level::Warning
        } else {
            Level::Fault
        };
        found.add(
            level,
            "alarms",
            format!(
                "{}: {} ({}): {}",
                alarm.at, alarm.kind, alarm.origin, alarm.says
            ),
        );
    }
}
