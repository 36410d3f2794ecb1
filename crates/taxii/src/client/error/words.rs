//! Parts of the messages.

use std::{error::Error as StdError, fmt, time::Duration};

use super::Shown;
use crate::client::said::one_line;

/// The innermost cause is the one a person can act on ("connection refused").
pub(in crate::client) fn innermost(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

pub(super) fn hint(shown: &Shown) -> &'static str {
    match shown {
        Shown::Yes => "; the credentials that were shown are not taken",
        Shown::NoneGiven => "; there are no credentials",
        Shown::OtherPlace => "; the credentials are for another place and were not shown",
    }
}

pub(super) fn after(wait: &Option<Duration>) -> String {
    wait.map(|wait| format!(", come back after {} s,", wait.as_secs()))
        .unwrap_or_default()
}

/// Names shown in a message.
const NAMES_SHOWN_MAX: usize = 20;

pub(super) fn list(names: &[String]) -> impl fmt::Display {
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown = names.iter().take(NAMES_SHOWN_MAX);
    let mut text = shown
        .map(|name| format!("`{}`", one_line(name)))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > NAMES_SHOWN_MAX {
        text.push_str(" and others");
    }
    text
}
