//! The chains of the audit log: verification, checkpoints, archives.

pub mod archive;
mod verification;

use time::Duration;

use super::Error;
use crate::{
    domain::{
        OrganizationId, Timestamp,
        audit::chain::{
            fault::ChainFault,
            statement::{AuditPublicKey, AuditSigningKey, Checkpoint},
        },
    },
    store::{
        self, Conn,
        audit_chain::{
            archives, reading,
            verifications::{self, VerificationRow},
        },
    },
};
pub use verification::{Verification, verify};

/// How often each chain is verified.
const VERIFIED_EVERY: Duration = Duration::hours(24);

/// When a chain was last verified, and what came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastVerification {
    pub at: Timestamp,
    /// The number of the last event that was verified.
    pub number: i64,
    /// None if the chain was intact.
    pub fault: Option<ChainFault>,
}

/// None if the chain has not been verified yet.
pub fn last_verification(conn: &mut Conn, id: &OrganizationId) -> Result<Option<LastVerification>, Error> {
    let row = verifications::find(conn, id.as_str())?;
    Ok(row.as_ref().map(read).transpose()?.flatten())
}

/// The last verification of each chain that has been verified, with the id of its organization.
pub fn list_verifications(conn: &mut Conn) -> Result<Vec<(String, LastVerification)>, Error> {
    let mut all = Vec::new();
    for row in verifications::list(conn)? {
        if let Some(last) = read(&row)? {
            all.push((row.organization_id, last));
        }
    }
    Ok(all)
}

fn read(row: &VerificationRow) -> Result<Option<LastVerification>, Error> {
    let (Some(at), Some(number)) = (row.verified_at, row.verified_number) else { return Ok(None) };
    let fault = row.fault.as_deref().map(serde_json::from_str).transpose();
    let fault = fault.map_err(|_| store::Error::Corrupt("audit_chains.fault"))?;
    Ok(Some(LastVerification { at: Timestamp::from_unix_micros(at), number, fault }))
}

/// The organizations whose chains have not been verified for a day.
pub fn list_due(conn: &mut Conn, now: Timestamp) -> Result<Vec<String>, Error> {
    let recent: Vec<_> = list_verifications(conn)?
        .into_iter()
        .filter(|(_, last)| now.is_within(last.at, last.at.plus(VERIFIED_EVERY)))
        .map(|(id, _)| id)
        .collect();
    let all = reading::list_organizations(conn)?;
    Ok(all.into_iter().filter(|id| !recent.contains(id)).collect())
}

pub fn record_verification(
    conn: &mut Conn,
    organization_id: &str,
    verification: &Verification,
    now: Timestamp,
) -> Result<(), Error> {
    let fault = verification.fault.as_ref().map(serde_json::to_string).transpose();
    let fault = fault.map_err(|_| store::Error::Corrupt("audit_chains.fault"))?;
    Ok(verifications::update(conn, organization_id, now, verification.end.number, fault.as_deref())?)
}

/// A signed line about the end of the chain, to be kept elsewhere. None if the organization has no event.
pub fn sign_checkpoint(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    key: &AuditSigningKey,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let end = reading::find_end(conn, organization_id.as_str())?;
    let checkpoint = |end| Checkpoint { organization_id: organization_id.clone(), end, at: now };
    Ok(end.map(|end| checkpoint(end).sign(key)))
}

/// Who signed the archives. Their master keys must be kept.
pub fn list_signers(conn: &mut Conn) -> Result<Vec<AuditPublicKey>, Error> {
    let statements = archives::list_statements(conn)?;
    let signer =
        |line: &String| crate::domain::audit::chain::statement::Archive::read(line).ok().map(|signed| signed.by);
    Ok(statements.iter().filter_map(signer).collect())
}
