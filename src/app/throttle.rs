//! Keeps passwords from being guessed, without locking out whose password it is. Kept in the database, so that neither a
//! restart nor a second instance begins anew.
//!
//! Of every account there are two supplies of attempts: one for addresses that have not failed at it lately, one for all
//! that have. Whoever guesses from many addresses soon has none left that has not failed, and empties only the second
//! supply; the owner comes from a new address and finds the first. An address from which the owner has signed in before
//! has a supply of its own. No more is said of accounts that do not exist: they are counted just the same.

use time::Duration;

use super::{Context, Error};
use crate::{
    domain::{OrganizationId, Sha256Digest, Timestamp, UserId, rate_limit::Rate, text},
    store::{self, Conn},
};

/// Failures from one address, whatever the account: an office may share it.
const ADDRESS: Rate = Rate { burst: 50, interval: Duration::seconds(2) };
/// Each of the two supplies of an account: together no more than 20 attempts in any minute.
const SUPPLY: Rate = Rate { burst: 5, interval: Duration::seconds(12) };
/// From an address where the account's owner has signed in.
const KNOWN_ADDRESS: Rate = Rate { burst: 10, interval: Duration::seconds(6) };
/// How long an address is remembered for having failed at an account.
const FAILURE_MEMORY: Duration = Duration::hours(1);
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
}

impl SignIn {
    /// Whatever was typed as the address: nothing is said about whether such an account exists.
    pub fn new(email: &str, network: &str) -> Self {
        Self { account: digest(email), network: network.to_owned() }
    }

    /// How long one would have to wait anyway, without a write; and whether the owner has signed in from here before.
    pub fn wait(&self, conn: &mut Conn, now: Timestamp) -> Result<(Option<Duration>, bool), Error> {
        let supply = self.supply(conn, now)?;
        let is_known = supply == Supply::Known;
        if let Err(wait) = ADDRESS.take(store::rate_limits::find(conn, &self.address())?, now) {
            return Ok((Some(wait), is_known));
        }
        // Who comes for the first time has to be remembered, whether or not anything is left.
        if supply == Supply::First {
            return Ok((None, is_known));
        }
        let wait = supply.rate().take(store::rate_limits::find(conn, &self.subject(supply))?, now).err();
        Ok((wait, is_known))
    }

    /// To be called before the password is compared. How long to wait, when nothing is left; no error, which would undo
    /// that this address is remembered.
    pub fn take(&self, conn: &mut Conn, now: Timestamp) -> Result<Option<Duration>, Error> {
        let address = store::rate_limits::lock(conn, &self.address())?;
        let supply = self.supply(conn, now)?;
        let left = store::rate_limits::lock(conn, &self.subject(supply))?;
        let failed = self.failed();
        store::rate_limits::lock(conn, &failed)?;
        store::rate_limits::update(conn, &failed, now.plus(FAILURE_MEMORY))?;
        match (ADDRESS.take(address, now), supply.rate().take(left, now)) {
            (Ok(address), Ok(left)) => {
                store::rate_limits::update(conn, &self.address(), address)?;
                store::rate_limits::update(conn, &self.subject(supply), left)?;
                Ok(None)
            }
            (Err(wait), _) | (_, Err(wait)) => Ok(Some(wait)),
        }
    }

    /// The password was right, and what was taken for it comes back.
    pub fn succeed(&self, conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
        give_back(conn, &self.address(), ADDRESS)?;
        store::rate_limits::delete(conn, &self.failed())?;
        store::rate_limits::delete(conn, &self.subject(Supply::Known))?;
        let known = self.known();
        store::rate_limits::lock(conn, &known)?;
        Ok(store::rate_limits::update(conn, &known, now.plus(SUCCESS_MEMORY))?)
    }

    fn supply(&self, conn: &mut Conn, now: Timestamp) -> Result<Supply, Error> {
        let mut is_remembered = |subject: &str| Ok::<_, Error>(store::rate_limits::find(conn, subject)? > now);
        Ok(if is_remembered(&self.known())? {
            Supply::Known
        } else if is_remembered(&self.failed())? {
            Supply::Again
        } else {
            Supply::First
        })
    }

    fn subject(&self, supply: Supply) -> String {
        let Self { account, network } = self;
        match supply {
            Supply::First => format!("sign-in first {account}"),
            Supply::Again => format!("sign-in again {account}"),
            Supply::Known => format!("sign-in known {account} {network}"),
        }
    }

    fn address(&self) -> String {
        format!("sign-in from {}", self.network)
    }

    fn failed(&self) -> String {
        format!("sign-in failed {} {}", self.account, self.network)
    }

    fn known(&self) -> String {
        format!("sign-in succeeded {} {}", self.account, self.network)
    }
}

/// What an attempt is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Supply {
    /// From an address that has not failed at this account lately.
    First,
    /// From one that has.
    Again,
    /// From one where its owner has signed in.
    Known,
}

impl Supply {
    fn rate(self) -> Rate {
        match self {
            Self::First | Self::Again => SUPPLY,
            Self::Known => KNOWN_ADDRESS,
        }
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

fn take(conn: &mut Conn, subject: &str, rate: Rate, now: Timestamp) -> Result<(), Error> {
    let refused = |wait| Error::RateLimited { wait };
    // A refusal writes nothing: whoever is refused may ask very often.
    rate.take(store::rate_limits::find(conn, subject)?, now).map_err(refused)?;
    let free_at = store::rate_limits::lock(conn, subject)?;
    let next = rate.take(free_at, now).map_err(refused)?;
    Ok(store::rate_limits::update(conn, subject, next)?)
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
    Sha256Digest::of(&text::fold(email.trim())).as_str().to_owned()
}
