//! Whether the node lives, and whether it can do its work: for service managers, containers and balancers.

use std::time::Duration;

use axum::{Json, extract::State};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::node::Node;

/// How long the store may take to answer.
const STORE_TIME_MAX: Duration = Duration::from_secs(2);
/// How long it may take before the node counts as hanging: a large import keeps it busy too.
const ALIVE_TIME_MAX: Duration = Duration::from_secs(20);
/// Free space below which the node takes no work, bytes.
const DISK_BYTES_MIN: u64 = 256 << 20;

/// Whether the node can do its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// It can.
    pub ready: bool,
    /// Why it cannot.
    pub reasons: Vec<String>,
}

impl Node {
    /// Whether the store answers at all, be it with an error. A node whose store hangs is helped by a restart, one whose
    /// disk is full is not.
    pub async fn is_alive(&self) -> bool {
        let asked = self.store().alarms(0, 1);
        tokio::time::timeout(ALIVE_TIME_MAX, asked).await.is_ok()
    }

    /// Looks whether the node can do its work: it is not stopping, the store answers, what it signs can be recorded.
    pub async fn readiness(&self) -> Readiness {
        let mut reasons = Vec::new();
        if self.running().is_leaving() || self.stopping().is_cancelled() {
            reasons.push("the node is stopping".to_owned());
        }
        match tokio::time::timeout(STORE_TIME_MAX, self.store().alarms(0, 1)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::error!("not ready, the store fails: {error}");
                reasons.push("the store fails".to_owned());
            }
            Err(_) => reasons.push(format!(
                "the store has not answered for {} s",
                STORE_TIME_MAX.as_secs()
            )),
        }
        let sign_state = self.home().sign_state();
        if rustix::fs::access(&sign_state, rustix::fs::Access::WRITE_OK).is_err() {
            reasons.push("the sign-state cannot be written".to_owned());
        }
        let free = rustix::fs::statvfs(self.home().dir())
            .map(|about| about.f_bavail.saturating_mul(about.f_frsize));
        if free.is_ok_and(|bytes| bytes < DISK_BYTES_MIN) {
            reasons.push(format!("less than {DISK_BYTES_MIN} bytes are free on disk"));
        }
        Readiness {
            ready: reasons.is_empty(),
            reasons,
        }
    }
}

/// `GET /health/live`: the process runs and answers.
pub(crate) async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "live": true }))
}

/// `GET /health/ready`: 200, or 503 with the reasons.
pub(crate) async fn ready(State(node): State<Node>) -> (StatusCode, Json<Readiness>) {
    let readiness = node.readiness().await;
    let status = match readiness.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness))
}
