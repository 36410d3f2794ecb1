//! The trail of what was done here.

use rusqlite::{Connection, params};

use crate::accounts::{AUDIT_BATCH_MAX, AUDIT_FIELD_BYTES_MAX, AUDIT_LINES_MAX, Audit, NewAudit};
use crate::error::StoreError;
use crate::sqlite::convert::{Fields, at_most, int, row_limit};

pub(super) fn note(db: &Connection, lines: &[NewAudit]) -> Result<(), StoreError> {
    at_most(
        "lines in one call",
        lines.len() as u64,
        AUDIT_BATCH_MAX as u64,
    )?;
    let mut insert = db.prepare_cached(include_str!("insert_line.sql"))?;
    let mut newest = None;
    for line in lines {
        for field in [
            &line.who,
            &line.origin,
            &line.what,
            &line.target,
            &line.outcome,
        ] {
            at_most(
                "bytes of a field of the trail",
                field.len() as u64,
                AUDIT_FIELD_BYTES_MAX,
            )?;
        }
        let times = int("times of a line", line.times.max(1))?;
        let id: i64 = insert.query_row(
            params![
                line.at,
                line.who,
                line.origin,
                line.what,
                line.target,
                line.outcome,
                times
            ],
            |row| row.get(0),
        )?;
        newest = Some(id);
    }
    if let Some(newest) = newest {
        let kept = int("lines of the trail", AUDIT_LINES_MAX)?;
        db.prepare_cached(include_str!("forget_lines.sql"))?
            .execute([newest - kept])?;
    }
    Ok(())
}

pub(super) fn page(
    db: &Connection,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<Audit>, StoreError> {
    let before = int("line number", before.unwrap_or(i64::MAX.cast_unsigned()))?;
    let mut statement = db.prepare_cached(include_str!("trail.sql"))?;
    let mut rows = statement.query([before, row_limit(limit, AUDIT_BATCH_MAX)])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("trail", row);
        lines.push(Audit {
            id: fields.unsigned(0)?,
            line: NewAudit {
                at: fields.get(1)?,
                who: fields.text(2)?,
                origin: fields.text(3)?,
                what: fields.text(4)?,
                target: fields.text(5)?,
                outcome: fields.text(6)?,
                times: fields.unsigned(7)?,
            },
        });
    }
    Ok(lines)
}
