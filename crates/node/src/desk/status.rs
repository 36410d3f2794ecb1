//! Everything on one screen: what is due, what was asked, who holds what, who is reachable.

use dialogue::{Due, InquiryView as Asked, ItemAt, PartyId, Side, Standing, What, due};
use jiff::Timestamp;

use crate::{
    desk::{
        found::party_id,
        item,
        state::Folded,
        when::{self, from_micros, rfc3339, span},
    },
    directory::{Directory, short},
    error::ApiError,
    node::Node,
    setup::party_view,
    view::{AlarmView, DueView, InquiryView, PeerView, StatusView},
};

impl Node {
    /// How everything stands now.
    pub(crate) async fn status(&self) -> Result<StatusView, ApiError> {
        let (directory, now) = (self.directory(), self.clock().now());
        let me = party_id(self.me())?;
        let (mut inquiries, mut dues) = (Vec::new(), Vec::new());
        for dialogue in directory
            .dialogues()
            .iter()
            .filter(|each| each.in_force.is_some())
        {
            let folded = self.folded(dialogue.charter.object().id().as_str()).await?;
            let page = Page {
                directory: &directory,
                folded: &folded,
                now,
            };
            for track in dialogue.charter.tracks() {
                inquiries.extend(
                    folded
                        .state
                        .inquiries(track.name())
                        .map(|asked| page.inquiry(&asked)),
                );
            }
            dues.extend(
                due(&folded.state, now, &me)
                    .iter()
                    .map(|due| (due.by, due.side, page.due(due))),
            );
        }
        inquiries.sort_by(|a, b| a.sent.cmp(&b.sent));
        dues.sort_by_key(|(by, _, _)| *by);
        let (from_us, from_others): (Vec<_>, Vec<_>) =
            dues.into_iter().partition(|(_, side, _)| *side == Side::Us);
        let only = |dues: Vec<(_, _, DueView)>| dues.into_iter().map(|(_, _, due)| due).collect();
        Ok(StatusView {
            party: party_view(self.card()),
            now: rfc3339(now),
            tracks: self.tracks().await?,
            inquiries,
            due_from_us: only(from_us),
            due_from_others: only(from_others),
            peers: self.peers(&directory).await?,
            alarms: self.alarms(&directory).await?,
        })
    }

    async fn peers(&self, directory: &Directory) -> Result<Vec<PeerView>, ApiError> {
        let known = self.store().peers().await?;
        let others = directory.peers().filter(|(host, _)| *host != self.me());
        Ok(others
            .map(|(host, _)| {
                let held = known.iter().find(|peer| peer.host == host.as_str());
                let heard = held.and_then(|peer| peer.last_heard.max(peer.last_success));
                PeerView {
                    host: host.to_string(),
                    last_heard: heard.map(from_micros),
                    error: held.and_then(|peer| {
                        let (at, why) = peer.last_error.as_ref()?;
                        (Some(*at) > peer.last_success).then(|| why.clone())
                    }),
                }
            })
            .collect())
    }

    async fn alarms(&self, directory: &Directory) -> Result<Vec<AlarmView>, ApiError> {
        let origin = |log| {
            let mut logs = directory.logs();
            logs.find(|each| each.id == log)
                .map_or_else(String::new, |log| log.origin.to_string())
        };
        let alarms = self.all_alarms().await?.into_iter();
        Ok(alarms
            .map(|kept| AlarmView {
                id: kept.id,
                kind: kept.alarm.kind,
                origin: kept.alarm.log.map_or_else(String::new, origin),
                at: from_micros(kept.alarm.at),
                says: kept.alarm.detail,
                evidence: !kept.alarm.evidence.is_empty(),
            })
            .collect())
    }
}

/// One dialogue as it is shown.
struct Page<'a> {
    directory: &'a Directory,
    folded: &'a Folded,
    now: Timestamp,
}

impl Page<'_> {
    fn inquiry(&self, asked: &Asked) -> InquiryView {
        let status = asked.status(self.now);
        let words = match (status.overdue, status.standing) {
            (Some(_), _) => "overdue",
            (None, Standing::Open) => "open",
            (None, Standing::Pending { .. }) => "pending",
            (None, Standing::Partly) => "partly answered",
            (None, Standing::Answered) => "answered",
            (None, Standing::Declined) => "declined",
            (None, Standing::NotOurs) => "not ours",
            (None, Standing::Closed) => "closed",
        };
        let answer = asked.answers.last();
        InquiryView {
            item: self.directory.address_of(&asked.item),
            number: asked.number,
            from: asked.from.to_string(),
            to: asked.asked.party.to_string(),
            question: self
                .folded
                .words(&asked.item)
                .unwrap_or_default()
                .to_owned(),
            sent: rfc3339(asked.sent),
            due: when::in_offset(asked.due),
            status: words.to_owned(),
            answer: answer
                .and_then(|answer| self.folded.words(&answer.item))
                .map(str::to_owned),
            delivery: item::view(&asked.delivery),
        }
    }

    fn due(&self, due: &Due) -> DueView {
        // In a hurry people say the first label; where two share it, the whole host.
        let same = short(due.to.as_str()) == short(due.from.as_str());
        let brief = |party: &PartyId| match same {
            true => party.to_string(),
            false => short(party.as_str()).to_owned(),
        };
        let (whose, to) = match due.side {
            Side::Us => ("our".to_owned(), brief(&due.to)),
            Side::Them => (format!("{}'s", brief(&due.from)), "us".to_owned()),
        };
        let (item, what, says) = match &due.what {
            What::Answer {
                inquiry,
                number,
                office,
                ..
            } => {
                let item = self.directory.address_of(inquiry);
                let asker = match due.side {
                    Side::Us => format!("{to}'s"),
                    Side::Them => "our".to_owned(),
                };
                let says = format!(
                    "{asker} inquiry {number} ({item}) waits for the answer of {whose} {office}"
                );
                (item, "answer", says)
            }
            What::Acknowledgement { item, office } => {
                let item = self.directory.address_of(item);
                let of = office
                    .as_ref()
                    .map_or_else(String::new, |office| format!(" by {office}"));
                let says = format!("{item} waits for {whose} acknowledgement{of}");
                (item, "acknowledgement", says)
            }
            What::Receipt {
                log,
                first,
                items,
                window_full,
            } => {
                let item = self.directory.address_of(&ItemAt {
                    log: log.clone(),
                    seq: *first,
                });
                let full = if *window_full {
                    "; the window is full"
                } else {
                    ""
                };
                let noun = if *items == 1 {
                    "item waits"
                } else {
                    "items wait"
                };
                let says = format!("{items} {noun} for {whose} receipt, from {item} on{full}");
                (item, "receipt", says)
            }
        };
        let late = due
            .overdue
            .map_or_else(String::new, |by| format!(", overdue by {}", span(by)));
        DueView {
            item,
            what: what.to_owned(),
            from: due.from.to_string(),
            by: rfc3339(due.by.at()),
            overdue: due.overdue.is_some(),
            says: format!("{says}, due {}{late}", rfc3339(due.by.at())),
        }
    }
}
