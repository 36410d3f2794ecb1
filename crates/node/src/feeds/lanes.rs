//! One round of a feed at a time, and a way to stop it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

/// The feeds of a node that were ever run or changed since it was opened.
#[derive(Debug, Default)]
pub(crate) struct Lanes(Mutex<BTreeMap<String, Lane>>);

#[derive(Debug, Default, Clone)]
struct Lane {
    turn: Arc<AsyncMutex<()>>,
    /// Of the round that runs, or the next one.
    stop: CancellationToken,
}

/// A feed held by who has its turn: nobody else runs or changes it.
#[derive(Debug)]
pub(super) struct Turn {
    _guard: OwnedMutexGuard<()>,
    pub(super) stop: CancellationToken,
}

impl Lanes {
    /// Waits for a turn of the feed.
    pub(super) async fn turn(&self, name: &str) -> Turn {
        let lane = self.with(name, |lane| lane.clone());
        let guard = lane.turn.lock_owned().await;
        Turn {
            _guard: guard,
            // Who stopped the round before put a new token there.
            stop: self.with(name, |lane| lane.stop.clone()),
        }
    }

    /// Stops the round that runs, if one does, and waits for a turn.
    pub(super) async fn interrupt(&self, name: &str) -> Turn {
        let stop = self.with(name, |lane| std::mem::take(&mut lane.stop));
        stop.cancel();
        self.turn(name).await
    }

    /// Whether somebody has the feed's turn.
    pub(super) fn is_running(&self, name: &str) -> bool {
        self.with(name, |lane| lane.turn.try_lock().is_err())
    }

    fn with<T>(&self, name: &str, look: impl FnOnce(&mut Lane) -> T) -> T {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look(lanes.entry(name.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_interruption_stops_the_round_and_then_has_the_turn() {
        let lanes = Arc::new(Lanes::default());
        let running = lanes.turn("a").await;
        assert!(lanes.is_running("a") && !lanes.is_running("b"));
        let round = tokio::spawn(async move {
            // The whole turn, not the field alone: it is given back when the round ends.
            let running = running;
            running.stop.cancelled().await;
        });
        let turn = lanes.interrupt("a").await;
        round.await.unwrap();
        assert!(!turn.stop.is_cancelled(), "the next round is not stopped");
    }
}
