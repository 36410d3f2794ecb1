//! What is shown to outsiders as it was signed: evidence against a party, and the checkpoints of a log.

use store::CosignatureKind;

use crate::{error::ApiError, node::Node, view::ProofView};

impl Node {
    /// The evidence kept with an alarm, and the policy to check it with.
    pub(crate) async fn evidence(&self, id: u64) -> Result<ProofView, ApiError> {
        let alarm = self
            .all_alarms()
            .await?
            .into_iter()
            .find(|alarm| alarm.id == id);
        let alarm = alarm
            .ok_or_else(|| ApiError::not_found(format!("there is no alarm {id}")))?
            .alarm;
        let log = self
            .directory()
            .logs()
            .find(|log| Some(log.id) == alarm.log)
            .cloned();
        let proof = String::from_utf8(alarm.evidence.to_vec()).unwrap_or_default();
        match log {
            Some(log) if !proof.is_empty() => Ok(ProofView {
                proof,
                policy: self.policy(&log, false),
                content: None,
            }),
            _ => Err(ApiError::not_found(format!(
                "alarm {id} ({}) comes without evidence: it rests on this node's word",
                alarm.kind
            ))),
        }
    }

    /// The newest checkpoint of a log that another party has receipted, or its newest, with every line held.
    pub(crate) async fn checkpoint(&self, track: &str, party: &str) -> Result<ProofView, ApiError> {
        let directory = self.directory();
        let track = directory.track(track).map_err(ApiError::not_found)?;
        let party = directory
            .party(&track, party)
            .map_err(ApiError::not_found)?;
        let log = directory.chain(&track, &party).pop();
        let log = log.ok_or_else(|| ApiError::not_found("that party has no log there"))?;
        let receipted = self.store().newest_cosigned(log.id).await?;
        let receipted = receipted
            .iter()
            .filter(|each| each.kind == CosignatureKind::Receipt)
            .map(|each| each.size)
            .max();
        let held = match receipted {
            Some(size) => self.store().checkpoint_at(log.id, size).await?,
            None => None,
        };
        let note = match held {
            Some(held) => Some(crate::offer::with_lines(
                &held.checkpoint.note,
                &held.cosignatures,
            )),
            None => self.checkpoint_note(&log).await?.map(|(_, note)| note),
        };
        let proof = note.ok_or_else(|| ApiError::not_found("that log has no checkpoint yet"))?;
        Ok(ProofView {
            proof,
            policy: self.policy(&log, receipted.is_some()),
            content: None,
        })
    }
}
