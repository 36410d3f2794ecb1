use std::time::Duration;

use super::{error::Error, root::Root};
use crate::resource::{Progress, Status};

/// How long to wait for a pending status: asked again after `first`, then after twice as long each time up to
/// `pause_max`, for `total` in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The first pause.
    pub first: Duration,
    /// The longest one.
    pub pause_max: Duration,
    /// When to stop.
    pub total: Duration,
}

impl Default for Patience {
    /// A quarter of a second, 10 seconds, 2 minutes.
    fn default() -> Self {
        Self {
            first: Duration::from_millis(250),
            pause_max: Duration::from_secs(10),
            total: Duration::from_secs(120),
        }
    }
}

pub(super) async fn wait(
    root: &Root,
    mut status: Status,
    patience: &Patience,
) -> Result<Status, Error> {
    let mut pause = patience.first.min(patience.pause_max);
    let mut waited = Duration::ZERO;
    while status.status == Progress::Pending {
        if waited >= patience.total {
            return Err(Error::StillPending {
                url: root.at(&["status", &status.id])?.to_string(),
                pending_count: status.pending_count,
                waited,
            });
        }
        tokio::time::sleep(pause).await;
        waited += pause;
        status = root.status(&status.id).await?;
        pause = (pause * 2).min(patience.pause_max);
    }
    Ok(status)
}
