//! `chancery collection`: tracks as TAXII shows them, and who may use them.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{ArgAction, ArgGroup, Args, Subcommand, ValueEnum};
use http::Method;
use node::{
    collections::HouseRule,
    request::accounts::{Change, GrantAsked, NewCollection, SetCollection, SetRoot},
    view::accounts::{CollectionView, GrantView, RootView},
};
use serde_json::json;

use crate::{connect::Connection, file, say, say::Say};

/// Subcommands of `collection`.
#[derive(Debug, Subcommand)]
pub(crate) enum Collection {
    /// Make a private track and set its collection
    #[command(
        after_help = "Examples:\n  chancery collection create iocs --title 'Our indicators'\n  chancery collection create feed --public --judgement refuse"
    )]
    Create {
        /// The track's name: lower-case letters, digits and hyphens
        name: String,
        /// What is set
        #[command(flatten)]
        settings: Settings,
        /// Anybody may read it without logging in
        #[arg(long)]
        public: bool,
    },
    /// Every collection
    #[command(after_help = "Example:\n  chancery collection list")]
    List,
    /// One collection
    #[command(after_help = "Example:\n  chancery collection show local/iocs")]
    Show {
        /// Its alias, ROOT/ALIAS, or id
        name: String,
    },
    /// Set something for a collection, also for the track of a dialogue
    #[command(
        after_help = "Examples:\n  chancery collection set iocs --title 'Indicators' --judgement refuse --house-rules rules.json\n  chancery collection set alpha-beta/cyber --clearance 1\n  chancery collection set iocs --public false --reset title"
    )]
    Set {
        /// Its alias, ROOT/ALIAS, or id
        name: String,
        /// What is set
        #[command(flatten)]
        settings: Settings,
        /// Whether anybody may read it without logging in
        #[arg(long, action = ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
        public: Option<bool>,
        /// Take back what was set, so that it is as the charter has it (repeat for each)
        #[arg(long, value_enum, value_name = "WHAT")]
        reset: Vec<Resettable>,
    },
    /// Let a user read a collection, write to it, or both
    #[command(
        after_help = "Examples:\n  chancery collection grant iocs --user opencti --read --write\n  chancery collection grant 'alpha-beta/*' --user a.lind --read  # all of an API root\n  chancery collection grant '*' --user siem --read                  # every collection"
    )]
    #[command(group(ArgGroup::new("rights").required(true).multiple(true).args(["read", "write"])))]
    Grant {
        /// Its alias, ROOT/ALIAS, or id; `ROOT/*` or `*` for all
        name: String,
        /// Who
        #[arg(long)]
        user: String,
        /// To read
        #[arg(long)]
        read: bool,
        /// To add objects and delete them
        #[arg(long)]
        write: bool,
    },
    /// Take back what was granted there
    #[command(after_help = "Example:\n  chancery collection revoke iocs --user opencti")]
    Revoke {
        /// As it was granted: alias, ROOT/ALIAS, id, `ROOT/*` or `*`
        name: String,
        /// From whom
        #[arg(long)]
        user: String,
    },
    /// Every API root, or set the title and description of one
    #[command(
        after_help = "Examples:\n  chancery collection root\n  chancery collection root local --title 'Alpha CERT' --description 'What we publish'"
    )]
    Root {
        /// The API root to set something for
        #[arg(requires = "what")]
        name: Option<String>,
        /// What is set
        #[command(flatten)]
        what: RootArgs,
    },
}

impl Collection {
    /// Whether it only reads.
    pub(crate) fn only_looks(&self) -> bool {
        matches!(
            self,
            Self::List | Self::Show { .. } | Self::Root { name: None, .. }
        )
    }
}

/// What is set for an API root.
#[derive(Debug, Args)]
#[group(id = "what", multiple = true)]
pub(crate) struct RootArgs {
    /// Its title
    #[arg(long, requires = "name")]
    title: Option<String>,
    /// What it is for
    #[arg(long, requires = "name")]
    description: Option<String>,
}

/// What becomes of objects with faults.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Judgement {
    /// They are taken, and nothing is said
    Accept,
    /// They are taken, and what was found is said
    Warn,
    /// Those that break a MUST of the standard are refused
    Refuse,
    /// Those that break a SHOULD are refused too
    RefuseShould,
}

/// What can be as the charter has it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Resettable {
    /// The API root
    Root,
    /// The alias
    Alias,
    /// The title
    Title,
    /// The description
    Description,
}

/// What is set for a collection.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The API root that it is in [default: `local`, or that of the dialogue]
    #[arg(long)]
    root: Option<String>,
    /// What it may be called instead of its id [default: the track's name]
    #[arg(long)]
    alias: Option<String>,
    /// Its title [default: the track's]
    #[arg(long)]
    title: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// What becomes of objects with faults [default: warn]
    #[arg(long, value_enum)]
    judgement: Option<Judgement>,
    /// Rules of the house: a JSON list such as [{"type": "indicator", "requires": ["confidence"]}]
    #[arg(long, value_name = "FILE")]
    house_rules: Option<PathBuf>,
    /// How many officers clear an object before it leaves; 0 for none [default: 0]
    #[arg(long, value_name = "OFFICERS")]
    clearance: Option<u8>,
}

impl Settings {
    fn request(self) -> anyhow::Result<SetCollection> {
        let house_rules: Option<Vec<HouseRule>> = match &self.house_rules {
            None => None,
            Some(path) => {
                let rules = serde_json::from_slice(&file::read(path)?);
                Some(rules.with_context(|| format!("{} holds no house rules", path.display()))?)
            }
        };
        let judgement = self.judgement.map(|judgement| match judgement {
            Judgement::Accept => "accept".to_owned(),
            Judgement::Warn => "warn".to_owned(),
            Judgement::Refuse => "refuse".to_owned(),
            Judgement::RefuseShould => "refuse-should".to_owned(),
        });
        Ok(SetCollection {
            root: self.root.into(),
            alias: self.alias.into(),
            title: self.title.into(),
            description: self.description.into(),
            public: None,
            judgement,
            house_rules,
            clearance: self.clearance,
        })
    }
}

/// Runs a subcommand of `collection`.
pub(crate) async fn run(
    connection: &Connection,
    out: Say,
    command: Collection,
) -> anyhow::Result<()> {
    match command {
        Collection::Create {
            name,
            settings,
            public,
        } => {
            let settings = SetCollection {
                public: public.then_some(true),
                ..settings.request()?
            };
            let new = NewCollection { name, settings };
            let made: CollectionView = connection.post("/api/v1/collections", &new).await?;
            out.show(&made, show)
        }
        Collection::List => {
            let all: Vec<CollectionView> = connection.get("/api/v1/collections").await?;
            out.show(&all, |all| {
                if all.is_empty() {
                    say::line("No collections yet: `chancery collection create NAME` makes one.");
                }
                all.iter().for_each(brief);
            })
        }
        Collection::Show { name } => {
            let found: CollectionView = connection.get(&path(&name)).await?;
            out.show(&found, show)
        }
        Collection::Set {
            name,
            settings,
            public,
            reset,
        } => {
            let mut asked = SetCollection {
                public,
                ..settings.request()?
            };
            for what in reset {
                let place = match what {
                    Resettable::Root => &mut asked.root,
                    Resettable::Alias => &mut asked.alias,
                    Resettable::Title => &mut asked.title,
                    Resettable::Description => &mut asked.description,
                };
                *place = Change::Reset;
            }
            let set: CollectionView = connection
                .call(Method::PATCH, &path(&name), Some(&asked))
                .await?;
            out.show(&set, show)
        }
        Collection::Grant {
            name,
            user,
            read,
            write,
        } => {
            let asked = GrantAsked {
                user,
                scope: name,
                read,
                write,
            };
            let granted: GrantView = connection.post("/api/v1/grants", &asked).await?;
            out.show(&granted, |granted| {
                let rights = match (granted.read, granted.write) {
                    (true, true) => "read and write",
                    (true, false) => "read",
                    _ => "write",
                };
                say::line(format!(
                    "{} may {rights} {} now.",
                    granted.user, granted.scope
                ));
            })
        }
        Collection::Revoke { name, user } => {
            let path = format!(
                "/api/v1/grants?user={}&scope={}",
                say::encode(&user),
                say::encode(&name)
            );
            connection.send(Method::DELETE, &path, None).await?;
            out.show(
                &json!({ "user": user, "scope": name, "revoked": true }),
                |_| {
                    say::line(format!(
                        "What was granted to {user} for {name} is taken back."
                    ));
                },
            )
        }
        Collection::Root { name: None, .. } => {
            let roots: Vec<RootView> = connection.get("/api/v1/roots").await?;
            out.show(&roots, |roots| roots.iter().for_each(root))
        }
        Collection::Root {
            name: Some(name),
            what,
        } => {
            let asked = SetRoot {
                title: what.title.into(),
                description: what.description.into(),
            };
            let path = format!("/api/v1/roots/{}", say::segment(&name));
            let set: RootView = connection.call(Method::PATCH, &path, Some(&asked)).await?;
            out.show(&set, root)
        }
    }
}

fn path(name: &str) -> String {
    format!("/api/v1/collections/{}", say::segment(name))
}

fn brief(collection: &CollectionView) {
    let name = collection.alias.as_ref().unwrap_or(&collection.id);
    let public = if collection.public { ", public" } else { "" };
    let of = match (collection.private, collection.public) {
        (true, false) => "private".to_owned(),
        (true, true) => "of this party alone".to_owned(),
        (false, _) => format!("of {}", collection.dialogue),
    };
    let path = format!("{}/{name}", collection.root);
    say::line(format!("{path:<32} {} ({of}{public})", collection.title));
}

fn show(collection: &CollectionView) {
    brief(collection);
    say::line(format!("  id           {}", collection.id));
    if let Some(description) = &collection.description {
        say::line(format!("  description  {description}"));
    }
    say::line(format!(
        "  track        {}/{}",
        collection.dialogue, collection.track
    ));
    say::line(format!("  judgement    {}", collection.judgement));
    for rule in &collection.house_rules {
        say::line(format!(
            "  house rule   {} has {}",
            rule.type_name.as_deref().unwrap_or("every object"),
            rule.requires.join(", ")
        ));
    }
    if collection.clearance > 0 {
        say::line(format!(
            "  clearance    {}",
            say::counted(collection.clearance.into(), "officer", "officers")
        ));
    }
}

fn root(root: &RootView) {
    say::line(format!(
        "{:<32} {} (collections: {})",
        root.name, root.title, root.collections
    ));
    if let Some(description) = &root.description {
        say::line(format!("  {description}"));
    }
}
