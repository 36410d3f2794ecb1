//! `[taxii]`: how much TAXII gives and takes at once, and how long it remembers.

use serde::{Deserialize, Serialize};

use crate::intake::REQUEST_BYTES_MAX;

/// `[taxii]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaxiiSettings {
    /// Objects of a page when the client sets no `limit`.
    pub page_default: u32,
    /// Objects of a page, whatever `limit` the client sets.
    pub page_max: u32,
    /// Bytes of the objects of a page. A page is cut before it; one object larger than that is a page of its own.
    pub page_bytes_max: u64,
    /// Bytes of a body: `max_content_length` of every API root (§4.2.1).
    pub body_bytes_max: u64,
    /// Bytes of all bodies under way together; who comes after that is asked to come again.
    pub bodies_bytes_max: u64,
    /// Hours for which a status is shown after nothing of it was pending any more; §4.3 asks for 24.
    pub status_hours: u32,
    /// Statuses that are kept beyond the 24 hours of §4.3.
    pub statuses_max: u64,
}

impl Default for TaxiiSettings {
    fn default() -> Self {
        Self {
            page_default: 1_000,
            page_max: 10_000,
            page_bytes_max: 16 << 20,
            body_bytes_max: 100 << 20,
            bodies_bytes_max: 512 << 20,
            status_hours: 7 * 24,
            statuses_max: 100_000,
        }
    }
}

impl TaxiiSettings {
    /// Bytes of a body that are taken: never more than are read at once at all.
    pub fn max_content_length(&self) -> u64 {
        self.body_bytes_max.clamp(1, REQUEST_BYTES_MAX as u64)
    }

    /// Rows of a page, for what the client asked.
    pub(crate) fn rows(&self, asked: Option<u64>) -> usize {
        let max = u64::from(self.page_max).max(1);
        let asked = asked.unwrap_or(u64::from(self.page_default));
        usize::try_from(asked.clamp(1, max)).unwrap_or(usize::MAX)
    }
}
