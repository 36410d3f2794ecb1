//! What a command's exit code means, as types: an error carries its code, and `main` has one place that maps it.

use std::{fmt, process::ExitCode};

use http::StatusCode;
use node::{api::ApiErrorBody, feeds::UNREACHABLE, home::HomeError};

/// The exit codes, as `chancery --help` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and all holds.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// The command was used wrongly.
    Usage = 2,
    /// A proof, a record or a state does not hold.
    NotProved = 3,
    /// Refused; nothing was changed.
    Refused = 4,
    /// The node or the other side cannot be reached.
    Unreachable = 5,
    /// What was verified holds together; that its keys are the parties' was not compared with anything.
    NotCompared = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The node's own refusal, in its own words.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The HTTP status.
    pub status: StatusCode,
    /// What it said.
    pub error: ApiErrorBody,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error.title)?;
        if self.status == StatusCode::UNAUTHORIZED {
            f.write_str(" (give a token with --token or in CHANCERY_TOKEN; `chancery token create` makes one)")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

/// Nobody there.
#[derive(Debug)]
pub(crate) struct Unreachable(String);

impl Unreachable {
    /// Another party's node.
    pub(crate) fn party(says: &str) -> Self {
        Self(says.to_owned())
    }

    /// From a failed request to the node's API.
    pub(crate) fn node(error: &reqwest::Error) -> Self {
        // The layers between say only that the one below failed.
        let mut cause: &dyn std::error::Error = error;
        while let Some(below) = cause.source() {
            cause = below;
        }
        let at = error.url().map(|url| url.origin().ascii_serialization());
        Self(match at {
            Some(at) if at.starts_with("http") && !at.ends_with("//node") => {
                format!("no node answers at {at}: {cause}")
            }
            _ => format!("the node does not answer: {cause}"),
        })
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// Something was checked and does not hold.
#[derive(Debug)]
pub(crate) struct NotProved(pub String);

impl fmt::Display for NotProved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotProved {}

/// It holds together, and would if somebody else had made it with keys of their own.
#[derive(Debug)]
pub(crate) struct NotCompared(pub String);

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotCompared {}

/// The command was used wrongly, in a way that only shows once it runs.
#[derive(Debug)]
pub(crate) struct Misused(pub &'static str);

impl fmt::Display for Misused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Misused {}

/// Refused before anything was asked of the node; nothing was changed.
#[derive(Debug)]
pub(crate) struct Declined(pub String);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Declined {}

/// All has been said already; only the code is left.
#[derive(Debug)]
pub(crate) struct Silent(pub Exit);

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}", self.0 as u8)
    }
}

impl std::error::Error for Silent {}

/// The code for an error.
pub(crate) fn of(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return if refused.error.code == UNREACHABLE {
                Exit::Unreachable
            } else if refused.status.is_server_error() {
                Exit::Failed
            } else {
                Exit::Refused
            };
        }
        if let Some(Silent(exit)) = cause.downcast_ref::<Silent>() {
            return *exit;
        }
        if let Some(HomeError::Exists(_)) = cause.downcast_ref::<HomeError>() {
            return Exit::Refused;
        }
        if cause.is::<Declined>() {
            return Exit::Refused;
        }
        if cause.is::<Misused>() {
            return Exit::Usage;
        }
        if cause.is::<Unreachable>() {
            return Exit::Unreachable;
        }
        if cause.is::<NotProved>() {
            return Exit::NotProved;
        }
        if cause.is::<NotCompared>() {
            return Exit::NotCompared;
        }
    }
    Exit::Failed
}
