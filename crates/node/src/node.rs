//! One party's node: opened under the lock of its directory, with a writer for each of its logs. What it does for
//! people is in `desk`, what it does with other nodes in `sync`, and both go through the few doors here.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, Weak},
    time::Duration,
};

use record::{
    card::VerifiedCard,
    hash::{Hash, TreeSize},
    name::Host,
};
use store::{
    DirectoryLock, FileSignState, LockError, LogId, SignState, SignStateError, SignedKind,
    SqliteStore, Store, StoreError, StoreOptions, TrackId,
};
use tokio::sync::{Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    access::{Access, AccountsError},
    clock::{Clock, OsRandom, Random, SystemClock},
    collections::{Collections, SettingsError},
    desk::{Desk, outbox},
    directory::{Directory, DirectoryError, LogEntry, TrackEntry, parse_card},
    feeds::Lanes,
    home::{Home, HomeError},
    keys::{self, Keys, KeysError},
    metrics::Metrics,
    peer::{PeerClient, PeerError},
    rotate::{self, RotateError},
    sequencer::{Appended, Draft, Parts, Published, Seen, SequenceError, Sequencer},
    serve::Running,
    settings::Settings,
    sync::succeed,
    taxii::Keep,
};

/// How long appends are gathered before the other parties are told.
const HINT_PAUSE: Duration = Duration::from_millis(20);
/// How long telling one of them may take.
const HINT_TIME_MAX: Duration = Duration::from_secs(2);

/// A node. Cheap to clone; the directory stays locked until the last clone is gone.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

/// A node, for a task that is not to keep it alive.
pub(crate) struct WeakNode(Weak<Inner>);

impl WeakNode {
    /// The node, while somebody else has it.
    pub(crate) fn upgrade(&self) -> Option<Node> {
        self.0.upgrade().map(Node)
    }
}

struct Inner {
    home: Home,
    settings: Settings,
    me: Host,
    keys: Keys,
    card: VerifiedCard,
    store: Arc<dyn Store>,
    sign_state: Arc<dyn SignState>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    directory: RwLock<Arc<Directory>>,
    collections: RwLock<Arc<Collections>>,
    access: Access,
    /// Held while directory and collections are built anew: what was read last is what stays.
    loading: tokio::sync::Mutex<()>,
    /// Held while somebody sets a collection: what they saw of the others must still hold.
    setting: tokio::sync::Mutex<()>,
    writers: RwLock<BTreeMap<LogId, Sequencer>>,
    seen: Mutex<BTreeMap<TrackId, Seen>>,
    wakers: Mutex<BTreeMap<Host, Arc<Notify>>>,
    clients: Mutex<BTreeMap<Host, PeerClient>>,
    /// Parties that a hint is on its way to.
    hinting: Mutex<BTreeSet<Host>>,
    /// Own logs that were compared with what the other parties have seen of them (RECORD R5).
    compared: Mutex<BTreeSet<LogId>>,
    /// Receipts are signed one at a time for each log.
    receipting: tokio::sync::Mutex<()>,
    /// Held by whoever passes something; alone, while a log is ended and its successor opened.
    passing: tokio::sync::RwLock<()>,
    desk: Desk,
    running: Running,
    feed_lanes: Lanes,
    taxii: Keep,
    purpose: Purpose,
    /// Where the node is only looked at.
    looked: OnceLock<Looked>,
    stop: CancellationToken,
    tasks: TaskTracker,
    _lock: DirectoryLock,
}

/// What a node is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everything. What a crash left half-done is brought to its end, and a log that must not be resumed is succeeded
    /// (RECORD R5), before anything else.
    Work,
    /// Reading alone: no log is closed or opened, and nothing is signed or put on the record. So nobody who only wants
    /// to see what a restored directory holds brings its logs to their end.
    Look,
}

/// What stands in the place of writers where a node is only looked at.
#[derive(Default)]
struct Looked {
    published: BTreeMap<LogId, watch::Receiver<Option<Published>>>,
    not_to_go_on: BTreeMap<LogId, &'static str>,
}

/// What a node works with; tests put their own in.
pub struct Machine {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Salts and seeds.
    pub random: Arc<dyn Random>,
    /// The store; SQLite in the directory when absent.
    pub store: Option<Arc<dyn Store>>,
    /// The sign-state; the file in the directory when absent.
    pub sign_state: Option<Arc<dyn SignState>>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            store: None,
            sign_state: None,
        }
    }
}

/// Why a node cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The record.
    #[error("the record: {0}")]
    Store(#[from] StoreError),
    /// The sign-state.
    #[error("the sign-state: {0}")]
    SignState(#[from] SignStateError),
    /// Charters and declarations.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Users, tokens and grants.
    #[error("users and tokens cannot be read: {0}")]
    Accounts(#[from] AccountsError),
    /// What was set for collections.
    #[error("the settings of the collections cannot be used: {0}")]
    Collections(#[from] SettingsError),
    /// A log cannot be written.
    #[error("a log of this node cannot be opened: {0}")]
    Sequence(#[from] SequenceError),
    /// A change of keys that broke off cannot go on.
    #[error("a log of this node cannot be given new keys: {0}")]
    Rotate(#[from] Box<RotateError>),
    /// A setting.
    #[error("node.toml: {0}")]
    Setting(String),
    /// The card.
    #[error("the card: {0}")]
    Card(#[from] record::party_note::PartyNoteError),
}

impl OpenError {
    /// Whether another process has the node open, so that it can be spoken to.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Lock(LockError::Held { .. }))
    }
}

impl Node {
    /// Opens the node in `home` on this machine.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(home: Home, settings: Settings) -> Result<Self, OpenError> {
        Self::open_for(Purpose::Work, home, settings).await
    }

    /// Opens the node in `home` on this machine, for everything or to look at it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open_for(
        purpose: Purpose,
        home: Home,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let node = Self::open_at_rest(purpose, home, settings, Machine::default()).await?;
        match purpose {
            Purpose::Work => node.begin().await?,
            Purpose::Look => node.look().await?,
        }
        Ok(node)
    }

    /// Opens the node in `home`, on a machine of the caller's.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open_on(
        home: Home,
        settings: Settings,
        machine: Machine,
    ) -> Result<Self, OpenError> {
        let node = Self::open_at_rest(Purpose::Work, home, settings, machine).await?;
        node.begin().await?;
        Ok(node)
    }

    /// Reads what is there, and begins nothing.
    async fn open_at_rest(
        purpose: Purpose,
        home: Home,
        settings: Settings,
        machine: Machine,
    ) -> Result<Self, OpenError> {
        let home = home.existing()?;
        let lock = DirectoryLock::acquire(home.dir())?;
        let me: Host = settings
            .host
            .parse()
            .map_err(|e: record::name::NameError| OpenError::Setting(e.to_string()))?;
        let keys = Keys::load(&home)?;
        let card = parse_card(&home.read(&home.card())?)?;
        let store = match machine.store {
            Some(store) => store,
            None => Arc::new(SqliteStore::open(&home.record(), StoreOptions::default())?),
        };
        let sign_state = match machine.sign_state {
            Some(sign_state) => sign_state,
            None => Arc::new(FileSignState::open(&home.sign_state())?),
        };
        let directory = Directory::load(&*store).await?;
        let collections = Collections::load(&directory, &*store).await?;
        let access = Access::new(settings.requests, &*machine.random);
        let taxii = Keep::new(&settings.taxii);
        let node = Self(Arc::new(Inner {
            home,
            settings,
            me,
            keys,
            card,
            store,
            sign_state,
            clock: machine.clock,
            random: machine.random,
            directory: RwLock::new(Arc::new(directory)),
            collections: RwLock::new(Arc::new(collections)),
            access,
            loading: tokio::sync::Mutex::default(),
            setting: tokio::sync::Mutex::default(),
            writers: RwLock::default(),
            seen: Mutex::default(),
            wakers: Mutex::default(),
            clients: Mutex::default(),
            hinting: Mutex::default(),
            compared: Mutex::default(),
            receipting: tokio::sync::Mutex::default(),
            passing: tokio::sync::RwLock::default(),
            desk: Desk::default(),
            running: Running::default(),
            feed_lanes: Lanes::default(),
            taxii,
            purpose,
            looked: OnceLock::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            _lock: lock,
        }));
        node.load_accounts().await?;
        node.load_seen().await?;
        Ok(node)
    }

    /// In the place of the writers, which sign when they start: what they would show.
    async fn look(&self) -> Result<(), OpenError> {
        let mut looked = Looked::default();
        let directory = self.directory();
        for log in directory
            .logs()
            .filter(|log| log.mine && log.closed.is_none())
        {
            if let Some(reason) = succeed::must_not_go_on(self, log).await? {
                looked.not_to_go_on.insert(log.id, reason);
                continue;
            }
            let origin = log.origin.as_str();
            let signed = self
                .0
                .sign_state
                .load(SignedKind::Checkpoint, origin)
                .await?;
            let (_, published) = watch::channel(signed.as_ref().map(Published::from));
            looked.published.insert(log.id, published);
        }
        // Opened once, so set once.
        let _ = self.0.looked.set(looked);
        Ok(())
    }

    /// Succeeds the logs that must not be resumed, starts the writers of the others, and goes on with what broke off.
    async fn begin(&self) -> Result<(), OpenError> {
        succeed::logs_that_were_restored(self).await?;
        self.start_writers().await?;
        rotate::go_on(self).await.map_err(Box::new)?;
        let releasing =
            outbox::keep_releasing(WeakNode(Arc::downgrade(&self.0)), self.0.stop.child_token());
        self.0.tasks.spawn(releasing);
        Ok(())
    }

    /// Ends every task in good order. What was acknowledged is durable already.
    pub async fn stop(self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Its directory.
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Its party.
    pub fn me(&self) -> &Host {
        &self.0.me
    }

    /// Its keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Its card.
    pub fn card(&self) -> &VerifiedCard {
        &self.0.card
    }

    /// Its record.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// What it signed last.
    pub fn sign_state(&self) -> &Arc<dyn SignState> {
        &self.0.sign_state
    }

    /// Its clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// Its randomness.
    pub fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    /// What it keeps in memory for its own people.
    pub(crate) fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// What it knows of itself while it serves.
    pub(crate) fn running(&self) -> &Running {
        &self.0.running
    }

    /// What it counts.
    pub fn metrics(&self) -> &Metrics {
        self.0.running.metrics()
    }

    /// Who runs or changes which feed.
    pub(crate) fn feed_lanes(&self) -> &Lanes {
        &self.0.feed_lanes
    }

    /// What TAXII keeps in memory.
    pub(crate) fn taxii_keep(&self) -> &Keep {
        &self.0.taxii
    }

    /// Cancelled when the node stops.
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stop
    }

    /// Owns every task of the node.
    pub fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    /// Who is who, now.
    pub fn directory(&self) -> Arc<Directory> {
        self.0
            .directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The collections, now.
    pub fn collections(&self) -> Arc<Collections> {
        self.0
            .collections
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Who may.
    pub(crate) fn access(&self) -> &Access {
        &self.0.access
    }

    /// Held while somebody sets a collection.
    pub(crate) async fn setting_collections(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.setting.lock().await
    }

    /// Reads the settings of collections again.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub(crate) async fn load_collections(&self) -> Result<(), SettingsError> {
        let _alone = self.0.loading.lock().await;
        let collections = Collections::load(&self.directory(), &*self.0.store).await?;
        *self
            .0
            .collections
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(collections);
        Ok(())
    }

    /// Reads charters, declarations and logs again, and starts a writer for each new log of our own.
    ///
    /// # Errors
    /// [`OpenError::Directory`], [`OpenError::Collections`], [`OpenError::Sequence`].
    pub async fn reload(&self) -> Result<(), OpenError> {
        let alone = self.0.loading.lock().await;
        let directory = Arc::new(Directory::load(&*self.0.store).await?);
        let collections = Collections::load(&directory, &*self.0.store).await?;
        *self
            .0
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner) = directory;
        *self
            .0
            .collections
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(collections);
        drop(alone);
        // A new charter may bring another URL or key.
        lock(&self.0.clients).clear();
        self.start_writers().await
    }

    /// Held while a receipt is made, from the check of what was signed last to the record of what is.
    pub async fn receipting(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.receipting.lock().await
    }

    async fn start_writers(&self) -> Result<(), OpenError> {
        if self.0.purpose == Purpose::Look {
            return Ok(());
        }
        for log in self
            .directory()
            .logs()
            .filter(|log| log.mine && log.closed.is_none())
            // While restored logs are closed one after the other, those to come are still open here.
            .filter(|log| keys::has_log(&self.0.home, &log.origin))
        {
            if self.writer(log.id).is_some() {
                continue;
            }
            let signer = keys::read_log(&self.0.home, &log.origin)?;
            let parts = Parts {
                log: log.id,
                track: log.track.id,
                signer,
                store: self.0.store.clone(),
                sign_state: self.0.sign_state.clone(),
                clock: self.0.clock.clone(),
                random: self.0.random.clone(),
                seen: self.seen(log.track.id),
                heartbeat: Duration::try_from(log.track.terms.heartbeat_time())
                    .unwrap_or(Duration::from_secs(3_600)),
            };
            let stop = self.0.stop.child_token();
            let (writer, task) = Sequencer::start(parts, stop).await?;
            self.0.tasks.spawn(async move {
                let _ = task.await;
            });
            self.0
                .writers
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(log.id, writer);
        }
        Ok(())
    }

    /// The writer of an own open log.
    pub fn writer(&self, log: LogId) -> Option<Sequencer> {
        self.0
            .writers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&log)
            .cloned()
    }

    /// The newest published checkpoint of a log that this node writes; `None` for any other log.
    pub(crate) fn published(&self, log: LogId) -> Option<watch::Receiver<Option<Published>>> {
        let writer = self.writer(log);
        writer.map(|writer| writer.published()).or_else(|| {
            let looked = self.0.looked.get()?;
            looked.published.get(&log).cloned()
        })
    }

    /// Why an own open log will be succeeded as soon as this node works again; only somebody who looks finds one.
    pub(crate) fn not_to_go_on(&self, log: LogId) -> Option<&'static str> {
        self.0.looked.get()?.not_to_go_on.get(&log).copied()
    }

    /// Ends the writer of a log that is closed; nothing is appended to it any more.
    pub fn drop_writer(&self, log: LogId) {
        self.0
            .writers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&log);
    }

    /// The log that this party writes in a track now.
    pub fn own_log(&self, track: &TrackEntry) -> Option<Arc<LogEntry>> {
        let chain = self.directory().chain(track, &self.0.me);
        chain
            .into_iter()
            .rev()
            .find(|log| log.mine && log.closed.is_none())
    }

    /// Puts drafts on the record of a track: compares the log with what the others have seen of it first, once in
    /// the life of the process, because a restored log must not be resumed (RECORD R5).
    ///
    /// # Errors
    /// [`SequenceError`].
    pub async fn submit(
        &self,
        track: &TrackEntry,
        drafts: Vec<Draft>,
    ) -> Result<(Arc<LogEntry>, Appended), SequenceError> {
        let _keys_stay = self.0.passing.read().await;
        let log = self.own_log(track).ok_or(SequenceError::Closed)?;
        self.compare_once(&log).await?;
        let log = self.own_log(track).ok_or(SequenceError::Closed)?;
        let writer = self.writer(log.id).ok_or(SequenceError::Closed)?;
        let appended = writer.submit(drafts).await?;
        self.hint_others(&log);
        Ok((log, appended))
    }

    /// Compares an own log with what the others have seen of it, once in the life of the process; it may be
    /// succeeded by that.
    ///
    /// # Errors
    /// [`SequenceError::Nothing`].
    pub(crate) async fn compare_once(&self, log: &LogEntry) -> Result<(), SequenceError> {
        let compared = lock(&self.0.compared).contains(&log.id);
        if !compared {
            succeed::if_others_saw_more(self, log)
                .await
                .map_err(|error| SequenceError::Nothing(error.to_string()))?;
            lock(&self.0.compared).insert(log.id);
        }
        Ok(())
    }

    /// Held while a log is ended and its successor opened: nobody passes anything meanwhile.
    pub(crate) async fn changing_keys(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.0.passing.write().await
    }

    /// The map behind `seen` of the heads in a track.
    pub fn seen(&self, track: TrackId) -> Seen {
        lock(&self.0.seen).entry(track).or_default().clone()
    }

    async fn load_seen(&self) -> Result<(), StoreError> {
        for log in self.directory().logs().filter(|log| !log.mine) {
            if let Some(newest) = self.newest_whole(log).await? {
                self.saw(log, newest.checkpoint.size, newest.checkpoint.root);
            }
        }
        Ok(())
    }

    /// Another party's log is held up to here; the heads sent from now on say so.
    pub fn saw(&self, log: &LogEntry, size: u64, root: store::Hash) {
        let Ok(size) = TreeSize::new(size) else {
            return;
        };
        let seen = self.seen(log.track.id);
        let mut seen = seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.insert(log.origin.clone(), (size, Hash::new(root)));
    }

    /// A client to another party's node.
    ///
    /// # Errors
    /// [`PeerError`]; `None` for a party of no charter in force.
    pub fn client(&self, host: &Host) -> Result<Option<PeerClient>, PeerError> {
        let directory = self.directory();
        let Some(peer) = directory.peer(host) else {
            return Ok(None);
        };
        let mut clients = lock(&self.0.clients);
        if let Some(client) = clients.get(host) {
            return Ok(Some(client.clone()));
        }
        let url = &peer.card.card().url;
        let client = PeerClient::new(host.as_str(), url, &self.0.keys.tls, peer.pins.clone())?;
        clients.insert(host.clone(), client.clone());
        Ok(Some(client))
    }

    /// Tells the other parties of a track that a log of it grew. Carries no trust, and nothing waits for it.
    pub fn hint_others(&self, log: &LogEntry) {
        let others: Vec<Host> = self.others(&log.track);
        for host in others {
            if !lock(&self.0.hinting).insert(host.clone()) {
                continue;
            }
            let (node, hint) = (self.clone(), format!("log {} grew\n", log.hash));
            self.0.tasks.spawn(async move {
                // Many appends make one hint.
                tokio::time::sleep(HINT_PAUSE).await;
                lock(&node.0.hinting).remove(&host);
                if let Ok(Some(client)) = node.client(&host) {
                    let sent = client.post("/hint", hint.into());
                    let _ = tokio::time::timeout(HINT_TIME_MAX, sent).await;
                }
            });
        }
    }

    /// The other parties of a track.
    pub fn others(&self, track: &TrackEntry) -> Vec<Host> {
        let parties = track.terms.parties().iter();
        parties
            .filter_map(|party| party.as_str().parse().ok())
            .filter(|host| host != self.me())
            .collect()
    }

    /// What wakes the task that speaks to a party.
    pub fn waker(&self, host: &Host) -> Arc<Notify> {
        lock(&self.0.wakers)
            .entry(host.clone())
            .or_default()
            .clone()
    }

    /// A party said that something is new.
    pub fn hinted(&self, host: &Host) {
        self.waker(host).notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks can panic half-way; a poisoned one is still whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
