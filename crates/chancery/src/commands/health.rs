//! `chancery health`: whether the running node can do its work, as an exit code.

use std::time::Duration;

use node::{health::Readiness, home::Home};

use crate::{
    exit::{NotProved, Unreachable},
    say::{self, Say},
};

/// How long the node may take to answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);

/// Asks the node on its socket.
pub(crate) async fn run(home: &Home, out: Say) -> anyhow::Result<()> {
    let client = reqwest::Client::builder()
        .unix_socket(home.socket())
        .timeout(ANSWER_TIME_MAX)
        .build()?;
    let answer = client.get("http://node/health/ready").send().await;
    let answer = answer.map_err(|error| Unreachable::node(&error))?;
    let body = answer.bytes().await;
    let body = body.map_err(|error| Unreachable::node(&error))?;
    let readiness: Readiness = serde_json::from_slice(&body)?;
    out.show(&readiness, |readiness| {
        if readiness.ready {
            say::line("the node is ready");
        }
    })?;
    match readiness.ready {
        true => Ok(()),
        false => {
            let reasons = readiness.reasons.join("; ");
            Err(NotProved(format!("the node is not ready: {reasons}")).into())
        }
    }
}
