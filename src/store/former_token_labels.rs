//! What tokens of an organization began with under earlier policies.

use diesel::prelude::*;

use super::{Conn, Error, schema::former_token_labels, sql::Sql};
use crate::domain::{OrganizationId, TokenLabel};

/// Does nothing about labels that are known already.
pub(super) fn insert(conn: &mut Conn, organization_id: &OrganizationId, labels: &[TokenLabel]) -> Result<(), Error> {
    for label in labels {
        Sql::new("INSERT INTO former_token_labels (organization_id, label) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .with(organization_id.as_str())
            .with(label.as_str())
            .execute_on(conn)?;
    }
    Ok(())
}

/// In the order of the alphabet. Some may be in force again.
pub fn list(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<TokenLabel>, Error> {
    let mut labels: Vec<String> = former_token_labels::table
        .filter(former_token_labels::organization_id.eq(organization_id.as_str()))
        .select(former_token_labels::label)
        .load(conn)?;
    // The database may have an order of its own.
    labels.sort();
    Ok(labels.iter().map(|label| TokenLabel::from_stored(label)).collect())
}
