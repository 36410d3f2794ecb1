//! The policy that goes with a proof: the keys of the log, and those of the parties whose receipt is asked for.

use std::fmt::Write as _;

use record::{key::Vkey, name::Host};

use crate::{directory::LogEntry, node::Node};

impl Node {
    /// A C2SP tlog-policy for one log: the log has signed with both keys, and of the other parties in its track at
    /// least one has receipted, if `receipted` says that one has.
    pub(crate) fn policy(&self, log: &LogEntry, receipted: bool) -> String {
        let mut text = format!(
            "# {} of {} on `{}`: both of its keys must have signed.\n",
            log.origin,
            log.party,
            log.track.terms.name()
        );
        // Writing to a string cannot fail.
        for key in log.verifier.keys() {
            let _ = writeln!(text, "log {key}");
        }
        let directory = self.directory();
        let others = log.track.terms.parties().iter();
        let receivers: Vec<(Host, [Vkey; 2])> = others
            .filter_map(|party| party.as_str().parse::<Host>().ok())
            .filter(|host| *host != log.party)
            .filter_map(|host| {
                let keys = directory.peer(&host)?.receipts.keys().clone();
                Some((host, keys))
            })
            .collect();
        for (host, [ed25519, ml_dsa]) in &receivers {
            let _ = write!(
                text,
                "# The receipt of {host}, with both of its keys.\n\
                 witness {host}/ed25519 {ed25519}\n\
                 witness {host}/ml-dsa-44 {ml_dsa}\n\
                 group {host} all {host}/ed25519 {host}/ml-dsa-44\n"
            );
        }
        if !receipted || receivers.is_empty() {
            text.push_str("# No receipt covers this yet, so none is asked for.\nquorum none\n");
        } else {
            let names: Vec<&str> = receivers.iter().map(|(host, _)| host.as_str()).collect();
            let _ = write!(
                text,
                "group receivers any {}\nquorum receivers\n",
                names.join(" ")
            );
        }
        text
    }
}
