//! A proof that a party's log has no item of some class between two checkpoints that another party has receipted.

use record::{
    absence::AbsenceProof, entry::Class, hash::TreeSize, name::Host, opening::Opening,
    tree::frontier_at,
};
use store::{CosignatureKind, ReadLimits, StoredCheckpoint};

use crate::{
    desk::{
        item::{class_of, word},
        proof::whole_note,
        state::receiver,
    },
    directory::LogEntry,
    error::ApiError,
    held,
    node::Node,
    request::ProveAbsence,
    trees::Tiles,
    view::ProofView,
};

/// Most entries of one proof; each is about 90 bytes of it.
const ENTRIES_MAX: u64 = 500_000;
/// Items or checkpoints read at once.
const PAGE: usize = 4_096;

impl Node {
    /// Proves an absence.
    pub(crate) async fn prove_absence(&self, request: ProveAbsence) -> Result<ProofView, ApiError> {
        let directory = self.directory();
        let track = directory
            .track(&request.track)
            .map_err(ApiError::not_found)?;
        let party = directory
            .party(&track, &request.party)
            .map_err(ApiError::not_found)?;
        let log = directory.chain(&track, &party).pop().ok_or_else(|| {
            ApiError::not_found(format!("{party} has no log on `{}`", request.track))
        })?;
        let classes = classes(&request.classes)?;
        let (start, end) = self.window_of(&log, &request).await?;
        let (from, until) = (start.checkpoint.size, end.checkpoint.size);
        if until - from > ENTRIES_MAX {
            return Err(ApiError::invalid(format!(
                "from index {from} to {until} there are {} entries, and a proof holds {ENTRIES_MAX}; prove it in parts",
                until - from
            )));
        }
        let openings = self.openings(&log, from..until).await?;
        let directory = self.directory();
        for (index, opening) in (from..).zip(&openings) {
            let address = directory.address(&log, index);
            match opening.class() {
                None => {
                    return Err(ApiError::refused(
                        "not_disclosed",
                        format!(
                            "the class of {address} is not disclosed to this node, so it cannot be ruled out"
                        ),
                    ));
                }
                Some(class) if classes.contains(&class) => {
                    return Err(ApiError::refused(
                        "not_absent",
                        format!("there is one: {address} is of the class {}", word(class)),
                    ));
                }
                Some(_) => {}
            }
        }
        let size = TreeSize::new(from).map_err(ApiError::internal)?;
        let frontier = Tiles::Held(&**self.store(), log.id)
            .compute(|known| frontier_at(known, size))
            .await
            .map_err(ApiError::internal)?;
        let (start, end) = (whole_note(&start)?, whole_note(&end)?);
        let proof = AbsenceProof::new(&classes, start, end, &frontier, &openings)
            .and_then(|proof| proof.encode())
            .map_err(ApiError::internal)?;
        Ok(ProofView {
            proof: String::from_utf8(proof).map_err(ApiError::internal)?,
            policy: self.policy(&log, true),
            content: None,
        })
    }

    /// The receipted checkpoints at the two ends: the last before the window and the first that covers it.
    async fn window_of(
        &self,
        log: &LogEntry,
        request: &ProveAbsence,
    ) -> Result<(StoredCheckpoint, StoredCheckpoint), ApiError> {
        let held = self.store().log(log.id).await?.map_or(0, |held| held.size);
        let receipted = self.receipted(log, held).await?;
        let (Some(first), Some(last)) = (receipted.first(), receipted.last()) else {
            return Err(ApiError::refused(
                "not_receipted",
                format!(
                    "no other party has receipted any of {}, so nothing can be shown to be absent",
                    log.origin
                ),
            ));
        };
        let (earliest, latest) = (first.checkpoint.size, last.checkpoint.size);
        let starts = receipted
            .iter()
            .rev()
            .find(|each| each.checkpoint.size <= request.from);
        let start = match (starts, request.from) {
            (Some(start), _) => start,
            // The beginning is where the first receipt is.
            (None, 0) => first,
            (None, from) => {
                return Err(ApiError::refused(
                    "not_receipted",
                    format!(
                        "the first receipt covers the log up to index {earliest}, so a window may begin there, not at {from}"
                    ),
                ));
            }
        };
        let end = match request.until {
            None => last,
            Some(until) => receipted
                .iter()
                .find(|each| each.checkpoint.size >= until)
                .ok_or_else(|| {
                    ApiError::refused(
                        "not_receipted",
                        format!("receipts cover the log up to index {latest}, not up to {until}"),
                    )
                })?,
        };
        if end.checkpoint.size <= start.checkpoint.size {
            return Err(ApiError::refused(
                "not_receipted",
                format!(
                    "between index {} and the last receipt there are no entries yet",
                    start.checkpoint.size
                ),
            ));
        }
        Ok((start.clone(), end.clone()))
    }

    /// The checkpoints that another party has receipted, and that are held whole.
    async fn receipted(
        &self,
        log: &LogEntry,
        held: u64,
    ) -> Result<Vec<StoredCheckpoint>, ApiError> {
        let by_other = |by: Option<Host>| by.is_some_and(|by| by != log.party);
        let (mut all, mut from) = (Vec::new(), 0);
        loop {
            let page = self
                .store()
                .checkpoints(log.id, from..held + 1, PAGE)
                .await?;
            let Some(last) = page.last() else {
                return Ok(all);
            };
            from = last.checkpoint.size + 1;
            all.extend(page.into_iter().filter(|each| {
                let mut lines = each.cosignatures.iter();
                lines.any(|line| {
                    line.kind == CosignatureKind::Receipt && by_other(receiver(&line.name))
                })
            }));
        }
    }

    async fn openings(
        &self,
        log: &LogEntry,
        seqs: std::ops::Range<u64>,
    ) -> Result<Vec<Opening>, ApiError> {
        let limits = ReadLimits {
            items_max: PAGE,
            content_bytes_max: 0,
            ..ReadLimits::default()
        };
        let (mut all, mut next) = (Vec::new(), seqs.start);
        while next < seqs.end {
            let page = self.store().items(log.id, next..seqs.end, limits).await?;
            let Some(last) = page.last() else {
                return Err(ApiError::not_found(format!(
                    "item {next} of {} is not here",
                    log.origin
                )));
            };
            next = last.position.seq() + 1;
            for stored in &page {
                all.push(held::from_store(&stored.item.opening).map_err(ApiError::internal)?);
            }
        }
        Ok(all)
    }
}

fn classes(words: &[String]) -> Result<Vec<Class>, ApiError> {
    let mut classes = words
        .iter()
        .map(|word| class_of(word).map_err(ApiError::invalid))
        .collect::<Result<Vec<_>, _>>()?;
    classes.sort_by_key(|class| class.to_byte());
    classes.dedup();
    if classes.is_empty() {
        return Err(ApiError::invalid(
            "name at least one class whose absence is to be proved",
        ));
    }
    Ok(classes)
}
