//! Users, their certificates and their grants.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::short;
use crate::accounts::{GRANTS_MAX, Grant, Scope, USER_PINS_MAX, USERS_MAX, User};
use crate::error::StoreError;
use crate::item::Hash;
use crate::sqlite::convert::{Fields, at_most};

pub(super) fn list(db: &Connection) -> Result<Vec<User>, StoreError> {
    let mut pins: BTreeMap<String, Vec<Hash>> = BTreeMap::new();
    let mut statement = db.prepare_cached(include_str!("pins.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("user_pins", row);
        pins.entry(fields.text(0)?)
            .or_default()
            .push(fields.get(1)?);
    }
    let mut statement = db.prepare_cached(include_str!("users.sql"))?;
    let mut rows = statement.query([])?;
    let mut users = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("users", row);
        let name = fields.text(0)?;
        users.push(User {
            role: fields.text(1)?,
            password: fields.get(2)?,
            disabled: fields.get(3)?,
            pins: pins.remove(&name).unwrap_or_default(),
            created: fields.get(4)?,
            name,
        });
    }
    Ok(users)
}

pub(super) fn create(db: &Connection, user: &User) -> Result<(), StoreError> {
    check(user)?;
    if exists(db, &user.name)? {
        return Err(StoreError::UserExists {
            name: user.name.clone(),
        });
    }
    let users: u64 = count(db, include_str!("count_users.sql"))?;
    at_most("users", users + 1, USERS_MAX)?;
    db.prepare_cached(include_str!("insert_user.sql"))?
        .execute(params![
            user.name,
            user.role,
            user.password,
            user.disabled,
            user.created
        ])?;
    set_pins(db, user)
}

pub(super) fn set(db: &Connection, user: &User) -> Result<(), StoreError> {
    check(user)?;
    let changed = db
        .prepare_cached(include_str!("set_user.sql"))?
        .execute(params![user.name, user.role, user.password, user.disabled])?;
    if changed == 0 {
        return Err(no_such(&user.name));
    }
    set_pins(db, user)
}

pub(super) fn delete(db: &Connection, name: &str) -> Result<(), StoreError> {
    match db
        .prepare_cached(include_str!("delete_user.sql"))?
        .execute([name])?
    {
        0 => Err(no_such(name)),
        _ => Ok(()),
    }
}

/// Does `change`, which is about `name`, and undoes it if that leaves no enabled operator where there was one.
pub(super) fn keeping_an_operator(
    db: &Connection,
    name: &str,
    last_too: bool,
    change: impl FnOnce(&Connection) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let operators = include_str!("count_operators.sql");
    let before: u64 = count(db, operators)?;
    change(db)?;
    if !last_too && before > 0 && count(db, operators)? == 0 {
        // The transaction is rolled back with this.
        return Err(StoreError::LastOperator {
            name: name.to_owned(),
        });
    }
    Ok(())
}

pub(super) fn exists(db: &Connection, name: &str) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached(include_str!("user_exists.sql"))?
        .exists([name])?)
}

pub(super) fn no_such(name: &str) -> StoreError {
    StoreError::NoSuchUser {
        name: name.to_owned(),
    }
}

pub(super) fn count(db: &Connection, sql: &'static str) -> Result<u64, StoreError> {
    let rows: i64 = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(rows.cast_unsigned())
}

fn check(user: &User) -> Result<(), StoreError> {
    short("bytes of a user's name", &user.name)?;
    if let Some(password) = &user.password {
        short("bytes of a password's hash", password)?;
    }
    at_most(
        "certificates of a user",
        user.pins.len() as u64,
        USER_PINS_MAX,
    )
    .map(|_| ())
}

fn set_pins(db: &Connection, user: &User) -> Result<(), StoreError> {
    db.prepare_cached(include_str!("delete_pins.sql"))?
        .execute([&user.name])?;
    let mut holder = db.prepare_cached(include_str!("pin.sql"))?;
    let mut insert = db.prepare_cached(include_str!("insert_pin.sql"))?;
    for pin in &user.pins {
        let held: Option<String> = holder.query_row([pin], |row| row.get(0)).optional()?;
        match held {
            None => {
                insert.execute(params![pin, user.name])?;
            }
            Some(held) if held == user.name => {}
            Some(held) => return Err(StoreError::PinTaken { user: held }),
        }
    }
    Ok(())
}

pub(super) fn grants(db: &Connection) -> Result<Vec<Grant>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("grants.sql"))?;
    let mut rows = statement.query([])?;
    let mut grants = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("grants", row);
        let (scope, target) = (fields.text(1)?, fields.text(2)?);
        grants.push(Grant {
            user: fields.text(0)?,
            scope: match scope.as_str() {
                "all" => Scope::All,
                "root" => Scope::Root(target),
                "collection" => Scope::Collection(target),
                other => return Err(fields.corrupt(format_args!("scope is {other:?}"))),
            },
            read: fields.get(3)?,
            write: fields.get(4)?,
            granted: fields.get(5)?,
        });
    }
    Ok(grants)
}

pub(super) fn grant(db: &Connection, grant: &Grant) -> Result<(), StoreError> {
    if !exists(db, &grant.user)? {
        return Err(no_such(&grant.user));
    }
    let (scope, target) = words(&grant.scope);
    short("bytes of what a grant is for", target)?;
    db.prepare_cached(include_str!("set_grant.sql"))?
        .execute(params![
            grant.user,
            scope,
            target,
            grant.read,
            grant.write,
            grant.granted
        ])?;
    let grants: u64 = count(db, include_str!("count_grants.sql"))?;
    at_most("grants", grants, GRANTS_MAX).map(|_| ())
}

pub(super) fn revoke(db: &Connection, user: &str, from: &Scope) -> Result<(), StoreError> {
    let (scope, target) = words(from);
    match db
        .prepare_cached(include_str!("delete_grant.sql"))?
        .execute([user, scope, target])?
    {
        0 => Err(StoreError::NoSuchGrant {
            user: user.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn words(scope: &Scope) -> (&'static str, &str) {
    match scope {
        Scope::All => ("all", ""),
        Scope::Root(name) => ("root", name),
        Scope::Collection(id) => ("collection", id),
    }
}
