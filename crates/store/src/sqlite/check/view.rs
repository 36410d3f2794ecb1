//! The view checked: every row is found by what it says, and is listed as what it is.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::error::StoreError;
use crate::position::{TrackId, low_bits};
use crate::sqlite::convert::Fields;
use crate::sqlite::objects::{self, KeyHash, Version, instant_ms, settle};
use crate::status::Finding;

/// Findings after which the rest is not looked at.
const FINDINGS_MAX: usize = 100;

pub(super) fn check(db: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let hash = KeyHash::of_store(db)?;
    let mut found = Vec::new();
    let mut statement = db.prepare(include_str!("view.sql"))?;
    let mut rows = statement.query([])?;
    // Listed versions by track and object, of those that share the first half of the hash.
    let mut group = BTreeMap::<(TrackId, String), Vec<Version<'static>>>::new();
    let mut group_key = None;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("objects", row);
        let (arrival, spec): (i64, u8) = (fields.get(0)?, fields.small(1)?);
        let order = objects::order(&fields, fields.text(3)?, 4)?;
        let stix_id = fields.text(5)?;
        let (key, ms): (i64, i64) = (fields.get(6)?, fields.get(7)?);
        let track = u32::try_from(arrival >> 40).ok().and_then(TrackId::new);
        let track = track.ok_or_else(|| fields.corrupt(format_args!("arrival is {arrival}")))?;
        if group_key.replace(key >> 32) != Some(key >> 32) {
            judge(&mut group, &mut found);
            group.clear();
        }
        if key != hash.of(track, &stix_id, &order) || ms != instant_ms(&order) {
            found.push(wrong(arrival, "is not found by its id and version"));
        }
        if objects::type_of_id(&stix_id) != fields.text(8)? {
            found.push(wrong(arrival, "is not found by its type"));
        }
        if fields.get::<Option<i64>>(2)?.is_some() {
            group.entry((track, stix_id)).or_default().push(Version {
                arrival,
                order: order.into(),
                spec,
                stored: Some(objects::listed_as(&fields, 2)?),
            });
        }
        if found.len() >= FINDINGS_MAX {
            break;
        }
    }
    judge(&mut group, &mut found);
    findings.append(&mut found);
    Ok(())
}

fn judge(group: &mut BTreeMap<(TrackId, String), Vec<Version<'static>>>, found: &mut Vec<Finding>) {
    for versions in group.values_mut() {
        versions.sort_by(|one, other| one.order.cmp(&other.order));
        for (at, (version, now)) in versions.iter().zip(settle(versions)).enumerate() {
            if version.stored != Some(now) {
                found.push(wrong(version.arrival, "is not listed as what it is"));
            }
            if versions[..at]
                .iter()
                .any(|other| other.order == version.order)
            {
                found.push(wrong(version.arrival, "is listed twice"));
            }
        }
    }
}

fn wrong(arrival: i64, what: &str) -> Finding {
    Finding {
        place: format!("track {}", arrival >> 40),
        what: format!("object {} {what}", low_bits(arrival)),
    }
}
