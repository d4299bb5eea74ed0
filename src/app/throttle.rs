//! Keeps passwords from being guessed, without locking out whose password it is. Kept in the database, so that neither a
//! restart nor a second instance starts over.
//!
//! Each account has three token buckets, which together let 20 passwords be compared in any minute. The first is for
//! addresses that have not tried it lately, the second for those that the first refused, the third for those that have
//! failed. Whoever guesses from many addresses soon has none left that has not tried, and empties only the last. An
//! address that the first bucket refuses gets a reservation: a time from which its next password is compared, however
//! many others try. So an owner who comes in the middle of an attack waits once, for as long as the page says.
//!
//! An attacker with very many fresh addresses makes that wait long. No rule tells such an address from the owner's, so
//! three ways in do not depend on it: a browser that has signed in to the account before (`app::known_devices`) and an
//! address from which its owner has signed in have buckets of their own, and a link for a new password makes the address
//! known. Nothing differs for accounts that do not exist.

use time::Duration;

use super::{Context, Error, known_devices::KnownDevice};
use crate::{
    domain::{OrganizationId, Sha256Digest, Timestamp, UserId, rate_limit::Rate, text},
    store::{self, Conn},
};

/// Failures from one address, whatever the account: an office may share it.
const ADDRESS: Rate = Rate { burst: 50, interval: Duration::seconds(2) };
/// From addresses that have not tried an account lately: 9 in any minute.
const NEW_ADDRESSES: Rate = Rate { burst: 4, interval: Duration::seconds(12) };
/// How reservations follow each other: 5 in any minute.
const RESERVATIONS: Rate = Rate { burst: 1, interval: Duration::seconds(15) };
/// From addresses that have failed at an account: 6 in any minute.
const FAILED_ADDRESSES: Rate = Rate { burst: 3, interval: Duration::seconds(20) };
/// From an address where the account's owner has signed in.
const KNOWN_ADDRESS: Rate = Rate { burst: 10, interval: Duration::seconds(6) };
/// How long an address is remembered for having failed at an account, and how long a reservation can be used.
const FAILURE_MEMORY: Duration = Duration::hours(1);
/// The longest that an address waits for its reservation. Further ones get none.
const LONGEST_RESERVATION: Duration = Duration::hours(1);
/// How long an address is remembered for its owner's having signed in from it.
const SUCCESS_MEMORY: Duration = Duration::days(30);
/// Passwords typed again by who is signed in.
const PROOFS: Rate = Rate { burst: 5, interval: Duration::seconds(12) };
/// Mails with a link for a new password, for one account.
const RESETS: Rate = Rate { burst: 3, interval: Duration::minutes(10) };
/// New passwords typed at one address, whether they are taken or not: each has its strength estimated.
const NEW_PASSWORDS: Rate = Rate { burst: 20, interval: Duration::seconds(3) };
/// Invitations of one organization: each may send a mail to somebody who has not asked for it.
const INVITATIONS: Rate = Rate { burst: 100, interval: Duration::minutes(1) };
/// New email addresses of one person: each answer tells whether somebody has the address already.
const EMAIL_CHANGES: Rate = Rate { burst: 5, interval: Duration::minutes(10) };
/// Links for new passwords, and registrations, from one address.
const FORMS_OF_STRANGERS: Rate = Rate { burst: 20, interval: Duration::minutes(1) };

/// Somebody tries to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    account: String,
    /// The client's address, or its network where one client has many addresses.
    network: String,
    device: Option<KnownDevice>,
}

/// What an account knows about where an attempt comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// A browser that has signed in to this account.
    KnownDevice,
    /// An address from which its owner has signed in.
    KnownAddress,
    /// An address that has not tried it lately.
    New,
    /// One that was refused, and whose next password is compared from this time on.
    Reserved(Timestamp),
    /// One that has failed.
    Failed,
}

impl Standing {
    /// None for a reservation, whose token has been taken already.
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
    /// Whatever was typed as the address: nothing is said about whether such an account exists.
    pub fn new(email: &str, network: &str, device: Option<KnownDevice>) -> Self {
        Self { account: digest(email), network: network.to_owned(), device }
    }

    /// How long one would have to wait anyway, without a write; and whether the owner has signed in from here before.
    pub fn wait(&self, conn: &mut Conn, now: Timestamp) -> Result<(Option<Duration>, bool), Error> {
        let standing = self.standing(conn, now)?;
        let is_known = standing.is_known();
        if standing != Standing::KnownDevice
            && let Err(wait) = ADDRESS.take(store::rate_limits::find(conn, &self.address())?, now)
        {
            return Ok((Some(wait), is_known));
        }
        let wait = match (standing, standing.rate()) {
            // An address that comes for the first time may get a reservation, whether or not anything is left.
            (Standing::New, _) => None,
            (Standing::Reserved(from), _) => Some(from.since(now)).filter(|wait| wait.is_positive()),
            (_, Some(rate)) => rate.take(store::rate_limits::find(conn, &self.bucket(standing))?, now).err(),
            (_, None) => None,
        };
        Ok((wait, is_known))
    }

    /// To be called before the password is compared. How long to wait, when nothing is left; no error, which would undo
    /// the reservation.
    pub fn take(&self, conn: &mut Conn, now: Timestamp) -> Result<Option<Duration>, Error> {
        if self.device.is_some() {
            return take_or_wait(conn, &self.bucket(Standing::KnownDevice), KNOWN_ADDRESS, now);
        }
        // The first lock of all: attempts from one address follow each other.
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

    /// The password was right, and what was taken for it comes back.
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

    /// Gives this address its own time. How long until then; none when it is now.
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
        // A time that is further away than it ever was set was written by a clock that was wrong.
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

/// Before the password of somebody who is signed in is compared.
pub fn take_proof(conn: &mut Conn, context: &Context, user_id: &UserId) -> Result<(), Error> {
    take(conn, &proofs(user_id), PROOFS, context.now)
}

/// It was right.
pub fn give_back_proof(conn: &mut Conn, user_id: &UserId) -> Result<(), Error> {
    give_back(conn, &proofs(user_id), PROOFS)
}

/// Before a link for a new password is made for whoever has that address, if anybody has.
pub fn take_reset(conn: &mut Conn, context: &Context, email: &str) -> Result<(), Error> {
    take(conn, &format!("reset {}", digest(email)), RESETS, context.now)
}

/// Before somebody is invited.
pub fn take_invitation(conn: &mut Conn, context: &Context, organization_id: &OrganizationId) -> Result<(), Error> {
    take(conn, &format!("invitations of {organization_id}"), INVITATIONS, context.now)
}

/// Before somebody is told whether an address can be theirs.
pub fn take_email_change(conn: &mut Conn, context: &Context, user_id: &UserId) -> Result<(), Error> {
    take(conn, &format!("email of {user_id}"), EMAIL_CHANGES, context.now)
}

/// Before the strength of a new password is estimated.
pub fn take_new_password(conn: &mut Conn, context: &Context, network: &str) -> Result<(), Error> {
    take(conn, &format!("new password from {network}"), NEW_PASSWORDS, context.now)
}

/// Before a form is read that strangers may send: of registration, or for a new password.
pub fn take_form_of_stranger(conn: &mut Conn, context: &Context, network: &str) -> Result<(), Error> {
    take(conn, &format!("form from {network}"), FORMS_OF_STRANGERS, context.now)
}

/// Forgets what says nothing any more.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::rate_limits::delete_free(conn, context.now)?)
}

pub(super) fn take(conn: &mut Conn, subject: &str, rate: Rate, now: Timestamp) -> Result<(), Error> {
    let refused = |wait| Error::RateLimited { wait };
    // A refusal writes nothing: whoever is refused may ask very often.
    rate.take(store::rate_limits::find(conn, subject)?, now).map_err(refused)?;
    let free_at = store::rate_limits::lock(conn, subject)?;
    let next = rate.take(free_at, now).map_err(refused)?;
    Ok(store::rate_limits::update(conn, subject, next)?)
}

/// Takes one, or gives how long to wait for it.
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

/// The table holds no addresses of people.
fn digest(email: &str) -> String {
    Sha256Digest::compute(&text::fold(email.trim())).as_str().to_owned()
}
