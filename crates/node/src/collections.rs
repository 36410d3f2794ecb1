//! Collections and API roots (TAXII 2.1 §4, §5): each track is a collection. Built from the charters held here and from
//! what the operator set; between changes it is a value that everybody reads.

mod judgement;
mod naming;
mod root;
mod settings;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use store::TrackId;
use uuid::Uuid;

pub use judgement::{
    HOUSE_PROPERTIES_MAX, HOUSE_RULES_MAX, HouseRule, HouseSeverity, Judgement, JudgementError,
};
pub use naming::{ALIAS_BYTES_MAX, Alias, AliasError, collection_id};
pub use root::{ROOT_NAME_BYTES_MAX, RootName, RootNameError};
pub use settings::{DESCRIPTION_BYTES_MAX, SettingsError, TITLE_BYTES_MAX};

use crate::directory::{Directory, TrackEntry};

/// The API root of private tracks, unless another is set.
pub const LOCAL_ROOT: &str = "local";
/// Most people who can be asked to clear one item.
pub const CLEARANCE_MAX: u8 = 8;

/// One track, as TAXII shows it.
#[derive(Debug)]
pub struct Collection {
    /// Its id: the same on every node of the dialogue.
    pub id: Uuid,
    /// Its track.
    pub track: Arc<TrackEntry>,
    /// The API root that it is in.
    pub root: RootName,
    /// What it may be called instead of its id; free in its root.
    pub alias: Option<String>,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether anybody may read it without logging in.
    pub public: bool,
    /// What becomes of objects with faults.
    pub judgement: Judgement,
    /// How many officers clear an object before it leaves; 0 for none.
    pub clearance: u8,
}

impl Collection {
    /// How people name it: `ROOT/ALIAS`, or `ROOT/ID`.
    pub fn path(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{}/{alias}", self.root),
            None => format!("{}/{}", self.root, self.id),
        }
    }

    /// Whether its track has no other party.
    pub fn is_private(&self) -> bool {
        self.track.terms.parties().len() == 1
    }
}

/// A group of collections (TAXII 2.1 §4.2).
#[derive(Debug, Clone)]
pub struct ApiRoot {
    /// Its name in URLs.
    pub name: RootName,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
}

/// What an operator set for a collection; what is not set is as the charter has it.
#[derive(Debug, Clone, Default)]
pub struct CollectionSettings {
    /// Another API root than the usual one.
    pub root: Option<RootName>,
    /// Another alias than the track's name.
    pub alias: Option<Alias>,
    /// Another title than the track's.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether anybody may read it without logging in.
    pub public: bool,
    /// What becomes of objects with faults.
    pub judgement: Judgement,
    /// How many officers clear an object before it leaves; 0 for none.
    pub clearance: u8,
}

/// What an operator set for an API root.
#[derive(Debug, Clone, Default)]
pub struct RootSettings {
    /// Another title than the usual one.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// Every collection and API root.
#[derive(Debug, Default)]
pub struct Collections {
    roots: BTreeMap<RootName, ApiRoot>,
    /// In each root by title, then id.
    by_root: BTreeMap<RootName, Vec<Arc<Collection>>>,
    by_track: HashMap<TrackId, Arc<Collection>>,
    by_id: HashMap<Uuid, Arc<Collection>>,
}

impl Collections {
    /// Builds them: the collections of `directory`, as far as set by id in `settings`, in API roots as set by name in
    /// `roots`.
    pub fn build(
        directory: &Directory,
        mut settings: HashMap<Uuid, CollectionSettings>,
        mut roots: HashMap<RootName, RootSettings>,
    ) -> Self {
        let mut placed = Vec::new();
        for track in directory.tracks() {
            let id = collection_id(&track.dialogue, track.terms.name().as_str());
            let set = settings.remove(&id).unwrap_or_default();
            let root = match &set.root {
                Some(root) => root.clone(),
                None => RootName::of_track(&track),
            };
            placed.push((id, track, root, set));
        }
        let aliases = naming::aliases(&placed);
        let mut all = Self::default();
        for ((id, track, root, set), alias) in placed.into_iter().zip(aliases) {
            all.roots.entry(root.clone()).or_insert_with(|| {
                let said = roots.remove(&root).unwrap_or_default();
                let title = if root.as_str() == LOCAL_ROOT {
                    "Collections of this party".to_owned()
                } else {
                    track.dialogue_name.clone()
                };
                ApiRoot {
                    name: root.clone(),
                    title: said.title.unwrap_or(title),
                    description: said.description,
                }
            });
            let title = set.title.unwrap_or_else(|| track.terms.title().to_owned());
            let collection = Arc::new(Collection {
                id,
                root: root.clone(),
                alias,
                title,
                description: set.description,
                public: set.public,
                judgement: set.judgement,
                clearance: set.clearance,
                track,
            });
            all.by_track.insert(collection.track.id, collection.clone());
            all.by_id.insert(id, collection.clone());
            all.by_root.entry(root).or_default().push(collection);
        }
        for collections in all.by_root.values_mut() {
            collections.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
        }
        all
    }

    /// The API roots that have collections, by name.
    pub fn roots(&self) -> impl Iterator<Item = &ApiRoot> {
        self.roots.values()
    }

    /// One API root.
    pub fn root(&self, name: &str) -> Option<&ApiRoot> {
        self.roots.values().find(|root| root.name.as_str() == name)
    }

    /// The API root for whoever does not choose: `local`, or the first by name.
    pub fn default_root(&self) -> Option<&ApiRoot> {
        self.root(LOCAL_ROOT).or_else(|| self.roots().next())
    }

    /// The collections of an API root, by title.
    pub fn in_root(&self, root: &str) -> impl Iterator<Item = &Arc<Collection>> {
        let found = self
            .by_root
            .iter()
            .find(|(name, _)| name.as_str() == root)
            .map(|(_, collections)| collections.iter());
        found.into_iter().flatten()
    }

    /// Every collection, root by root.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Collection>> {
        self.by_root.values().flatten()
    }

    /// A collection of an API root by its id (any letter case) or its alias.
    pub fn find(&self, root: &str, id_or_alias: &str) -> Option<Arc<Collection>> {
        if let Ok(id) = Uuid::try_parse(id_or_alias) {
            let found = self.by_id.get(&id)?;
            return (found.root.as_str() == root).then(|| found.clone());
        }
        self.in_root(root)
            .find(|each| each.alias.as_deref() == Some(id_or_alias))
            .cloned()
    }

    /// A collection by its id.
    pub fn by_id(&self, id: Uuid) -> Option<Arc<Collection>> {
        self.by_id.get(&id).cloned()
    }

    /// The collection that a track is.
    pub fn of_track(&self, track: TrackId) -> Option<Arc<Collection>> {
        self.by_track.get(&track).cloned()
    }

    /// A collection as people name it: its id, `ROOT/ALIAS`, or its alias or track name where only one has it.
    ///
    /// # Errors
    /// A sentence that says which collections there are.
    pub fn named(&self, wanted: &str) -> Result<Arc<Collection>, String> {
        if let Ok(id) = Uuid::try_parse(wanted)
            && let Some(found) = self.by_id(id)
        {
            return Ok(found);
        }
        if let Some((root, name)) = wanted.split_once('/')
            && let Some(found) = self.find(root, name)
        {
            return Ok(found);
        }
        let mut fitting = self.all().filter(|each| {
            each.alias.as_deref() == Some(wanted) || each.track.terms.name().as_str() == wanted
        });
        let names = || {
            let names: Vec<String> = self.all().map(|each| each.path()).collect();
            if names.is_empty() {
                "none yet".to_owned()
            } else {
                names.join(", ")
            }
        };
        match (fitting.next(), fitting.next()) {
            (Some(found), None) => Ok(found.clone()),
            (None, _) => Err(format!(
                "there is no collection `{wanted}` here; the collections are: {}",
                names()
            )),
            (Some(_), Some(_)) => Err(format!(
                "several collections are called `{wanted}`; name one as ROOT/NAME: {}",
                names()
            )),
        }
    }
}
