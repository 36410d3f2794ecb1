//! What an answer does to a track: which answer to an inquiry counts.

use jiff::Timestamp;

use super::inquiry::settles;
use super::irregular::Reason;
use super::step::Stepped;
use super::track::{Arrival, Position, Track, Waiting};
use crate::act::Fold;
use crate::act::answer::{Answer, Outcome};
use crate::id::Id;

/// What is known of an answer, whether it counts or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnswerState {
    pub(crate) id: Id,
    /// The identifier of what it says it answers.
    pub(crate) of: Id,
    pub(crate) outcome: Outcome,
    pub(crate) sent: Timestamp,
    /// The sub-questions that it answers.
    pub(crate) asks: Box<[u16]>,
    /// The inquiry that it counts for.
    pub(crate) inquiry: Option<Position>,
}

impl Fold for Answer {
    fn fold(&self, arrival: &Arrival, track: &mut Track) -> Result<(), Reason> {
        track.admit(arrival, self.object())?;
        let state = AnswerState {
            id: self.object().id().clone(),
            of: self.in_reply_to().id.clone(),
            outcome: self.outcome(),
            sent: arrival.sent,
            asks: self.answers().iter().map(|answer| answer.number).collect(),
            inquiry: None,
        };
        track.answers.insert(arrival.position, state);
        track.refer(arrival.position, self.in_reply_to(), Waiting::Answer)
    }
}

/// Whether an answer still adds something after the last one that counts.
///
/// After a full answer nothing does. A refusal can be taken back, not repeated.
pub(crate) fn adds(last: Option<Outcome>, next: Outcome) -> bool {
    match last {
        None | Some(Outcome::Partly | Outcome::Pending { .. }) => true,
        Some(Outcome::Answered) => false,
        Some(Outcome::Declined | Outcome::NotOurs) => {
            matches!(next, Outcome::Answered) || !settles(next)
        }
    }
}

impl Track {
    /// Decides whether the answer at `position` counts for what is at `target`.
    pub(super) fn judge_answer(
        &mut self,
        position: Position,
        target: Position,
    ) -> Result<(), Reason> {
        let answer = &self.answers[&position];
        let inquiry = self.inquiries.get(&target).ok_or(Reason::NotAnInquiry)?;
        if answer.of != inquiry.id {
            let (found, expected) = (answer.of.clone(), inquiry.id.clone());
            return Err(Reason::OtherId { found, expected });
        }
        if position.log.party == target.log.party {
            return Err(Reason::OwnItem);
        }
        if position.log.party != inquiry.asked {
            return Err(Reason::NotAsked {
                asked: self.party(inquiry.asked).clone(),
            });
        }
        if let Some(number) = answer
            .asks
            .iter()
            .copied()
            .find(|number| *number > inquiry.asks)
        {
            return Err(Reason::NoSuchAsk {
                number,
                asks: inquiry.asks,
            });
        }
        if let Some(last) = inquiry.answers.last()
            && !adds(inquiry.outcome, answer.outcome)
        {
            return Err(Reason::AlreadyAnswered {
                by: self.item_at(*last),
            });
        }
        self.count_answer(position, target);
        Ok(())
    }

    fn count_answer(&mut self, position: Position, target: Position) {
        let read_already = self
            .steps
            .get(&(position, target.log.party))
            .is_some_and(Stepped::is_attended);
        let (Some(answer), Some(inquiry)) = (
            self.answers.get_mut(&position),
            self.inquiries.get_mut(&target),
        ) else {
            return;
        };
        answer.inquiry = Some(target);
        inquiry.answers.push(position);
        inquiry.outcome = Some(answer.outcome);
        inquiry.answered_asks.extend(answer.asks.iter().copied());
        // An answer says more than an acknowledgement, so none is due any more; but the answer
        // is itself to be acknowledged, by who asked.
        self.unacknowledged.remove(&target);
        if inquiry.closed.is_none() && !read_already {
            self.unacknowledged.insert(position);
        }
        match inquiry.is_unsettled() {
            true => self.unsettled.insert(target),
            false => self.unsettled.remove(&target),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    #[test]
    fn only_what_adds_something_counts_after_an_answer() {
        let pending = Outcome::Pending {
            until: Moment::utc(Timestamp::UNIX_EPOCH),
        };
        let all = [
            Outcome::Answered,
            Outcome::Partly,
            Outcome::Declined,
            Outcome::NotOurs,
            pending,
        ];
        // After \ next:                  answered partly declined not ours pending
        let table = [
            (None, [true, true, true, true, true]),
            (Some(pending), [true, true, true, true, true]),
            (Some(Outcome::Partly), [true, true, true, true, true]),
            (Some(Outcome::Declined), [true, true, false, false, true]),
            (Some(Outcome::NotOurs), [true, true, false, false, true]),
            (Some(Outcome::Answered), [false, false, false, false, false]),
        ];
        for (last, expected) in table {
            assert_eq!(all.map(|next| adds(last, next)), expected, "after {last:?}");
        }
    }
}
