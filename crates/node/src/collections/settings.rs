//! What an operator sets: read from the store, changed, and shown.

use std::{collections::HashMap, sync::Arc};

use store::{
    StoreError,
    accounts::{CollectionSet, RootSet},
};
use uuid::Uuid;

use crate::{
    access::{Caller, told},
    collections::{
        AliasError, CLEARANCE_MAX, Collection, CollectionSettings, Collections, Judgement,
        JudgementError, RootName, RootNameError, RootSettings, collection_id,
    },
    directory::Directory,
    error::ApiError,
    node::Node,
    request::{
        NewTrack,
        accounts::{NewCollection, SetCollection, SetRoot},
    },
    view::accounts::{CollectionView, RootView},
};

/// The longest title, bytes.
pub const TITLE_BYTES_MAX: usize = 256;
/// The longest description, bytes.
pub const DESCRIPTION_BYTES_MAX: usize = 4_096;

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The name of a root.
    #[error(transparent)]
    Root(#[from] RootNameError),
    /// An alias.
    #[error(transparent)]
    Alias(#[from] AliasError),
    /// A judgement.
    #[error(transparent)]
    Judgement(#[from] JudgementError),
    /// The id of a collection: the database was changed from outside.
    #[error("settings are held for `{0}`, which is no id of a collection")]
    Id(String),
    /// Too many officers.
    #[error("{0} officers cannot clear one object, the limit is {CLEARANCE_MAX}")]
    Clearance(u8),
    /// A title or description that is empty or too long.
    #[error("a {what} has 1 to {bytes_max} bytes, this one has {bytes}")]
    Text {
        /// Which.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Store(error) => error.into(),
            SettingsError::Id(_) => Self::internal(error),
            error => Self::invalid(error.to_string()),
        }
    }
}

impl CollectionSettings {
    fn read(set: &CollectionSet) -> Result<Self, SettingsError> {
        let bounded = |what, text: &Option<String>, bytes_max| match text {
            Some(text) if text.is_empty() || text.len() > bytes_max => Err(SettingsError::Text {
                what,
                bytes: text.len(),
                bytes_max,
            }),
            text => Ok(text.clone()),
        };
        if set.clearance > CLEARANCE_MAX {
            return Err(SettingsError::Clearance(set.clearance));
        }
        Ok(Self {
            root: set.root.as_deref().map(str::parse).transpose()?,
            alias: set.alias.as_deref().map(str::parse).transpose()?,
            title: bounded("title", &set.title, TITLE_BYTES_MAX)?,
            description: bounded("description", &set.description, DESCRIPTION_BYTES_MAX)?,
            public: set.public,
            judgement: Judgement::parse(&set.judgement, &set.house_rules)?,
            clearance: set.clearance,
        })
    }
}

impl Collections {
    /// Builds the collections of `directory` with the settings that the store holds.
    pub(crate) async fn load(
        directory: &Directory,
        store: &dyn store::Store,
    ) -> Result<Self, SettingsError> {
        let (held, held_roots) = store.settings().await?;
        let mut settings = HashMap::new();
        for set in &held {
            let id = Uuid::try_parse(&set.collection)
                .map_err(|_| SettingsError::Id(set.collection.clone()))?;
            settings.insert(id, CollectionSettings::read(set)?);
        }
        let mut roots = HashMap::new();
        for set in held_roots {
            let said = RootSettings {
                title: set.title,
                description: set.description,
            };
            roots.insert(set.root.parse::<RootName>()?, said);
        }
        Ok(Self::build(directory, settings, roots))
    }
}

/// What is set where nothing was.
fn unset(id: Uuid) -> CollectionSet {
    CollectionSet {
        collection: id.to_string(),
        judgement: Judgement::default().word().to_owned(),
        house_rules: "[]".to_owned(),
        ..CollectionSet::default()
    }
}

/// Applies what was asked, and says what that was.
fn apply(set: &mut CollectionSet, asked: SetCollection) -> Result<Vec<&'static str>, ApiError> {
    let mut what = Vec::new();
    let texts = [
        ("root", &mut set.root, asked.root),
        ("alias", &mut set.alias, asked.alias),
        ("title", &mut set.title, asked.title),
        ("description", &mut set.description, asked.description),
    ];
    for (name, place, wanted) in texts {
        if let Some(wanted) = wanted.asked() {
            *place = wanted.map(|text| text.trim().to_owned());
            what.push(name);
        }
    }
    if let Some(public) = asked.public {
        set.public = public;
        what.push(if public { "public" } else { "not public" });
    }
    if let Some(judgement) = asked.judgement {
        set.judgement = judgement;
        what.push("judgement");
    }
    if let Some(rules) = asked.house_rules {
        set.house_rules = serde_json::to_string(&rules).map_err(ApiError::internal)?;
        what.push("house rules");
    }
    if let Some(clearance) = asked.clearance {
        set.clearance = clearance;
        what.push("clearance");
    }
    Ok(what)
}

impl Node {
    /// A collection as it is shown.
    pub(crate) fn collection_view(&self, by: &Caller, of: &Arc<Collection>) -> CollectionView {
        CollectionView {
            id: of.id.to_string(),
            root: of.root.to_string(),
            alias: of.alias.clone(),
            title: of.title.clone(),
            description: of.description.clone(),
            dialogue: of.track.dialogue_name.clone(),
            track: of.track.terms.name().to_string(),
            private: of.is_private(),
            public: of.public,
            judgement: of.judgement.word().to_owned(),
            house_rules: of.judgement.house_rules().to_vec(),
            clearance: of.clearance,
            can_read: by.reads(of).is_some(),
            can_write: by.writes(of).is_some(),
        }
    }

    /// The collections that are there for a caller.
    pub(crate) fn collection_views(&self, by: &Caller) -> Vec<CollectionView> {
        let (all, shown) = (self.collections(), self.shown_to(by));
        let there = all.all().filter(|each| shown.has_collection(each));
        there.map(|each| self.collection_view(by, each)).collect()
    }

    /// The API roots that have collections for a caller.
    pub(crate) fn root_views(&self, by: &Caller) -> Vec<RootView> {
        let (all, shown) = (self.collections(), self.shown_to(by));
        let roots = all.roots().map(|root| {
            let of = all.in_root(root.name.as_str());
            RootView {
                name: root.name.to_string(),
                title: root.title.clone(),
                description: root.description.clone(),
                collections: of.filter(|each| shown.has_collection(each)).count(),
            }
        });
        roots.filter(|root| root.collections > 0).collect()
    }

    /// A collection as a caller names it.
    pub(crate) fn collection_named(
        &self,
        by: &Caller,
        wanted: &str,
    ) -> Result<Arc<Collection>, ApiError> {
        let shown = self.shown_to(by);
        match self.collections().named(wanted) {
            Ok(found) if shown.has_collection(&found) => Ok(found),
            Err(words) if by.may(crate::access::Permission::Inspect).is_ok() => {
                Err(ApiError::not_found(words))
            }
            _ => Err(ApiError::not_found(format!(
                "there is no collection `{wanted}` here that {} may see",
                by.name()
            ))),
        }
    }

    /// Makes a private track and sets its collection.
    pub(crate) async fn create_collection(
        &self,
        by: &Caller,
        new: NewCollection,
    ) -> Result<CollectionView, ApiError> {
        let _alone = self.setting_collections().await;
        // What is wrong with the settings is found before there is a track.
        let mut set = unset(Uuid::nil());
        apply(&mut set, new.settings)?;
        let settings = CollectionSettings::read(&set)?;
        self.is_free(&settings, crate::collections::LOCAL_ROOT, None)?;
        let track = self
            .create_track(NewTrack {
                title: settings.title.unwrap_or_else(|| new.name.clone()),
                name: new.name,
                access: "closed".to_owned(),
                window_items: 0,
                window_days: 0,
                ..NewTrack::default()
            })
            .await?;
        let id = collection_id(&track.dialogue, &track.name);
        set.collection = id.to_string();
        let line = by.line(self, "collection.create", &track.name, "done");
        self.put_collection(id, set, line).await?;
        let made = self.made(id)?;
        Ok(self.collection_view(by, &made))
    }

    /// Sets something for a collection.
    pub(crate) async fn set_collection(
        &self,
        by: &Caller,
        wanted: &str,
        asked: SetCollection,
    ) -> Result<CollectionView, ApiError> {
        let _alone = self.setting_collections().await;
        let collection = self.collection_named(by, wanted)?;
        let id = collection.id;
        let (held, _) = self.store().settings().await?;
        let held = held
            .into_iter()
            .find(|set| set.collection == id.to_string());
        let mut set = held.unwrap_or_else(|| unset(id));
        let what = apply(&mut set, asked)?;
        if what.is_empty() {
            return Err(ApiError::invalid(
                "nothing was said that changes the collection",
            ));
        }
        let settings = CollectionSettings::read(&set)?;
        let usual = RootName::of_track(&collection.track);
        self.is_free(&settings, usual.as_str(), Some(id))?;
        let target = format!("{}: {}", collection.path(), what.join(", "));
        let line = by.line(self, "collection.set", target, "done");
        self.put_collection(id, set, line).await?;
        let made = self.made(id)?;
        Ok(self.collection_view(by, &made))
    }

    async fn put_collection(
        &self,
        id: Uuid,
        set: CollectionSet,
        line: store::accounts::NewAudit,
    ) -> Result<(), ApiError> {
        debug_assert_eq!(set.collection, id.to_string(), "of the same collection");
        self.store().set_collection(set, line).await.map_err(told)?;
        Ok(self.load_collections().await?)
    }

    fn made(&self, id: Uuid) -> Result<Arc<Collection>, ApiError> {
        let found = self.collections().by_id(id);
        found.ok_or_else(|| ApiError::not_found(format!("the collection {id} is not there")))
    }

    /// Refuses an alias that another collection of the root has.
    fn is_free(
        &self,
        settings: &CollectionSettings,
        usual: &str,
        of: Option<Uuid>,
    ) -> Result<(), ApiError> {
        let Some(alias) = &settings.alias else {
            return Ok(());
        };
        let root = settings.root.as_ref().map_or(usual, RootName::as_str);
        match self.collections().find(root, alias.as_str()) {
            Some(other) if Some(other.id) != of => Err(ApiError::refused(
                "alias_taken",
                format!(
                    "the alias `{alias}` is that of `{}` in the API root `{root}`",
                    other.title
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Sets something for an API root.
    pub(crate) async fn set_root(
        &self,
        by: &Caller,
        name: &str,
        asked: SetRoot,
    ) -> Result<RootView, ApiError> {
        let _alone = self.setting_collections().await;
        let no_root = || {
            ApiError::not_found(format!(
                "there is no API root `{name}` with a collection in it"
            ))
        };
        let root = self.collections().root(name).cloned().ok_or_else(no_root)?;
        let (_, held) = self.store().settings().await?;
        let held = held.into_iter().find(|set| set.root == root.name.as_str());
        let mut set = held.unwrap_or_else(|| RootSet {
            root: root.name.to_string(),
            ..RootSet::default()
        });
        for (place, wanted, bytes_max, what) in [
            (&mut set.title, asked.title, TITLE_BYTES_MAX, "title"),
            (
                &mut set.description,
                asked.description,
                DESCRIPTION_BYTES_MAX,
                "description",
            ),
        ] {
            let Some(wanted) = wanted.asked() else {
                continue;
            };
            if let Some(text) = &wanted
                && (text.trim().is_empty() || text.len() > bytes_max)
            {
                let bytes = text.len();
                return Err(SettingsError::Text {
                    what,
                    bytes,
                    bytes_max,
                }
                .into());
            }
            *place = wanted;
        }
        let line = by.line(self, "root.set", root.name.as_str(), "done");
        self.store().set_root(set, line).await.map_err(told)?;
        self.load_collections().await?;
        let mut views = self.root_views(by).into_iter();
        views.find(|view| view.name == name).ok_or_else(no_root)
    }
}
