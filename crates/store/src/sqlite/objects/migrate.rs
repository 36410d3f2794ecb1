//! Objects of a file from before there was a view (migration 2): they arrive again, in their old order.

use rusqlite::{Connection, params};

use super::arrive::{Arrival, arrive};
use crate::error::StoreError;
use crate::item::Hash;
use crate::position::{LOG_SIZE_MAX, TrackId};
use crate::sqlite::convert::Fields;

/// Rows held in memory at a time.
const CHUNK: i64 = 4_096;

/// A row as it was.
struct Before {
    position: i64,
    added: i64,
    content_hash: Hash,
    stix_id: String,
    version: String,
    spec: u8,
    held: bool,
}

/// Moves `objects_before_listing` into `objects`. Arrival numbers and times stay what they were.
pub(in crate::sqlite) fn arrive_again(db: &Connection) -> Result<(), StoreError> {
    let tracks: Vec<u32> = db
        .prepare("UPDATE tracks SET objects = 0, added_newest = 0 RETURNING id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for number in tracks {
        let track = TrackId::new(number)
            .ok_or_else(|| StoreError::corrupt("table tracks", format_args!("track {number}")))?;
        let mut after = track.key(0);
        loop {
            let (rows, last) = chunk(db, after, track.key(LOG_SIZE_MAX))?;
            let Some(last) = last else { break };
            after = last;
            let arrivals: Vec<Arrival<'_>> = rows.iter().map(Before::again).collect();
            arrive(db, track, &arrivals)?;
        }
    }
    db.execute_batch("DROP TABLE objects_before_listing")?;
    Ok(())
}

/// Some rows behind the key `after`, and the key of the last of them.
fn chunk(db: &Connection, after: i64, end: i64) -> Result<(Vec<Before>, Option<i64>), StoreError> {
    let mut statement = db.prepare_cached(include_str!("before_listing.sql"))?;
    let mut rows = statement.query(params![after, end, CHUNK])?;
    let (mut found, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let fields = Fields::new("objects", row);
        last = Some(fields.get(0)?);
        let spec_20: Option<bool> = fields.get(6)?;
        found.push(Before {
            position: fields.get(1)?,
            added: fields.get(2)?,
            content_hash: fields.get(3)?,
            stix_id: fields.text(4)?,
            version: fields.text(5)?,
            spec: if spec_20 == Some(true) { 20 } else { 21 },
            held: fields.get::<Option<bool>>(7)? == Some(true),
        });
    }
    Ok((found, last))
}

impl Before {
    fn again(&self) -> Arrival<'_> {
        Arrival {
            stix_id: &self.stix_id,
            version: &self.version,
            order: order(&self.version),
            spec: self.spec,
            content_hash: &self.content_hash,
            position: self.position,
            held: self.held,
            at: self.added,
        }
    }
}

/// What of a STIX timestamp sorts as its instant: neither the zone nor zeros at the end of the fraction. The
/// versions stored so far are all such timestamps, checked when they came, or empty.
fn order(version: &str) -> &str {
    let Some(text) = version.strip_suffix('Z') else {
        return "";
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_leaves_out_what_says_nothing() {
        for (version, expected) in [
            ("2016-01-20T12:31:10Z", "2016-01-20T12:31:10"),
            ("2016-01-20T12:31:10.000Z", "2016-01-20T12:31:10"),
            ("2016-01-20T12:31:10.120Z", "2016-01-20T12:31:10.12"),
            ("", ""),
            ("v1", ""),
        ] {
            assert_eq!(order(version), expected);
        }
    }
}
