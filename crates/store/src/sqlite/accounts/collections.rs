//! What was set for collections and API roots.

use rusqlite::{Connection, params};

use super::short;
use crate::accounts::{CollectionSet, RootSet};
use crate::error::StoreError;
use crate::sqlite::convert::Fields;

pub(super) fn list(db: &Connection) -> Result<Vec<CollectionSet>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("collection_settings.sql"))?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("collection_settings", row);
        all.push(CollectionSet {
            collection: fields.text(0)?,
            root: fields.get(1)?,
            alias: fields.get(2)?,
            title: fields.get(3)?,
            description: fields.get(4)?,
            public: fields.get(5)?,
            judgement: fields.text(6)?,
            house_rules: fields.text(7)?,
            clearance: fields.small(8)?,
        });
    }
    Ok(all)
}

pub(super) fn roots(db: &Connection) -> Result<Vec<RootSet>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("root_settings.sql"))?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("root_settings", row);
        all.push(RootSet {
            root: fields.text(0)?,
            title: fields.get(1)?,
            description: fields.get(2)?,
        });
    }
    Ok(all)
}

pub(super) fn set(db: &Connection, set: &CollectionSet) -> Result<(), StoreError> {
    short("bytes of a collection's id", &set.collection)?;
    short("bytes of a judgement", &set.judgement)?;
    short("bytes of house rules", &set.house_rules)?;
    for text in [&set.root, &set.alias, &set.title, &set.description] {
        short("bytes of a setting", text.as_deref().unwrap_or_default())?;
    }
    db.prepare_cached(include_str!("set_collection.sql"))?
        .execute(params![
            set.collection,
            set.root,
            set.alias,
            set.title,
            set.description,
            set.public,
            set.judgement,
            set.house_rules,
            set.clearance
        ])?;
    Ok(())
}

pub(super) fn set_root(db: &Connection, set: &RootSet) -> Result<(), StoreError> {
    short("bytes of a root's name", &set.root)?;
    for text in [&set.title, &set.description] {
        short("bytes of a setting", text.as_deref().unwrap_or_default())?;
    }
    db.prepare_cached(include_str!("set_root.sql"))?
        .execute(params![set.root, set.title, set.description])?;
    Ok(())
}
