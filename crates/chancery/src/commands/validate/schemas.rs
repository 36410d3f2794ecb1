//! Extensions against JSON schemas that lie in a directory; nothing is fetched (STIX 2.1 §7.3).

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, ensure};
use jsonschema::Validator;
use serde_json::Value;
use stix::{Severity, policy::HouseRule};

/// The rule that an extension is as the schema of its definition has it. The schema of an extension is the file of the
/// directory that is called `extension-definition--….json`; references to other places are not followed.
///
/// # Errors
/// The directory or a schema in it cannot be read, or there is none.
pub(super) fn rule(directory: &Path) -> anyhow::Result<HouseRule> {
    let at = || format!("{}", directory.display());
    let mut schemas = BTreeMap::new();
    for entry in std::fs::read_dir(directory).with_context(at)? {
        let path = entry.with_context(at)?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let Some(id) = stem.filter(|stem| stem.starts_with("extension-definition--")) else {
            continue;
        };
        schemas.insert(id.to_owned(), schema(&path)?);
    }
    ensure!(
        !schemas.is_empty(),
        "{}: no schema is called extension-definition--….json",
        directory.display()
    );
    let judge = move |object: stix::tree::Value<'_>| {
        let extensions = object.get("extensions")?;
        let broken = extensions.members().find_map(|(key, extension)| {
            let instance: Value = serde_json::from_str(extension.raw()).ok()?;
            let error = schemas.get(key)?.iter_errors(&instance).next()?;
            Some(format!("{key}{}: {error}", error.instance_path()))
        })?;
        Some(broken)
    };
    let hint = "write the extension as its definition has it";
    Ok(HouseRule::new(
        "extension.schema",
        Severity::Must,
        hint,
        judge,
    ))
}

fn schema(path: &Path) -> anyhow::Result<Validator> {
    let at = || format!("{} cannot be used", path.display());
    let text = std::fs::read(path).with_context(at)?;
    let schema: Value = serde_json::from_slice(&text).with_context(at)?;
    match jsonschema::validator_for(&schema) {
        Ok(validator) => Ok(validator),
        // The error borrows from the schema.
        Err(error) => Err(anyhow::anyhow!("{error}")).with_context(at),
    }
}
