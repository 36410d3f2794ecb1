//! A request and its caller: what is asked, in which order, and at which cost.
//!
//! 1. A token is looked up by its hash, and a certificate by its pin: no cost, no throttling of attempts, because
//!    neither can be guessed.
//! 2. A password that was right a moment ago is known by a keyed hash: no slow hash either.
//! 3. Any other password costs one argon2id. Few are computed at once and few more wait, so that a flood of logins
//!    cannot take the machine; and who failed often waits before the next is looked at (`failures.rs`).
//! 4. Whoever it is takes from their bucket of requests (`requests.rs`).
//!
//! A user who is not there costs the same as one who is, and no answer tells them apart.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};
use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    access::{
        Place, Remote,
        caller::Caller,
        failures::Failures,
        login::LoginError,
        name::{UNKNOWN, UserName},
        offered::{Offered, Password},
        password,
        remembered::{LoginKey, Remembered},
        requests::{Bucket, RequestLimits, Requests},
        roster::{HeldToken, Roster, RosterError},
        token::SecretToken,
        tokens::TOKEN_TOUCH_PAUSE,
        trail::{self, LOGIN, Refusals},
    },
    clock::Random,
    error::ApiError,
    node::Node,
    web,
};

/// Slow hashes computed at once, each with its 19 MiB and a core for some tens of milliseconds.
pub const HASHES_AT_ONCE: usize = 2;
/// Logins that wait for one; further ones are told to come again.
pub const HASHES_WAITING_MAX: usize = 64;
/// When they are told to come again.
const HASHES_BUSY: Duration = Duration::from_secs(2);

/// What the node keeps in memory of who may.
pub(crate) struct Access {
    roster: RwLock<Arc<Roster>>,
    remembered: Remembered,
    failures: Failures,
    requests: Requests,
    pub(super) refusals: Refusals,
    /// The hash that is verified for whoever has none.
    nobody: Arc<str>,
    hashing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Slow hashes computed so far.
    hashes: AtomicU64,
    /// Held while something is changed and the roster built anew: the newest always wins.
    changing: tokio::sync::Mutex<()>,
}

impl Access {
    pub(crate) fn new(limits: RequestLimits, random: &dyn Random) -> Self {
        Self {
            roster: RwLock::default(),
            remembered: Remembered::new(random),
            failures: Failures::default(),
            requests: Requests::new(limits),
            refusals: Refusals::default(),
            nobody: password::of_nobody(random).into(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            waiting: Arc::new(Semaphore::new(HASHES_AT_ONCE + HASHES_WAITING_MAX)),
            hashes: AtomicU64::new(0),
            changing: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn roster(&self) -> Arc<Roster> {
        self.roster
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A turn to compute a slow hash.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let waiting = self.waiting.clone().try_acquire_owned().ok()?;
        let hashing = self.hashing.clone().acquire_owned().await.ok()?;
        Some(Turn {
            _waiting: waiting,
            _hashing: hashing,
        })
    }
}

/// A turn to compute a slow hash; goes with the thread that computes it, also when nobody waits for it any more.
pub(super) struct Turn {
    _waiting: OwnedSemaphorePermit,
    _hashing: OwnedSemaphorePermit,
}

/// Why accounts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// What it holds.
    #[error(transparent)]
    Roster(#[from] RosterError),
}

impl From<AccountsError> for ApiError {
    fn from(error: AccountsError) -> Self {
        Self::internal(error)
    }
}

impl Node {
    /// Reads users, tokens and grants.
    pub(crate) async fn load_accounts(&self) -> Result<(), AccountsError> {
        let roster = Roster::build(self.store().accounts().await?)?;
        *self
            .access()
            .roster
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(roster);
        Ok(())
    }

    /// Held while accounts are changed, until they were read again.
    pub(super) async fn changing_accounts(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.access().changing.lock().await
    }

    /// How many logins cost a slow hash so far, right ones and wrong ones; for the metrics.
    pub fn logins_hashed(&self) -> u64 {
        self.access().hashes.load(Ordering::Relaxed)
    }

    /// Whether a client certificate stands for any user, so that asking clients for one makes sense.
    pub fn has_certificates(&self) -> bool {
        self.access().roster().has_pins()
    }

    /// Who asks: by what the headers of a request say, or the certificate of its connection. Without either it is
    /// somebody anonymous, and who sees nothing of what was asked is answered with [`LoginError::Missing`].
    ///
    /// # Errors
    /// [`LoginError`]; never [`LoginError::Missing`].
    pub async fn caller(&self, headers: &HeaderMap, remote: &Remote) -> Result<Caller, LoginError> {
        let (access, place, now) = (self.access(), Place::of(remote.ip), self.clock().now());
        let known = match Offered::read(headers) {
            Ok(Offered::Nothing) => Ok(self.certificate(remote)),
            Ok(Offered::Token(token)) => self.token(&token, remote, now),
            Ok(Offered::Password(offered)) => self.password(&offered, remote, now).await,
            Err(error) => {
                self.refused(UNKNOWN, remote, "header: it cannot be read");
                Err(error)
            }
        };
        // Who is let in has a bucket of their own; everybody else shares that of their address.
        let bucket = match known.as_ref().ok().and_then(Caller::account) {
            Some(account) => Bucket::User(account.name.clone()),
            None => Bucket::of(place),
        };
        access
            .requests
            .take(bucket, now)
            .map_err(|retry_after| LoginError::TooManyRequests { retry_after })?;
        known.map(|caller| {
            web::asked_by(caller.name());
            caller.from(remote.ip)
        })
    }

    fn certificate(&self, remote: &Remote) -> Caller {
        let roster = self.access().roster();
        let account = remote
            .certificate
            .and_then(|pin| roster.pinned(&pin).cloned());
        match account {
            Some(account) if account.disabled => {
                self.refused(
                    account.name.as_str(),
                    remote,
                    "certificate: the user is disabled",
                );
                Caller::anonymous()
            }
            Some(account) => Caller::user(account),
            // Browsers show certificates that are for others; that is nobody's fault.
            None => Caller::anonymous(),
        }
    }

    fn token(
        &self,
        token: &SecretToken,
        remote: &Remote,
        now: Timestamp,
    ) -> Result<Caller, LoginError> {
        let roster = self.access().roster();
        let Some(held) = roster.token(token.hash().as_bytes()) else {
            self.refused(UNKNOWN, remote, "token: there is no such token");
            return Err(LoginError::Wrong);
        };
        let micros = now.as_microsecond();
        let over = if held.revoked {
            Some("revoked")
        } else if held.expires.is_some_and(|end| end <= micros) {
            Some("expired")
        } else if held.account.disabled {
            Some("of a disabled user")
        } else {
            None
        };
        if let Some(why) = over {
            let what = format!("token {} ({}) is {why}", held.id, held.name);
            self.refused(held.account.name.as_str(), remote, &what);
            return Err(LoginError::Wrong);
        }
        self.touch(held, micros);
        Ok(Caller::token(held.clone()))
    }

    /// Notes that a token was used, now and then: a row each request would cost more than the request.
    fn touch(&self, held: &HeldToken, micros: i64) {
        let last = held.last_used.load(Ordering::Relaxed);
        let pause = i64::try_from(TOKEN_TOUCH_PAUSE.as_micros()).unwrap_or(i64::MAX);
        if micros.saturating_sub(last) < pause {
            return;
        }
        let ours =
            held.last_used
                .compare_exchange(last, micros, Ordering::Relaxed, Ordering::Relaxed);
        if ours.is_ok() {
            let (node, id) = (self.clone(), held.id);
            self.tasks().spawn(async move {
                if let Err(error) = node.store().touch_tokens(vec![(id, micros)]).await {
                    tracing::warn!("the last use of token {id} cannot be noted: {error}");
                }
            });
        }
    }

    async fn password(
        &self,
        offered: &Password,
        remote: &Remote,
        now: Timestamp,
    ) -> Result<Caller, LoginError> {
        let (access, place) = (self.access(), Place::of(remote.ip));
        let account = access.roster().user(&offered.name).cloned();
        let phc: Arc<str> = match account.as_ref().and_then(|each| each.password.as_deref()) {
            Some(phc) => phc.into(),
            None => access.nobody.clone(),
        };
        let login = access
            .remembered
            .key(&offered.name, &offered.password, &phc);
        if !access.remembered.knows(&login, now) {
            // Whatever else somebody calls themselves is one name: it is nobody's, and takes no memory.
            let who = offered.name.parse::<UserName>();
            let who = who.as_ref().map_or(UNKNOWN, UserName::as_str);
            // Whoever has the next turn finds what came of this one.
            let (right, _turn) = self.verify(offered, who, &phc, &login, place, now).await?;
            if !right || account.as_ref().is_none_or(|account| account.disabled) {
                access.failures.failed(who, place, now);
                let why = match &account {
                    None => "password: there is no such user",
                    Some(account) if account.password.is_none() => "password: the user has none",
                    Some(account) if right && account.disabled => "password: the user is disabled",
                    Some(_) => "password: it is wrong",
                };
                self.refused(&offered.name, remote, why);
                return Err(LoginError::Wrong);
            }
            access.remembered.remember(login, now);
            if access.failures.succeeded(who, place, now) {
                let from = remote.ip.to_canonical().to_string();
                let (who, what) = (
                    (offered.name.as_str(), from.as_str()),
                    "password".to_owned(),
                );
                self.note_soon(trail::line(self, who, LOGIN, what, "done".to_owned()));
            }
        }
        match account {
            // Disabled after it was remembered.
            Some(account) if !account.disabled => Ok(Caller::user(account)),
            _ => {
                self.refused(&offered.name, remote, "password: the user is disabled");
                Err(LoginError::Wrong)
            }
        }
    }

    /// Computes the slow hash, if it is this login's turn to have it computed.
    async fn verify(
        &self,
        offered: &Password,
        who: &str,
        phc: &Arc<str>,
        login: &LoginKey,
        place: Place,
        now: Timestamp,
    ) -> Result<(bool, Option<Turn>), LoginError> {
        let access = self.access();
        let check = || {
            let checked = access.failures.check(who, place, now);
            checked.map_err(|retry_after| LoginError::TooManyFailures { retry_after })
        };
        check()?;
        let Some(turn) = access.turn().await else {
            return Err(LoginError::TooManyRequests {
                retry_after: HASHES_BUSY,
            });
        };
        // While this one waited, another of the same may have been found right, or others wrong.
        if access.remembered.knows(login, now) {
            return Ok((true, Some(turn)));
        }
        check()?;
        access.hashes.fetch_add(1, Ordering::Relaxed);
        let (password, phc) = (offered.password.clone(), phc.clone());
        let verified = tokio::task::spawn_blocking(move || {
            // Held here and not by the request, which may be given up while this goes on.
            (password::verify(&password, &phc), Some(turn))
        });
        // A thread that panicked has verified nothing.
        Ok(verified.await.unwrap_or((false, None)))
    }

    fn refused(&self, who: &str, remote: &Remote, why: &str) {
        self.metrics().login_failed();
        let from = remote.ip.to_canonical().to_string();
        let (target, outcome) = why.split_once(": ").unwrap_or(("", why));
        let outcome = format!("refused: {outcome}");
        let line = trail::line(self, (who, &from), LOGIN, target.to_owned(), outcome);
        self.metrics().login_failed();
        self.note_refusal(line);
    }
}
