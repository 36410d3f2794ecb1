//! Who may: the one place that decides who asks, and what they may read, write and do (DESIGN §9).
//!
//! A request is asked by a [`Caller`]. What a caller may do with a collection is a value, [`MayRead`] or
//! [`MayWrite`], that only this module makes; whatever needs the permission takes the value. What a caller may do with
//! the node is a [`Permission`], which each route of the JSON API names (`api.rs`).
//!
//! Roles are reader < analyst < drafter < officer; operator stands beside them and administers. Roles say what sort of
//! thing somebody may do; grants say in which collections.
//!
//! ```text
//! door.rs         a request → its caller: the order in which everything below is asked
//! offered.rs      what the headers of a request offer
//! roster.rs       users, tokens and grants as a value; built anew on every change, so changes count at once
//! caller.rs role.rs rights.rs   what may be done
//! password.rs token.rs remembered.rs   secrets, and the slow hash that is paid once a login
//! failures.rs requests.rs   throttling
//! shown.rs        what of the record is there for a caller
//! users.rs tokens.rs grants.rs trail.rs   administration, and the trail of it
//! ```

mod caller;
mod door;
mod failures;
mod grants;
mod login;
mod name;
mod offered;
mod password;
mod remembered;
mod requests;
mod rights;
mod role;
mod roster;
mod shown;
mod token;
mod tokens;
mod trail;
mod users;

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

pub use caller::{Caller, Forbidden, MayRead, MayWrite};
pub(crate) use door::Access;
pub use door::{AccountsError, HASHES_AT_ONCE, HASHES_WAITING_MAX};
pub use failures::{
    FAILURES_AT_PLACE_FREE, FAILURES_AT_PLACE_WAIT_MAX, FAILURES_COUNTED_MAX, FAILURES_FORGOTTEN,
    FAILURES_OF_ADDRESS_FREE, FAILURES_OF_ADDRESS_WAIT_MAX, FAILURES_OF_NAME_FREE,
    FAILURES_OF_NAME_WAIT_MAX, PLACE_KNOWN,
};
pub use login::{CHALLENGES, LoginError};
pub use name::{DIRECTORY, USER_NAME_BYTES_MAX, UserName, UserNameError};
pub use offered::CREDENTIALS_BYTES_MAX;
pub use password::{
    ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_PASSES, NewPassword, PASSWORD_BYTES_MAX,
    PASSWORD_CHARS_MIN, PASSWORD_DIFFERENT_MIN, PasswordError,
};
pub use remembered::{LOGIN_REMEMBERED, LOGINS_REMEMBERED_MAX};
pub use requests::{CALLERS_COUNTED_MAX, RequestLimits};
pub use role::{Permission, Role, RoleError};
pub use roster::RosterError;
pub use token::SecretToken;
pub use tokens::{TOKEN_LIFE_DEFAULT, TOKEN_NAME_BYTES_MAX, TOKEN_TOUCH_PAUSE};
pub use trail::{TRAIL_WINDOW, TRAIL_WINDOWS_MAX};

pub(crate) use users::told;

pub use crate::web::Remote;

/// Where somebody is, as far as throttling goes: an IPv4 address, or the network of an IPv6 address that one site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place(IpAddr);

impl Place {
    fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(v6) => {
                let network = u128::from(v6) >> 64 << 64;
                Self(Ipv6Addr::from(network).into())
            }
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks can panic half-way; a poisoned one is still whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_address_or_a_site() {
        let place = |ip: &str| Place::of(ip.parse().unwrap());
        assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
        assert_ne!(place("192.0.2.1"), place("192.0.2.2"));
        assert_eq!(place("2001:db8::1"), place("2001:db8::ffff:2"));
        assert_ne!(place("2001:db8::1"), place("2001:db8:0:1::1"));
    }
}
