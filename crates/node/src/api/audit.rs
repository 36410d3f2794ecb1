//! The trail of what was done here.

use axum::{Json, extract::State};
use store::accounts::AUDIT_BATCH_MAX;

use crate::{
    api::body::Asked,
    desk::when::from_micros,
    error::ApiError,
    node::Node,
    request::accounts::AuditAsked,
    view::accounts::{AuditPage, AuditView},
};

/// Lines of a page when nothing is said.
const PAGE_LINES_DEFAULT: usize = 100;

/// `GET /api/v1/audit[?before=][&limit=]`: newest first.
pub async fn page(
    State(node): State<Node>,
    Asked(asked): Asked<AuditAsked>,
) -> Result<Json<AuditPage>, ApiError> {
    let limit = asked.limit.unwrap_or(PAGE_LINES_DEFAULT);
    let limit = limit.clamp(1, AUDIT_BATCH_MAX);
    let lines = node.store().trail(asked.before, limit).await?;
    let before = (lines.len() == limit)
        .then(|| lines.last().map(|line| line.id))
        .flatten();
    let lines = lines.into_iter().map(|audit| AuditView {
        id: audit.id,
        at: from_micros(audit.line.at),
        who: audit.line.who,
        from: audit.line.origin,
        what: audit.line.what,
        target: audit.line.target,
        outcome: audit.line.outcome,
        times: audit.line.times,
    });
    Ok(Json(AuditPage {
        lines: lines.collect(),
        before,
    }))
}
