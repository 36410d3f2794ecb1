//! What is posted: the objects of a bundle, and the same again under other ids until there are enough.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

/// Spreads the number of a copy over the 32 bits that are exchanged in an id.
const SPREAD: u32 = 0x9e37_79b1;
/// `--xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`: where its hyphens are, counted from after `--`.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
/// Length of a UUID.
const UUID: usize = 36;

/// Objects as JSON without blanks.
#[derive(Debug)]
pub(crate) struct Data {
    objects: Vec<Object>,
}

/// One object, and how it is found.
#[derive(Debug)]
pub(crate) struct Object {
    text: String,
    /// Its id.
    pub(crate) id: String,
    /// Its type.
    pub(crate) kind: String,
    /// Its version.
    pub(crate) version: String,
}

/// The body of a POST.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    /// Objects in it.
    pub(crate) objects: usize,
    /// Its JSON.
    pub(crate) body: Bytes,
}

#[derive(Deserialize)]
struct Bundle {
    objects: Vec<Value>,
}

impl Data {
    /// Of a bundle in a file, or of the sample in the repository.
    pub(crate) fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../crates/chancery/data/ics-attack-18.1.json.zst");
        let path = path.map_or(sample, PathBuf::from);
        let text = unpacked(&path).with_context(|| path.display().to_string())?;
        let bundle: Bundle = serde_json::from_slice(&text)?;
        let objects: Vec<Object> = bundle.objects.iter().map(Object::read).collect();
        ensure!(!objects.is_empty(), "{} has no objects", path.display());
        Ok(Self { objects })
    }

    /// The objects of the bundle itself, which are the first of those posted.
    pub(crate) fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The text of each of `count` objects.
    pub(crate) fn texts(&self, count: usize) -> impl Iterator<Item = String> {
        (0..)
            .map(move |index| index / self.objects.len())
            .zip(self.objects.iter().cycle())
            .take(count)
            .map(|(copy, object)| renamed(&object.text, u32::try_from(copy).unwrap_or(u32::MAX)))
    }

    /// `count` objects in envelopes of `size`.
    pub(crate) fn envelopes(&self, count: usize, size: usize) -> Vec<Envelope> {
        let texts: Vec<String> = self.texts(count).collect();
        texts.chunks(size).map(Envelope::of).collect()
    }

    /// One envelope of nearly `bytes` bytes, of objects that are in no other.
    pub(crate) fn large(&self, bytes: usize) -> Envelope {
        // Copies that no envelope of a run gets to.
        let copies = (u32::MAX / 2..).flat_map(|copy| {
            let objects = self.objects.iter();
            objects.map(move |object| renamed(&object.text, copy))
        });
        let mut left = bytes.saturating_sub(64);
        let texts: Vec<String> = copies
            .map_while(|text| {
                left = left.checked_sub(text.len() + 1)?;
                Some(text)
            })
            .collect();
        Envelope::of(&texts)
    }
}

impl Object {
    fn read(value: &Value) -> Self {
        let member = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let modified = member("modified");
        Self {
            text: value.to_string(),
            id: member("id"),
            kind: member("type"),
            version: if modified.is_empty() {
                member("created")
            } else {
                modified
            },
        }
    }
}

impl Envelope {
    fn of(texts: &[String]) -> Self {
        let body = format!(r#"{{"objects":[{}]}}"#, texts.join(","));
        Self {
            objects: texts.len(),
            body: Bytes::from(body),
        }
    }
}

fn unpacked(path: &Path) -> anyhow::Result<Vec<u8>> {
    match path.extension().and_then(|name| name.to_str()) {
        Some("xz") => {
            let output = Command::new("xz").arg("-dc").arg(path).output()?;
            ensure!(output.status.success(), "xz failed");
            Ok(output.stdout)
        }
        Some("zst") => {
            let mut text = Vec::new();
            zstd::Decoder::new(fs::File::open(path)?)?.read_to_end(&mut text)?;
            Ok(text)
        }
        _ => Ok(fs::read(path)?),
    }
}

/// The object with every id in it exchanged, those it refers to alike, so that a copy is a graph of its own. Copy 0 is
/// the original.
fn renamed(text: &str, copy: u32) -> String {
    if copy == 0 {
        return text.to_owned();
    }
    let mask = copy.wrapping_mul(SPREAD);
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("--") {
        let (before, after) = rest.split_at(at + 2);
        renamed.push_str(before);
        rest = after;
        let bytes = after.as_bytes();
        let is_id = bytes.len() >= UUID && HYPHENS.iter().all(|at| bytes[*at] == b'-');
        if is_id
            && let Some(head) = after.get(..8)
            && let Ok(number) = u32::from_str_radix(head, 16)
        {
            renamed.push_str(&format!("{:08x}", number ^ mask));
            rest = &after[8..];
        }
    }
    renamed.push_str(rest);
    renamed
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn a_copy_has_other_ids_and_nothing_else() {
        let text =
            r#"{"id":"tool--01234567-89ab-4cde-8123-0123456789ab","a":"x -- y","b":"--not-an-id"}"#;
        assert_eq!(renamed(text, 0), text);
        let copy = renamed(text, 1);
        assert_eq!(
            copy,
            text.replace("01234567-", "9f149cd6-")
                .replace("9f149cd6-", &copy[13..22])
        );
        assert_ne!(copy, text);
        assert_eq!(copy.len(), text.len());
        assert!(copy.contains("x -- y") && copy.contains("--not-an-id"));
    }
}
