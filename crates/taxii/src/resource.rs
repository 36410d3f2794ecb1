//! The resources of TAXII 2.1 §3.6 to §5: the bodies of requests and answers.
//!
//! They are what the wire says and no more: text stays text, fields are public, and any combination may be built. What
//! a filter, a cursor or a media type *means* is in modules of their own.
//!
//! Reading is lenient where servers in the wild are careless and nothing is lost by it: members nobody knows are
//! skipped (TAXII 2.1 §6 allows custom properties), an optional member may be `null`, a list may be missing, `next` may be
//! a number. Writing
//! is strict: optional members are left out when they are absent, as §5.1.1 asks for empty lists.

mod api_root;
mod collection;
mod discovery;
mod envelope;
mod error_message;
mod manifest;
mod status;
mod versions;

pub use api_root::ApiRoot;
pub use collection::{Collection, Collections};
pub use discovery::Discovery;
pub use envelope::Envelope;
pub use error_message::ErrorMessage;
pub use manifest::{Manifest, ManifestRecord};
pub use status::{Progress, Status, StatusDetail};
pub use versions::Versions;

use serde::{Deserialize, Deserializer};

/// Reads `null` like a member that is not there.
fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// `next` is text (TAXII 2.1 §3.7); some servers write the number they mean.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Next {
        Text(String),
        Number(u64),
    }
    Ok(Option::deserialize(deserializer)?.map(|next| match next {
        Next::Text(text) => text,
        Next::Number(number) => number.to_string(),
    }))
}

/// Whether `more` is left out: absence means `false` (TAXII 2.1 §3.7, §5.3.1, §5.8.1).
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(more: &bool) -> bool {
    !*more
}

#[cfg(test)]
mod tests;
