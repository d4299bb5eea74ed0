//! Limits password guessing without locking out the owner. The state is in the database, so neither a restart nor a
//! second instance resets it.
//!
//! Each account has three token buckets, which together allow 20 comparisons per minute. The first is for addresses
//! that have not tried the account recently, the second for addresses that the first refused, the third for addresses
//! that have failed. An attacker with many addresses soon has only failed ones, and empties only the third bucket. An
//! address that the first bucket refuses gets a reservation: from that time on its next password is compared, whatever
//! others do. So an owner who comes during an attack waits once, as long as the page says.
//!
//! Very many fresh addresses make that wait long, and no rule tells them from the owner's. So three ways in do not
//! depend on it. A browser that has signed in to the account before (`app::known_devices`) and an address from which
//! its owner has signed in have buckets of their own. A link for a new password makes the address known. All of this is
//! the same for accounts that do not exist.

use time::Duration;

use super::{Context, Error, known_devices::KnownDevice};
use crate::{
    domain::{OrganizationId, Sha256Digest, Timestamp, UserId, rate_limit::Rate, text},
    store::{self, Conn},
};

/// Failures from one address, for any account: an office may share it.
const ADDRESS: Rate = Rate { burst: 50, interval: Duration::seconds(2) };
/// Addresses that have not tried an account recently: 9 in any minute.
const NEW_ADDRESSES: Rate = Rate { burst: 4, interval: Duration::seconds(12) };
/// The interval of reservations: 5 in any minute.
const RESERVATIONS: Rate = Rate { burst: 1, interval: Duration::seconds(15) };
/// Addresses that have failed at an account: 6 in any minute.
const FAILED_ADDRESSES: Rate = Rate { burst: 3, interval: Duration::seconds(20) };
/// An address from which the account's owner has signed in.
const KNOWN_ADDRESS: Rate = Rate { burst: 10, interval: Duration::seconds(6) };
/// How long a failure is remembered, and how long a reservation can be used.
const FAILURE_MEMORY: Duration = Duration::hours(1);
/// The longest wait for a reservation. An address that would wait longer gets no reservation.
const LONGEST_RESERVATION: Duration = Duration::hours(1);
/// How long a successful sign-in from an address is remembered.
const SUCCESS_MEMORY: Duration = Duration::days(30);
/// Passwords that signed-in people type again.
const PROOFS: Rate = Rate { burst: 5, interval: Duration::seconds(12) };
/// Emails with a link for a new password, per account.
const RESETS: Rate = Rate { burst: 3, interval: Duration::minutes(10) };
/// New passwords typed at one address, accepted or not, because the strength of each is estimated.
const NEW_PASSWORDS: Rate = Rate { burst: 20, interval: Duration::seconds(3) };
/// Invitations of one organization, because each may email a person who did not ask for it.
const INVITATIONS: Rate = Rate { burst: 100, interval: Duration::minutes(1) };
/// New email addresses of one person, because each answer reveals whether the address is taken.
const EMAIL_CHANGES: Rate = Rate { burst: 5, interval: Duration::minutes(10) };
/// Forms from one address: links for new passwords, and registrations.
const FORMS_OF_STRANGERS: Rate = Rate { burst: 20, interval: Duration::minutes(1) };

/// An attempt to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    account: String,
    /// The client's address, or its network if one client has many addresses.
    network: String,
    device: Option<KnownDevice>,
}

/// What is known about the origin of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// A browser that has signed in to this account.
    KnownDevice,
    /// An address from which the owner has signed in.
    KnownAddress,
    /// An address that has not tried the account recently.
    New,
    /// A refused address whose next password is compared from this time on.
    Reserved(Timestamp),
    /// An address that has failed.
    Failed,
}

impl Standing {
    /// None for a reservation, which has already taken its token.
    fn rate(self) -> Option<Rate> {
        match self {
            Self::KnownDevice | Self::KnownAddress => Some(KNOWN_ADDRESS),
            Self::New => Some(NEW_ADDRESSES),
            Self::Failed => Some(FAILED_ADDRESSES),
            Self::Reserved(_) => None,
        }
    }

    fn is_known(self) -> bool {
        matches!(self, Self::KnownDevice | Self::KnownAddress)
    }
}

impl SignIn {
    /// Accepts any text as the address, and never reveals whether the account exists.
    pub fn new(email: &str, network: &str, device: Option<KnownDevice>) -> Self {
        Self { account: digest(email), network: network.to_owned(), device }
    }

    /// How long the client must wait in any case, and whether the owner has signed in from here before. Writes nothing.
    pub fn wait(&self, conn: &mut Conn, now: Timestamp) -> Result<(Option<Duration>, bool), Error> {
        let standing = self.standing(conn, now)?;
        let is_known = standing.is_known();
        if standing != Standing::KnownDevice
            && let Err(wait) = ADDRESS.take(store::rate_limits::find(conn, &self.address())?, now)
        {
            return Ok((Some(wait), is_known));
        }
        let wait = match (standing, standing.rate()) {
            // A new address may get a reservation even if the bucket is empty.
            (Standing::New, _) => None,
            (Standing::Reserved(from), _) => Some(from.since(now)).filter(|wait| wait.is_positive()),
            (_, Some(rate)) => rate.take(store::rate_limits::find(conn, &self.bucket(standing))?, now).err(),
            (_, None) => None,
        };
        Ok((wait, is_known))
    }

    /// Must be called before the password is compared. Returns how long to wait if nothing is left. This is not an
    /// error, which would undo the reservation.
    pub fn take(&self, conn: &mut Conn, now: Timestamp) -> Result<Option<Duration>, Error> {
        if self.device.is_some() {
            return take_or_wait(conn, &self.bucket(Standing::KnownDevice), KNOWN_ADDRESS, now);
        }
        // The first of all locks: attempts from one address run one after another.
        let address = store::rate_limits::lock(conn, &self.address())?;
        let address = match ADDRESS.take(address, now) {
            Ok(address) => address,
            Err(wait) => return Ok(Some(wait)),
        };
        let standing = self.standing(conn, now)?;
        let wait = match (standing, standing.rate()) {
            (Standing::Reserved(from), _) => Some(from.since(now)).filter(|wait| wait.is_positive()),
            (_, Some(rate)) => take_or_wait(conn, &self.bucket(standing), rate, now)?,
            (_, None) => None,
        };
        let wait = match wait {
            Some(_) if standing == Standing::New => self.reserve(conn, now)?,
            wait => wait,
        };
        if wait.is_none() {
            store::rate_limits::update(conn, &self.address(), address)?;
            store::rate_limits::set(conn, &self.failed(), now.plus(FAILURE_MEMORY))?;
            store::rate_limits::delete(conn, &self.reserved())?;
        }
        Ok(wait)
    }

    /// The password was right: returns what was taken for the attempt.
    pub fn succeed(&self, conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
        if self.device.is_some() {
            store::rate_limits::delete(conn, &self.bucket(Standing::KnownDevice))?;
        } else {
            give_back(conn, &self.address(), ADDRESS)?;
        }
        store::rate_limits::delete(conn, &self.failed())?;
        store::rate_limits::delete(conn, &self.reserved())?;
        store::rate_limits::delete(conn, &self.bucket(Standing::KnownAddress))?;
        Ok(store::rate_limits::set(conn, &self.known(), now.plus(SUCCESS_MEMORY))?)
    }

    /// Reserves a time for this address. Returns the wait until then; None if it is now.
    fn reserve(&self, conn: &mut Conn, now: Timestamp) -> Result<Option<Duration>, Error> {
        let queue = format!("sign-in reservations {}", self.account);
        let last = store::rate_limits::lock(conn, &queue)?;
        let last = if last.since(now) > LONGEST_RESERVATION + RESERVATIONS.interval { now } else { last.max(now) };
        let wait = last.since(now);
        if wait > LONGEST_RESERVATION {
            return Ok(Some(wait));
        }
        store::rate_limits::update(conn, &queue, last.plus(RESERVATIONS.interval))?;
        store::rate_limits::set(conn, &self.reserved(), last.plus(FAILURE_MEMORY))?;
        Ok(Some(wait).filter(|wait| wait.is_positive()))
    }

    fn standing(&self, conn: &mut Conn, now: Timestamp) -> Result<Standing, Error> {
        if self.device.is_some() {
            return Ok(Standing::KnownDevice);
        }
        // A time further away than any that is ever stored comes from a wrong clock.
        let mut until = |subject: &str, longest: Duration| {
            let until = store::rate_limits::find(conn, subject)?;
            Ok::<_, Error>(Some(until).filter(|until| *until > now && until.since(now) <= longest))
        };
        Ok(if until(&self.known(), SUCCESS_MEMORY)?.is_some() {
            Standing::KnownAddress
        } else if until(&self.failed(), FAILURE_MEMORY)?.is_some() {
            Standing::Failed
        } else if let Some(until) = until(&self.reserved(), LONGEST_RESERVATION + FAILURE_MEMORY)? {
            Standing::Reserved(until.minus(FAILURE_MEMORY))
        } else {
            Standing::New
        })
    }

    fn bucket(&self, standing: Standing) -> String {
        let Self { account, network, device } = self;
        match standing {
            Standing::New | Standing::Reserved(_) => format!("sign-in new {account}"),
            Standing::Failed => format!("sign-in again {account}"),
            Standing::KnownAddress => format!("sign-in known {account} {network}"),
            Standing::KnownDevice => {
                format!("sign-in device {account} {}", device.as_ref().map_or("", KnownDevice::as_str))
            }
        }
    }

    fn address(&self) -> String {
        format!("sign-in from {}", self.network)
    }

    fn failed(&self) -> String {
        format!("sign-in failed {} {}", self.account, self.network)
    }

    fn reserved(&self) -> String {
        format!("sign-in reserved {} {}", self.account, self.network)
    }

    fn known(&self) -> String {
        format!("sign-in succeeded {} {}", self.account, self.network)
    }
}

/// Must be called before the password of a signed-in person is compared.
pub fn take_proof(conn: &mut Conn, context: &Context, user_id: &UserId) -> Result<(), Error> {
    take(conn, &proofs(user_id), PROOFS, context.now)
}

/// The password was right.
pub fn give_back_proof(conn: &mut Conn, user_id: &UserId) -> Result<(), Error> {
    give_back(conn, &proofs(user_id), PROOFS)
}

/// Must be called before a link for a new password is made, whether or not the account exists.
pub fn take_reset(conn: &mut Conn, context: &Context, email: &str) -> Result<(), Error> {
    take(conn, &format!("reset {}", digest(email)), RESETS, context.now)
}

/// Must be called before an invitation.
pub fn take_invitation(conn: &mut Conn, context: &Context, organization_id: &OrganizationId) -> Result<(), Error> {
    take(conn, &format!("invitations of {organization_id}"), INVITATIONS, context.now)
}

/// Must be called before an answer reveals whether an address is free.
pub fn take_email_change(conn: &mut Conn, context: &Context, user_id: &UserId) -> Result<(), Error> {
    take(conn, &format!("email of {user_id}"), EMAIL_CHANGES, context.now)
}

/// Must be called before the strength of a new password is estimated.
pub fn take_new_password(conn: &mut Conn, context: &Context, network: &str) -> Result<(), Error> {
    take(conn, &format!("new password from {network}"), NEW_PASSWORDS, context.now)
}

/// Must be called before a stranger's form is read: registration, or a link for a new password.
pub fn take_form_of_stranger(conn: &mut Conn, context: &Context, network: &str) -> Result<(), Error> {
    take(conn, &format!("form from {network}"), FORMS_OF_STRANGERS, context.now)
}

/// Deletes entries that no longer matter.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::rate_limits::delete_free(conn, context.now)?)
}

pub(super) fn take(conn: &mut Conn, subject: &str, rate: Rate, now: Timestamp) -> Result<(), Error> {
    let refused = |wait| Error::RateLimited { wait };
    // A refusal writes nothing, because refused clients may ask very often.
    rate.take(store::rate_limits::find(conn, subject)?, now).map_err(refused)?;
    let free_at = store::rate_limits::lock(conn, subject)?;
    let next = rate.take(free_at, now).map_err(refused)?;
    Ok(store::rate_limits::update(conn, subject, next)?)
}

/// Takes a token, or returns how long to wait for one.
fn take_or_wait(conn: &mut Conn, subject: &str, rate: Rate, now: Timestamp) -> Result<Option<Duration>, Error> {
    match take(conn, subject, rate, now) {
        Ok(()) => Ok(None),
        Err(Error::RateLimited { wait }) => Ok(Some(wait)),
        Err(other) => Err(other),
    }
}

fn give_back(conn: &mut Conn, subject: &str, rate: Rate) -> Result<(), Error> {
    let free_at = store::rate_limits::lock(conn, subject)?;
    Ok(store::rate_limits::update(conn, subject, rate.give_back(free_at))?)
}

fn proofs(user_id: &UserId) -> String {
    format!("password of {user_id}")
}

/// The table holds no email addresses.
fn digest(email: &str) -> String {
    Sha256Digest::compute(&text::fold(email.trim())).as_str().to_owned()
}
