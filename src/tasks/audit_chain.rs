//! Verifies the chain of every organization's audit log, once a day.

use actix_web::rt;

use crate::{app, domain::audit::chain::statement::AuditPublicKey, state::State, store};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    let now = state.clock.now();
    let due = state.read(move |conn| app::audit_chain::list_due(conn, now)).await?;
    if due.is_empty() {
        return Ok(());
    }
    let trusted = state.current_token_keys().await?.audit_public_keys();
    for organization_id in due {
        verify(state, organization_id, trusted.clone()).await?;
    }
    Ok(())
}

/// Has no deadline: a million events take seconds.
async fn verify(state: &State, organization_id: String, trusted: Vec<AuditPublicKey>) -> Result<(), app::Error> {
    let (pool, id) = (state.pool.clone(), organization_id.clone());
    let verification =
        rt::task::spawn_blocking(move || pool.read(|conn| app::audit_chain::verify(conn, &id, &trusted, &[])));
    let verification = verification.await.map_err(|_| store::Error::Panicked)??;
    if let Some(fault) = &verification.fault {
        tracing::error!(
            event = "audit_chain_broken",
            organization = organization_id,
            %fault,
            "the audit log was changed: run latchkey audit verify"
        );
    }
    let now = state.clock.now();
    let record =
        move |conn: &mut store::Conn| app::audit_chain::record_verification(conn, &organization_id, &verification, now);
    state.write_in_background(record).await
}
