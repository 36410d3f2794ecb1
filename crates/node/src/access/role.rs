//! The table of roles: what each may do, on one screen (DESIGN §9).

use std::{fmt, str::FromStr};

/// What somebody is to this node. Each of the first four may do all that the one before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads the collections granted.
    Reader,
    /// Adds and deletes objects too, where writing is granted.
    Analyst,
    /// Drafts acts too.
    Drafter,
    /// Hands acts over, acknowledges, and clears what waits in the outbox too.
    Officer,
    /// Administers: users, tokens, grants, collections, feeds, keys, backups. Sees and adds content only where that is
    /// granted, as everybody else.
    Operator,
}

/// Something that is done on the JSON API. Where it is done to a collection, the grant for that is needed as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Look at what the node holds, as far as the collections go that may be read.
    Status,
    /// Pass information, delete it from a collection.
    Pass,
    /// Draft acts.
    Draft,
    /// Hand acts over in the party's name: charters, inquiries, answers, steps.
    HandOver,
    /// Clear or refuse what waits in the outbox.
    Clear,
    /// Look at users, tokens, grants, settings, the trail, and how the node is.
    Inspect,
    /// Change users, tokens, grants, collections, feeds.
    Administer,
    /// Keep the node: backups, checks, keys, rounds with the other parties, carrying the record.
    Keep,
    /// Read the metrics.
    Metrics,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Reader,
        Self::Analyst,
        Self::Drafter,
        Self::Officer,
        Self::Operator,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Analyst => "analyst",
            Self::Drafter => "drafter",
            Self::Officer => "officer",
            Self::Operator => "operator",
        }
    }

    /// The word for it with its article.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Reader => "a reader",
            Self::Analyst => "an analyst",
            Self::Drafter => "a drafter",
            Self::Officer => "an officer",
            Self::Operator => "an operator",
        }
    }

    /// Whether the role is one that may do this.
    pub fn may(self, what: Permission) -> bool {
        what.roles().contains(&self)
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Pass,
        Self::Draft,
        Self::HandOver,
        Self::Clear,
        Self::Inspect,
        Self::Administer,
        Self::Keep,
        Self::Metrics,
    ];

    /// The roles that have it.
    pub fn roles(self) -> &'static [Role] {
        use Role::{Analyst, Drafter, Officer, Operator};
        match self {
            Self::Status => &Role::ALL,
            Self::Pass => &[Analyst, Drafter, Officer, Operator],
            Self::Draft => &[Drafter, Officer],
            Self::HandOver | Self::Clear => &[Officer],
            Self::Inspect | Self::Administer | Self::Keep | Self::Metrics => &[Operator],
        }
    }

    /// Whether using it changes nothing, so that a read-only token has it.
    pub fn only_reads(self) -> bool {
        matches!(self, Self::Status | Self::Inspect | Self::Metrics)
    }

    /// Whether it is about the whole node, so that a token for some collections does not have it.
    pub fn is_node_wide(self) -> bool {
        matches!(
            self,
            Self::Inspect | Self::Administer | Self::Keep | Self::Metrics
        )
    }

    /// The word for it in the trail.
    pub fn word(self) -> &'static str {
        match self {
            Self::Status => "look",
            Self::Pass => "pass",
            Self::Draft => "draft",
            Self::HandOver => "hand_over",
            Self::Clear => "clear",
            Self::Inspect => "inspect",
            Self::Administer => "administer",
            Self::Keep => "keep",
            Self::Metrics => "metrics",
        }
    }

    /// What it lets one do, in words that follow `may`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "look at the record",
            Self::Pass => "pass information",
            Self::Draft => "draft acts",
            Self::HandOver => "hand acts over",
            Self::Clear => "clear what waits in the outbox",
            Self::Inspect => "look at accounts and settings",
            Self::Administer => "administer the node",
            Self::Keep => "keep the node",
            Self::Metrics => "read the metrics",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role; the roles are reader, analyst, drafter, officer and operator")]
pub struct RoleError(pub String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| RoleError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        let table: Vec<String> = Permission::ALL
            .into_iter()
            .map(|what| {
                let roles: Vec<&str> = what.roles().iter().map(|role| role.as_str()).collect();
                format!("{what:?}: {}", roles.join(" "))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        Status: reader analyst drafter officer operator
        Pass: analyst drafter officer operator
        Draft: drafter officer
        HandOver: officer
        Clear: officer
        Inspect: operator
        Administer: operator
        Keep: operator
        Metrics: operator
        ");
    }

    #[test]
    fn roles_read_as_they_print() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        for wrong in ["", "Operator", "admin", "root"] {
            assert_eq!(
                wrong.parse::<Role>().unwrap_err(),
                RoleError(wrong.to_owned())
            );
        }
    }
}
