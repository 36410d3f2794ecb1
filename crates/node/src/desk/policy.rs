//! The policy that goes with a proof: the keys of the log, and those of the parties whose receipt is asked for.

use std::fmt::Write as _;

use record::{key::Vkey, name::Host};

use crate::{directory::LogEntry, error::ApiError, node::Node};

impl Node {
    /// A C2SP tlog-policy for one log: the log has signed with both keys, and of the other parties in its track at
    /// least one has receipted, if `receipted` says that one has.
    pub(crate) fn policy(&self, log: &LogEntry, receipted: bool) -> String {
        let receivers = self.receivers(|host| log.track.has(host) && *host != log.party);
        write(&[log], &receivers, receipted)
    }

    /// A C2SP tlog-policy for all logs of a dialogue, with at least one receipt of any of its parties.
    pub(crate) fn dialogue_policy(&self, wanted: &str) -> Result<String, ApiError> {
        let directory = self.directory();
        let dialogue = directory
            .dialogue(wanted)
            .ok_or_else(|| ApiError::not_found(format!("there is no dialogue `{wanted}` here")))?;
        let id = dialogue.charter.object().id().as_str();
        let logs: Vec<&LogEntry> = directory
            .logs()
            .filter(|log| log.track.dialogue == id)
            .map(|log| &**log)
            .collect();
        let receivers = self.receivers(|host| logs.iter().any(|log| log.track.has(host)));
        Ok(write(&logs, &receivers, receivers.len() > 1))
    }

    fn receivers(&self, wanted: impl Fn(&Host) -> bool) -> Vec<(Host, [Vkey; 2])> {
        let directory = self.directory();
        let wanted = directory.peers().filter(|(host, _)| wanted(host));
        wanted
            .map(|(host, peer)| (host.clone(), peer.receipts.keys().clone()))
            .collect()
    }
}

/// Writing to a string cannot fail, so what `write!` says is passed over.
fn write(logs: &[&LogEntry], receivers: &[(Host, [Vkey; 2])], receipted: bool) -> String {
    let mut text = String::new();
    for log in logs {
        let track = log.track.terms.name();
        let _ = writeln!(
            text,
            "# {} of {} on `{track}`: both of its keys must have signed.",
            log.origin, log.party
        );
        for key in log.verifier.keys() {
            let _ = writeln!(text, "log {key}");
        }
    }
    for (host, [ed25519, ml_dsa]) in receivers {
        let _ = write!(
            text,
            "# The receipt of {host}, with both of its keys.\n\
             witness {host}/ed25519 {ed25519}\n\
             witness {host}/ml-dsa-44 {ml_dsa}\n\
             group {host} all {host}/ed25519 {host}/ml-dsa-44\n"
        );
    }
    if receipted && !receivers.is_empty() {
        let names: Vec<&str> = receivers.iter().map(|(host, _)| host.as_str()).collect();
        let _ = write!(
            text,
            "group receivers any {}\nquorum receivers\n",
            names.join(" ")
        );
    } else {
        text.push_str("# No receipt covers this yet, so none is asked for.\nquorum none\n");
    }
    text
}
