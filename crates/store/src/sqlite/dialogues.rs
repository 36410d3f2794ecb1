//! Dialogues and the declarations of their logs.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::convert::{Fields, at_most, int};
use crate::dialogue::{Declaration, Dialogue, DialogueState};
use crate::error::StoreError;
use crate::store::BATCH_MAX;
use crate::watch::TEXT_BYTES_MAX;

pub(super) fn create(db: &Connection, dialogue: &Dialogue) -> Result<(), StoreError> {
    let inserted = db
        .prepare_cached(include_str!("dialogues/insert.sql"))?
        .execute(params![
            dialogue.id,
            &dialogue.charter[..],
            state_text(dialogue.state),
            dialogue.created
        ])?;
    if inserted == 0 {
        return Err(StoreError::DialogueExists {
            id: dialogue.id.clone(),
        });
    }
    Ok(())
}

pub(super) fn set_charter(db: &Connection, id: &str, charter: &[u8]) -> Result<(), StoreError> {
    match state(db, id)? {
        None => Err(no_such(id)),
        Some(DialogueState::Closed) => Err(StoreError::DialogueClosed { id: id.to_owned() }),
        Some(DialogueState::Draft | DialogueState::InForce | DialogueState::Suspended) => {
            db.prepare_cached(include_str!("dialogues/set_charter.sql"))?
                .execute(params![id, charter])?;
            Ok(())
        }
    }
}

pub(super) fn set_state(db: &Connection, id: &str, state: DialogueState) -> Result<(), StoreError> {
    let changed = db
        .prepare_cached(include_str!("dialogues/set_state.sql"))?
        .execute(params![id, state_text(state)])?;
    if changed == 0 {
        Err(no_such(id))
    } else {
        Ok(())
    }
}

pub(super) fn one(db: &Connection, id: &str) -> Result<Option<Dialogue>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("dialogues/one.sql"))?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(dialogue).transpose()
}

pub(super) fn list(db: &Connection) -> Result<Vec<Dialogue>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("dialogues/list.sql"))?;
    let mut rows = statement.query([])?;
    let mut dialogues = Vec::new();
    while let Some(row) = rows.next()? {
        dialogues.push(dialogue(row)?);
    }
    Ok(dialogues)
}

pub(super) fn add_declarations(
    db: &Connection,
    declarations: &[Declaration],
) -> Result<usize, StoreError> {
    at_most(
        "declarations in one call",
        declarations.len() as u64,
        BATCH_MAX as u64,
    )?;
    let mut held = db.prepare_cached(include_str!("dialogues/declaration.sql"))?;
    let mut insert = db.prepare_cached(include_str!("dialogues/insert_declaration.sql"))?;
    let mut added = 0;
    for new in declarations {
        let serial = int("declaration serial", new.serial)?;
        at_most(
            "bytes of a declaration",
            new.note.len() as u64,
            TEXT_BYTES_MAX,
        )?;
        if state(db, &new.dialogue)?.is_none() {
            return Err(no_such(&new.dialogue));
        }
        let same = held
            .query_row(params![new.origin, serial], |row| {
                Ok(row.get_ref(0)?.as_str()? == new.dialogue
                    && row.get_ref(1)?.as_str()? == new.note)
            })
            .optional()?;
        match same {
            Some(true) => {}
            Some(false) => {
                return Err(StoreError::DeclarationDiffers {
                    origin: new.origin.clone(),
                    serial: new.serial,
                });
            }
            None => {
                insert.execute(params![new.origin, serial, new.dialogue, new.note])?;
                added += 1;
            }
        }
    }
    Ok(added)
}

pub(super) fn declarations(db: &Connection, id: &str) -> Result<Vec<Declaration>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("dialogues/declarations.sql"))?;
    let mut rows = statement.query([id])?;
    let mut declarations = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("declarations", row);
        declarations.push(Declaration {
            dialogue: fields.text(0)?,
            origin: fields.text(1)?,
            serial: fields.unsigned(2)?,
            note: fields.text(3)?,
        });
    }
    Ok(declarations)
}

/// Where a dialogue stands; `None` if there is none.
pub(super) fn state(db: &Connection, id: &str) -> Result<Option<DialogueState>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("dialogues/state.sql"))?;
    let mut rows = statement.query([id])?;
    rows.next()?
        .map(|row| state_of(&Fields::new("dialogues", row), 0))
        .transpose()
}

pub(super) fn no_such(id: &str) -> StoreError {
    StoreError::NoSuchDialogue { id: id.to_owned() }
}

fn dialogue(row: &Row<'_>) -> Result<Dialogue, StoreError> {
    let fields = Fields::new("dialogues", row);
    Ok(Dialogue {
        id: fields.text(0)?,
        charter: fields.bytes(1)?,
        state: state_of(&fields, 2)?,
        created: fields.get(3)?,
    })
}

fn state_text(state: DialogueState) -> &'static str {
    match state {
        DialogueState::Draft => "draft",
        DialogueState::InForce => "in_force",
        DialogueState::Suspended => "suspended",
        DialogueState::Closed => "closed",
    }
}

fn state_of(fields: &Fields<'_, '_>, column: usize) -> Result<DialogueState, StoreError> {
    match fields.text(column)?.as_str() {
        "draft" => Ok(DialogueState::Draft),
        "in_force" => Ok(DialogueState::InForce),
        "suspended" => Ok(DialogueState::Suspended),
        "closed" => Ok(DialogueState::Closed),
        other => Err(fields.corrupt(format_args!("state is {other:?}"))),
    }
}
